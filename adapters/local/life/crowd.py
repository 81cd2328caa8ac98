"""A crowd: many members who write at a steady rate, bounded in count and time, to see what a process can bear."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import thread_time

from adapters.local.chat.types import Account, ChatError, RoomKind
from adapters.local.community import LocalCommunity
from adapters.local.life.scenery import Place, Scenery
from adapters.local.life.talk import conversation, pairs, topics
from adapters.local.life.texts import source
from bot.errors import LocumError

#: more than this is no crowd of one machine
MOST_MEMBERS, MOST_RATE, MOST_SECONDS = 1_000, 2_000.0, 3_600.0
#: how often the crowd looks how far it should be
_TICK = 0.01
#: posts that a crowd which fell behind makes up for at a stretch, before others have their turn
_AT_ONCE = 50
#: lines by which a post goes on
_VARIED = 400
#: accounts of a crowd are as old as those of people who have settled in
_ACCOUNT, _MEMBER = timedelta(days=400), timedelta(days=200)
_LANGUAGES = ("en", "de")


class CrowdTooLargeError(LocumError):
    """A crowd has 1 to 1,000 members who write at most 2,000 posts a second, for at most an hour."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Crowd:
    """How large, how fast, how long."""

    #: how many members
    members: int = 50
    #: posts a second, of all together
    rate: float = 500.0
    #: how long, in seconds
    seconds: float = 60.0
    #: by which the same posts come again
    seed: int = 1

    def __post_init__(self) -> None:
        """Raise CrowdTooLargeError for one that no machine should be asked to bear."""
        fits = 0 < self.members <= MOST_MEMBERS and 0 < self.rate <= MOST_RATE and 0 < self.seconds <= MOST_SECONDS
        if not fits:
            raise CrowdTooLargeError

    @property
    def posts(self) -> int:
        """How many posts that comes to."""
        return round(self.rate * self.seconds)


@dataclass(frozen=True, kw_only=True, slots=True)
class Wrote:
    """What became of a crowd."""

    #: ids of the posts that stand in the chat, in their order
    posts: tuple[str, ...]
    #: posts that the chat refused: somebody was timed out, a room in slow mode
    refused: int
    #: seconds that it took
    seconds: float
    #: the longest time that the event loop let the crowd wait beyond its tick
    longest_wait: float
    #: seconds of the processor that writing itself took: what is left of them is what it led to
    used: float


def enrol(community: LocalCommunity, crowd: Crowd, now: datetime) -> Sequence[str]:
    """Let a crowd's members be there, and return their accounts."""
    accounts = [f"crowd-{number:03}" for number in range(1, crowd.members + 1)]
    for number, account in enumerate(accounts):
        community.chat.enrol(
            Account(
                id=account,
                name=f"wave {number + 1:03}",
                created_at=now - _ACCOUNT - timedelta(hours=number),
                joined_at=now - _MEMBER,
                language=_LANGUAGES[number % len(_LANGUAGES)],
            )
        )
    return accounts


def lines(seed: int, scenery: Scenery, count: int) -> Sequence[tuple[str, str]]:
    """Return that many (room, text), ordinary ones in each room's language; the same for the same seed."""
    chance, found = source(seed, "crowd"), list[tuple[str, str]]()
    fitting = pairs(scenery) or tuple((topic, place.room) for place in scenery.places for topic in topics("en"))
    while fitting and len(found) < count:
        topic, room = chance.choice(fitting)
        said = conversation(topic, room, chance, key=str(len(found)), opening=len(found))
        found += [(room, act.text) for act in said if act.name and act.text]
    return found[:count]


async def write(
    community: LocalCommunity, crowd: Crowd, *, now: Callable[[], datetime] | None = None,
    pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> Wrote:  # fmt: skip
    """Let a crowd write into the open rooms at its rate, in turn; cancelled, it just stops."""
    accounts = enrol(community, crowd, (now or community.backstage.now)())
    places = tuple(
        Place(room=room.id, subject="talk", languages=room.languages)
        for room in community.chat.rooms() if room.kind is RoomKind.OPEN
    )  # fmt: skip
    said = lines(crowd.seed, Scenery(places=places), min(crowd.posts, 2_000))
    loop = asyncio.get_running_loop()
    begun, posts, refused, longest = loop.time(), list[str](), 0, 0.0
    written, used = 0, 0.0
    while written < crowd.posts and said:
        taking = thread_time()
        due = min(crowd.posts, int((loop.time() - begun) * crowd.rate) + 1, written + _AT_ONCE)
        while written < due:
            room, text = _own_words(said, written)
            try:
                post = community.chat.say(accounts[written % len(accounts)], room, text)
                posts.append(post.id)
            except ChatError:
                refused += 1
            written += 1
        used += thread_time() - taking
        before = loop.time()
        await pause(_TICK)
        longest = max(longest, loop.time() - before - _TICK)
    return Wrote(
        posts=tuple(posts), refused=refused, seconds=loop.time() - begun, longest_wait=longest, used=used
    )  # fmt: skip


def _own_words(said: Sequence[tuple[str, str]], number: int) -> tuple[str, str]:
    """Return the room and text of a post: two lines put together that never met before, so that nobody repeats it."""
    room, text = said[number % len(said)]
    # each round through the lines goes on with others; of the same room, they are of its language
    fitting = [one for where, one in said[:_VARIED] if where == room] or [text]
    return room, f"{text} {fitting[(number * 7 + number // len(said)) % len(fitting)]} {number}"
