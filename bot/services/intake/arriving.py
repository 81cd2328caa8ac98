"""Learns of streams: all that are known when the intake begins, and each one that somebody first writes in."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.domain.gap import GapCause, Mark, bounded
from bot.domain.message import Message
from bot.domain.place import Stream
from bot.services.intake.streams import Held, Streams, ended, interrupt, key_of, new_gap, turned_away
from bot.services.intake.translate import StreamKey, sound_stream, sound_time, stream_key
from bot.store.channels import add_channels, marks
from bot.store.communities import add_community
from bot.store.engine import Store
from bot.store.gaps import open_gaps
from bot.store.leases import Lease, hold

#: a stream that nobody knows yet, with the time of the first message in it
_Unknown = Mapping[Stream, tuple[StreamKey, datetime]]


async def take_over(store: Store, community: str, lease: Lease | None, now: datetime) -> Streams:
    """Return the streams as they were left, each with a gap since then; it grows until its connection is live."""
    streams = Streams()
    async with store.writing() as tx:
        if lease is not None:
            await hold(tx, lease)
        await add_community(tx, community, now)
        known = await marks(tx, community)
        found = await open_gaps(tx, community)
    for stream, (number, mark) in known.items():
        streams.add(key_of(stream), number, stream, mark)
    for gap in found:
        held = streams.by_number[gap.channel]
        held.gaps[gap.id] = gap
        if gap.until is None and gap.cause is GapCause.OVERFLOW:
            # what was turned away after the newest that was judged is part of the gap since then
            streams.change(ended(gap, held.mark.newest))
    for connection in {stream.connection for stream in known}:
        interrupt(streams, connection, GapCause.RESTART, now)
    return streams


async def learn_streams(
    store: Store, community: str, lease: Lease | None, streams: Streams, messages: Sequence[Message], *, now: datetime
) -> None:
    """Learn of every stream that the messages stand in, that messages were turned away from, or that was named."""
    expected = dict(streams.expected)
    unknown = _unknown(streams, messages, expected, now)
    if unknown:
        numbers = await _add(store, community, lease, streams, unknown)
        for stream, (key, _) in unknown.items():
            _remember(streams, key, stream, numbers[stream], now)
    for key in expected:
        streams.expected.pop(key, None)
    for message in messages:
        if stream_key(message) not in streams.by_key:  # two spellings of one stream
            streams.by_key[stream_key(message)] = _same(streams, sound_stream(message))
    # others may have been turned away meanwhile
    for key in [key for key in streams.strangers if key in streams.by_key]:
        _, first, last = streams.strangers.pop(key)
        for at in (first, last):
            turned_away(streams, streams.by_key[key], at, now)


def _unknown(
    streams: Streams, messages: Sequence[Message], expected: Mapping[StreamKey, Stream], now: datetime
) -> dict[Stream, tuple[StreamKey, datetime]]:
    """Return the streams that nobody knows yet, with the time from which on each is judged."""
    known = streams.by_key
    unknown: dict[Stream, tuple[StreamKey, datetime]] = {}
    for message in messages:
        key = stream_key(message)
        if key not in known:
            unknown.setdefault(sound_stream(message), (key, bounded(sound_time(message.at), now)))
    for key, (stream, first, _) in streams.strangers.items():
        if key not in known:
            unknown.setdefault(stream, (key, bounded(first, now)))
    for key, stream in expected.items():
        if key not in known:
            unknown.setdefault(stream, (key, now))
    return unknown


async def _add(
    store: Store, community: str, lease: Lease | None, streams: Streams, unknown: _Unknown
) -> dict[Stream, tuple[int, datetime]]:
    """Return the numbers and beginnings of streams; one may have begun while its connection wasn't live."""
    begins: dict[datetime, list[Stream]] = {}
    for stream, (_, first) in unknown.items():
        outage = streams.outages.get(stream.connection)
        begins.setdefault(first if outage is None else min(first, outage.after), []).append(stream)
    numbers: dict[Stream, tuple[int, datetime]] = {}
    async with store.writing() as tx:
        if lease is not None:
            await hold(tx, lease)
        for at, beginning in begins.items():
            added = await add_channels(tx, community, beginning, at)
            numbers |= {stream: (number, at) for stream, number in added.items()}
    return numbers


def _remember(streams: Streams, key: StreamKey, stream: Stream, begun: tuple[int, datetime], now: datetime) -> None:
    number, at = begun
    known = streams.by_number.get(number)
    if known is not None:
        streams.by_key[key] = known
        return
    streams.add(key, number, stream, Mark(mark=at, newest=at))
    outage = streams.outages.get(stream.connection)
    if outage is not None:
        streams.change(new_gap(number, outage.after, outage.until, GapCause.RESTART, now), is_new=True)


def _same(streams: Streams, stream: Stream) -> Held:
    return next(held for held in streams.by_number.values() if held.stream == stream)
