"""A Discord on loopback with a crowd on it, in a process of its own: says where it is, and then what it saw.

`python -m benchmarks.discord_crowd NAME ARGUMENTS`; the first line is its address, the second its figures, and it ends
when nobody listens to it any more. It is the server of the tests, with Discord's limits, the specification included.
"""

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from random import Random
from time import perf_counter

from benchmarks.crowding import Figures, at, talk, until
from benchmarks.crowding import serve as speaking
from benchmarks.measure import at_share
from tests.discord.guild import Guild
from tests.discord.harbour import MODERATING
from tests.discord.server import LoopbackDiscord
from tests.discord.world import World

SERVER, STAFF, QUARANTINE = "1000", "901", "5002"
CHANNELS = tuple(str(number) for number in range(4101, 4111))
LEADS = "4199"
#: a word that is deleted, and one that is deleted and keeps its author out
DELETED, RAIDED = "rascal", "cheapcoins"


@dataclass(kw_only=True)
class Crowd:
    """The server and everybody on it."""

    server: LoopbackDiscord
    guild: Guild
    #: accounts of members who only talk
    members: list[str]
    chance: Random = field(default_factory=lambda: Random(7))
    #: when messages were said that are to go, by their ids
    said: dict[str, float] = field(default_factory=dict)
    #: how long it took until somebody asked for their deletion, in milliseconds
    gone: list[float] = field(default_factory=list)
    #: messages in all
    posted: int = 0

    def watch(self) -> None:
        """Note when whoever was asked to delete something is: a request is here when it takes effect."""
        note = self.server.world.note

        def noted(kind: str, target: str, by: str, guild_id: str | None, **detail: object) -> None:
            if kind == "message_deleted" and target in self.said:
                self.gone.append((perf_counter() - self.said[target]) * 1_000)
            note(kind, target, by, guild_id, **detail)

        self.server.world.note = noted  # type: ignore[method-assign]  # seen by the test as well

    def say(self, user: str, text: str, *, goes: bool) -> None:
        """Let somebody say something, whatever they may: a raid isn't held back by anything but what is done."""
        begun = perf_counter()
        message = self.server.world.post(self.chance.choice(CHANNELS), user, text)
        self.posted += 1
        if goes:
            self.said[message["id"]] = begun

    @property
    def asked(self) -> Figures:
        """Return how Discord was asked."""
        record = self.server.record
        return {
            "off": len(record.off),
            "bulk": len(record.asked("POST", "/channels/{channel_id}/messages/bulk-delete")),
            "single": len(record.asked("DELETE", "/channels/{channel_id}/messages/{message_id}")),
            "limited": sum(1 for one in record.requests if one.status == 429),
        }


async def paced(crowd: Crowd, rate: float, seconds: float) -> Figures:
    """Let members write at a rate, one message in a hundred being deleted."""

    def say(number: int) -> None:
        goes = number % 100 == 0
        text = f"{talk(number)}, you {DELETED}" if goes else talk(number)
        crowd.say(crowd.members[number % len(crowd.members)], text, goes=goes)

    # what is made once is made before
    await at(rate, 3, say)
    await until(lambda: len(crowd.gone) == len(crowd.said), 20)
    crowd.gone.clear()
    crowd.said.clear()
    await at(rate, seconds, say)
    await until(lambda: len(crowd.gone) == len(crowd.said), 20)
    return {
        "p50 ms": at_share(crowd.gone, 0.5), "p99 ms": at_share(crowd.gone, 0.99),
        "missing": len(crowd.said) - len(crowd.gone), **crowd.asked,
    }  # fmt: skip


async def raid(crowd: Crowd, rate: float, seconds: float, accounts: int) -> Figures:
    """Let accounts come at once and write, while one of the staff goes on giving commands."""
    guild, waits, over = crowd.guild, list[float](), asyncio.Event()
    raiders = [str(guild.add_member(f"raider {one}")["user"]["id"]) for one in range(accounts)]
    begun = perf_counter()
    closed = asyncio.create_task(until(lambda: guild.paused("invites_disabled_until")))
    held = asyncio.create_task(until(lambda: all(QUARANTINE in guild.members[one]["roles"] for one in raiders)))
    asking = asyncio.create_task(_ask(crowd, waits, over))

    def say(number: int) -> None:
        crowd.say(raiders[number % accounts], f"{RAIDED} here, number {number}", goes=True)

    behind = await at(rate, seconds, say)
    during = sum(QUARANTINE in guild.members[one]["roles"] for one in raiders)
    await until(lambda: len(crowd.gone) == len(crowd.said))
    cleared = perf_counter() - begun
    figures = {"closed s": await closed, "held s": await held, "cleared s": cleared, "behind s": behind}
    over.set()
    await asking
    standing = len(crowd.said) - len(crowd.gone)
    return {
        **figures, "held": sum(QUARANTINE in guild.members[one]["roles"] for one in raiders), "held meanwhile": during,
        "standing": standing, "asked": len(waits), "answer p50 ms": at_share(waits, 0.5), "answer max ms": max(waits),
        **crowd.asked,
    }  # fmt: skip


async def million(crowd: Crowd, messages: int, rate: float) -> Figures:
    """Let many members write as many messages as that, in as many words."""

    def say(number: int) -> None:
        goes = number % 1_000 == 0
        text = f"{talk(number)}, you {DELETED}" if goes else talk(number)
        crowd.say(crowd.members[number % len(crowd.members)], text, goes=goes)
        if number % 1_000 == 0:
            # what nobody looks at any more isn't kept here either
            for held in crowd.server.world.messages.values():
                for old in list(held)[:-1_000]:
                    if old not in crowd.said:
                        del held[old]
            crowd.server.record.effects.clear()

    behind = await at(rate, messages / rate, say)
    await until(lambda: len(crowd.gone) == len(crowd.said))
    return {"behind s": behind, "missing": len(crowd.said) - len(crowd.gone), **crowd.asked}


async def _ask(crowd: Crowd, waits: list[float], over: asyncio.Event) -> None:
    """Let one of the staff give a command twice a second, and note how long each first answer takes."""
    await until(lambda: bool(crowd.guild.commands))
    for id_, one in crowd.guild.commands.items():
        # as an administrator shows commands to whom they are for
        crowd.guild.commands[id_] = one | {"default_member_permissions": None}
    for _ in count():
        if over.is_set():
            return
        begun = perf_counter()
        given = crowd.server.hands.give(STAFF, CHANNELS[0], "mod may")
        try:
            await given.answered(seconds=10)
        except TimeoutError:
            waits.append(10_000.0)
            continue
        waits.append((perf_counter() - begun) * 1_000)
        await asyncio.sleep(0.5)


CASES: dict[str, Callable[..., Awaitable[Figures]]] = {"paced": paced, "raid": raid, "million": million}


def furnish(world: World, members: int) -> Crowd:
    """Return a server with channels, one of the staff, and members who came long ago."""
    guild = world.add_guild("Harbour", id=SERVER, permissions=MODERATING)
    guild.add_role("quarantine", position=0, id=QUARANTINE)
    for number, id_ in enumerate(CHANNELS):
        guild.add_channel(f"room-{number}", id=id_)
    guild.add_channel("leads", id=LEADS)
    guild.add_member("Lee", id=STAFF)
    long_ago = world.now() - timedelta(days=400)
    people = [guild.add_member(f"member {one}", created_at=long_ago, joined_at=long_ago) for one in range(members)]
    return Crowd(server=LoopbackDiscord(world), guild=guild, members=[str(one["user"]["id"]) for one in people])


async def serve(name: str, members: int, **given: float) -> None:
    """Serve until nobody listens any more."""
    crowd = furnish(World(), members)
    crowd.watch()

    async def told() -> Figures:
        figures = await CASES[name](crowd, **given)
        return {**figures, "posted": crowd.posted}

    async with crowd.server:
        await speaking(crowd.server.api.removesuffix("/api/v10"), told)


if __name__ == "__main__":
    asyncio.run(serve(sys.argv[1], **json.loads(sys.argv[2])))
