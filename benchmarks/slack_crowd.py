"""A Slack on loopback with a crowd on it, in a process of its own: says where it is, and then what it saw.

`python -m benchmarks.slack_crowd NAME ARGUMENTS`; the first line is its address and the tokens of Locum's app, the last
its figures; a line between the two asks for the program to be killed and begun again. It is the server of the tests,
with Slack's limits.
"""

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass, field
from random import Random
from time import perf_counter

from benchmarks.crowding import Figures, at, say, serve, talk, until
from benchmarks.measure import at_share
from tests.adapters.slack.ground import Installed, install
from tests.slack.server import LoopbackSlack
from tests.slack.world import World

WORKSPACE = "T0A"
CHANNELS = tuple(f"C0ROOM{number}" for number in range(10))
LEADS = "C0LEADS"
#: a word that is deleted
DELETED = "rascal"
#: asks for the program to be killed and begun again
AGAIN = "again"
#: seconds until a program may ask for as much as Slack lets it: it begins with little
_SETTLED = 62.0
#: seconds after which a program that listens has begun
_BEGUN = 5.0
#: seconds until everything that is to be deleted is gone
_GONE = 240.0


@dataclass(kw_only=True)
class Crowd:
    """The workspace and everybody in it."""

    #: the workspace's server
    server: LoopbackSlack
    #: Locum's app there
    place: Installed
    #: users who only talk
    members: list[str]
    #: where somebody writes next
    chance: Random = field(default_factory=lambda: Random(7))
    #: when messages were said that are to go, by their ts
    said: dict[str, float] = field(default_factory=dict)
    #: how long it took until somebody asked for their deletion, in milliseconds
    gone: list[float] = field(default_factory=list)
    #: messages in all
    posted: int = 0

    def watch(self) -> None:
        """Note when whoever was asked to delete something is: a request is here when it takes effect."""
        note = self.server.world.note

        def noted(kind: str, target: str, by: str, team_id: str, **detail: object) -> None:
            if kind == "message_deleted" and target in self.said:
                self.gone.append((perf_counter() - self.said[target]) * 1_000)
            note(kind, target, by, team_id, **detail)

        self.server.world.note = noted  # type: ignore[method-assign]  # seen by the test as well

    def every(self, count: int) -> Callable[[int], None]:
        """Return what lets members write in turn, one message in so many being one that goes."""

        def speak(number: int) -> None:
            goes = number % count == 0
            text = f"{talk(number)}, you {DELETED}" if goes else talk(number)
            begun = perf_counter()
            ts = self.server.hands.say(self.members[number % len(self.members)], self.chance.choice(CHANNELS), text)
            self.posted += 1
            if goes:
                self.said[ts] = begun

        return speak

    @property
    def left(self) -> int:
        """How many messages still stand that are to go."""
        return len(self.said) - len(self.gone)

    @property
    def asked(self) -> Figures:
        """Return how Slack was asked."""
        record = self.server.record
        asked = record.asked("chat.delete")
        return {
            "off": len(record.off), "over": len(record.over), "pings": len(record.pings),
            "deleted": sum(one.ok for one in asked), "twice": len(asked) - len({one.arguments["ts"] for one in asked}),
        }  # fmt: skip


async def paced(crowd: Crowd, rate: float, seconds: float) -> Figures:
    """Let members write at a rate, two of their messages a second being deleted."""
    rare, often = crowd.every(10**9), crowd.every(int(rate / 2))
    await asyncio.sleep(_SETTLED - 10)
    # what is made once is made before
    await at(rate, 10, lambda number: rare(number + 1))
    behind = await at(rate, seconds, often)
    await until(lambda: not crowd.left, 60)
    return {
        "p50 ms": at_share(crowd.gone, 0.5), "p99 ms": at_share(crowd.gone, 0.99), "missing": crowd.left,
        "behind s": behind, **crowd.asked,
    }  # fmt: skip


async def flood(crowd: Crowd, rate: float, seconds: float) -> Figures:
    """Let members write; at two fifths the program is killed and begun again, at four fifths its socket is cut."""
    speak, told = crowd.every(int(rate * 2)), 0

    async def part(share: float) -> float:
        nonlocal told
        begin, told = told, told + int(rate * seconds * share)
        return await at(rate, seconds * share, lambda number: speak(begin + number))

    behind = await part(0.4)
    say(AGAIN)
    behind += await part(0.4)
    cutting = asyncio.create_task(_cut(crowd))
    behind += await part(0.2)
    lost = await cutting
    cleared = await until(lambda: not crowd.left, _GONE)
    limited = sum(fate.lost for fate in crowd.server.delivery.fates.values())
    return {
        "behind s": behind, "sockets lost": lost, "standing": crowd.left, "cleared s": cleared, "never told": limited,
        **crowd.asked,
    }  # fmt: skip


async def _cut(crowd: Crowd) -> int:
    """Cut the program's socket once it has one, and return how many that were."""
    await until(lambda: bool(crowd.server.sockets.connected))
    return crowd.server.sockets.drop()


CASES: dict[str, Callable[..., Awaitable[Figures]]] = {"paced": paced, "flood": flood}


def furnish(members: int) -> Crowd:
    """Return a workspace with channels, Locum's app as its manifest makes it, and members who came long ago."""
    server = LoopbackSlack(World())
    rooms = {f"room-{number}": id_ for number, id_ in enumerate(CHANNELS)}
    place = install(server, id=WORKSPACE, channels={"help": "C0HELP", **rooms, "leads": LEADS})
    people = [place.workspace.add_user(f"member {one}", told=False).id for one in range(members)]
    for id_ in CHANNELS:
        place.workspace.channels[id_].members += people
    return Crowd(server=server, place=place, members=people)


async def main(name: str, members: int, **given: float) -> None:
    """Serve until nobody listens any more."""
    crowd = furnish(members)
    crowd.watch()

    async def told() -> Figures:
        # what is said before somebody listens is no loss
        await until(lambda: bool(crowd.server.sockets.connected))
        await asyncio.sleep(_BEGUN)
        figures = await CASES[name](crowd, **given)
        return {**figures, "posted": crowd.posted}

    async with crowd.server:
        where = {**asdict(crowd.place.access), "api": crowd.server.api}
        await serve(json.dumps(where), told)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], **json.loads(sys.argv[2])))
