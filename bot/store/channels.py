"""Channels: streams and the numbers that stand for them, with the mark up to which each was judged."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import bindparam, case, select, tuple_, update

from bot.domain.gap import Mark
from bot.domain.message import PlatformName
from bot.domain.place import Stream
from bot.store.chunks import chunks
from bot.store.engine import Tx
from bot.store.tables import channels
from bot.store.upsert import insert_new

_PLACE = (channels.c.platform, channels.c.workspace, channels.c.channel, channels.c.thread)
_KNOWN = select(channels.c.id, *_PLACE).where(
    channels.c.community == bindparam("community"), tuple_(*_PLACE).in_(bindparam("places", expanding=True))
)
_MARKS = select(channels.c.id, *_PLACE, channels.c.mark, channels.c.newest).where(
    channels.c.community == bindparam("community")
)
_NUMBERED = select(channels.c.id, *_PLACE).where(channels.c.id.in_(bindparam("numbers", expanding=True)))
_MOVE = (
    update(channels)
    .where(channels.c.id == bindparam("number"))
    .values(
        mark=case((channels.c.mark < bindparam("to_mark"), bindparam("to_mark")), else_=channels.c.mark),
        newest=case((channels.c.newest < bindparam("to_newest"), bindparam("to_newest")), else_=channels.c.newest),
    )
)


def _place(stream: Stream) -> tuple[str, str, str, str]:
    return stream.platform.value, stream.workspace, stream.channel, stream.thread


def _stream(platform: str, workspace: str, channel: str, thread: str) -> Stream:
    return Stream(platform=PlatformName(platform), workspace=workspace, channel=channel, thread=thread)


async def known_channels(tx: Tx, community: str, streams: Collection[Stream]) -> dict[Stream, int]:
    """Return the numbers of the streams that are known."""
    found: dict[Stream, int] = {}
    for part in chunks(streams, 2_000):
        places = [_place(stream) for stream in part]
        for number, *place in await tx.execute(_KNOWN, {"community": community, "places": places}):
            found[_stream(*place)] = number
    return found


async def add_channels(tx: Tx, community: str, streams: Collection[Stream], at: datetime) -> dict[Stream, int]:
    """Add streams whose marks begin at a time, and return the numbers that stand there, whoever added them."""
    if not streams:
        return {}
    known = await known_channels(tx, community, streams)
    ordered = sorted((stream for stream in streams if stream not in known), key=_place)
    if not ordered:
        return known
    rows = [
        {
            "community": community,
            "platform": stream.platform.value,
            "workspace": stream.workspace,
            "channel": stream.channel,
            "thread": stream.thread,
            "mark": at,
            "newest": at,
        }
        for stream in ordered
    ]
    await insert_new(tx, channels, rows)
    return known | await known_channels(tx, community, ordered)


async def streams_of_channels(tx: Tx, numbers: Collection[int]) -> dict[int, Stream]:
    """Return the streams that numbers stand for."""
    found: dict[int, Stream] = {}
    for part in chunks(numbers):
        for number, *place in await tx.execute(_NUMBERED, {"numbers": part}):
            found[number] = _stream(*place)
    return found


async def marks(tx: Tx, community: str) -> dict[Stream, tuple[int, Mark]]:
    """Return every stream of a community with its number and mark."""
    return {
        _stream(*place): (number, Mark(mark=mark, newest=newest))
        for number, *place, mark, newest in await tx.execute(_MARKS, {"community": community})
    }


async def move_marks(tx: Tx, moved: Mapping[int, Mark]) -> None:
    """Move marks forward; none ever moves back."""
    rows: Sequence[dict[str, object]] = [
        {"number": number, "to_mark": mark.mark, "to_newest": mark.newest} for number, mark in sorted(moved.items())
    ]
    if rows:
        await tx.execute(_MOVE, rows)
