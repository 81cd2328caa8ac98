"""The streams of a community as its intake remembers them: numbers, marks, and gaps that aren't stored yet."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.domain.gap import ALLOWANCE, Gap, GapCause, GapState, Mark, before, judged, later, settled
from bot.domain.place import Connection, Stream
from bot.services.intake.translate import StreamKey
from bot.store.columns import new_id


@dataclass(kw_only=True, slots=True)
class Held:
    """One stream."""

    #: its number
    number: int
    #: which one
    stream: Stream
    #: how far it was judged
    mark: Mark
    #: gaps that are open, by surrogate
    gaps: dict[str, Gap] = field(default_factory=dict)

    def growing(self, cause: GapCause) -> Gap | None:
        """Return the gap of that cause that has no end yet."""
        return next((gap for gap in self.gaps.values() if gap.cause is cause and gap.until is None), None)


@dataclass(frozen=True, kw_only=True, slots=True)
class Outage:
    """A time in which a connection wasn't live: what streams that nobody knew then may have missed."""

    #: from this message time on
    after: datetime
    #: to this one; None while it lasts
    until: datetime | None = None


@dataclass(kw_only=True, slots=True)
class Streams:
    """All streams of a community."""

    #: by what is quick to look up
    by_key: dict[StreamKey, Held] = field(default_factory=dict)
    #: by number
    by_number: dict[int, Held] = field(default_factory=dict)
    #: gaps that changed since they were stored, by surrogate
    unsaved: dict[str, Gap] = field(default_factory=dict)
    #: those of them that the ledger hasn't been told of
    unheard: set[str] = field(default_factory=set)
    #: the latest message time that a full queue turned away, by number, while it still does
    overflowing: dict[int, datetime] = field(default_factory=dict)
    #: the last outage of each connection
    outages: dict[Connection, Outage] = field(default_factory=dict)
    #: streams that there are, though nobody may have written in them
    expected: dict[StreamKey, Stream] = field(default_factory=dict)
    #: messages that a full queue turned away, before their streams had a number: the earliest and the latest time
    strangers: dict[StreamKey, tuple[Stream, datetime, datetime]] = field(default_factory=dict)

    def add(self, key: StreamKey, number: int, stream: Stream, mark: Mark) -> Held:
        """Remember a stream."""
        held = Held(number=number, stream=stream, mark=mark)
        self.by_key[key] = self.by_number[number] = held
        return held

    def of(self, connection: Connection) -> Iterator[Held]:
        """Yield the streams of a connection."""
        return (held for held in self.by_number.values() if held.stream.connection == connection)

    def change(self, gap: Gap, *, is_new: bool = False) -> None:
        """Remember a gap as it stands now, to be stored with the next batch."""
        self.unsaved[gap.id] = gap
        if is_new:
            self.unheard.add(gap.id)
        held = self.by_number[gap.channel]
        if gap.state is GapState.OPEN:
            held.gaps[gap.id] = gap
        else:
            held.gaps.pop(gap.id, None)

    def open_gaps(self) -> int:
        """Return how many gaps are open."""
        return sum(len(held.gaps) for held in self.by_number.values())


def key_of(stream: Stream) -> StreamKey:
    """Return what a stream is looked up by."""
    return (str(stream.platform), stream.workspace, stream.channel, stream.thread)


def expect(streams: Streams, named: Iterable[Stream]) -> None:
    """Note streams that there are; those that are known already stay as they are."""
    for stream in named:
        key = key_of(stream)
        if key not in streams.by_key:
            streams.expected[key] = stream


def new_gap(number: int, after: datetime, until: datetime | None, cause: GapCause, now: datetime) -> Gap:
    """Return a gap that was just noticed."""
    return Gap(
        id=new_id(), channel=number, after=after, until=until, read_until=after, cause=cause, opened_at=now, due_at=now
    )


def interrupt(streams: Streams, connection: Connection, cause: GapCause, now: datetime) -> None:
    """Open a gap in every stream of a connection, from a little before the newest that was judged."""
    newest = [held.mark.newest for held in streams.of(connection)]
    if newest:
        known = streams.outages.get(connection)
        lasting = known is not None and known.until is None
        after = known.after if known is not None and lasting else before(max(newest))
        streams.outages[connection] = Outage(after=after)
    for held in streams.of(connection):
        if held.growing(GapCause.RESTART) is None and held.growing(GapCause.INTERRUPTED) is None:
            streams.change(new_gap(held.number, before(held.mark.newest), None, cause, now), is_new=True)


def resume(streams: Streams, connection: Connection, at: datetime) -> None:
    """End what is missed through a connection: it is live again from then on; clocks may differ a little."""
    until = later(at, ALLOWANCE)
    outage = streams.outages.get(connection)
    if outage is not None and outage.until is None:
        streams.outages[connection] = Outage(after=outage.after, until=max(until, outage.after))
    for held in streams.of(connection):
        for cause in (GapCause.RESTART, GapCause.INTERRUPTED):
            gap = held.growing(cause)
            if gap is not None:
                streams.change(ended(gap, until))


def turned_away(streams: Streams, held: Held, at: datetime, now: datetime) -> None:
    """Note that a full queue turned a message of that time away: the stream's gap grows until there is room again."""
    latest = streams.overflowing.get(held.number)
    streams.overflowing[held.number] = at if latest is None else max(latest, at)
    gap = held.growing(GapCause.OVERFLOW)
    if gap is None:
        streams.change(new_gap(held.number, at, None, GapCause.OVERFLOW, now), is_new=True)
    elif at < gap.after:
        streams.change(replace(gap, after=at, read_until=at))


def there_is_room(streams: Streams) -> None:
    """End the gaps of a queue that was full: what was turned away can be read back."""
    while streams.overflowing:
        number, latest = streams.overflowing.popitem()
        gap = streams.by_number[number].growing(GapCause.OVERFLOW)
        if gap is not None:
            streams.change(ended(gap, latest))


def ended(gap: Gap, until: datetime) -> Gap:
    """Return the gap with an end; it is never before its beginning."""
    return replace(gap, until=max(until, gap.after))


def moved(streams: Streams, judged_at: Iterable[tuple[int, datetime]], ending: Gap | None) -> dict[int, Mark]:
    """Return the marks as they are once messages of these times were judged, and a gap was ended."""
    found: dict[int, Mark] = {}
    for number, at in judged_at:
        held = streams.by_number[number]
        found[number] = judged(found.get(number, held.mark), at, has_gap=bool(held.gaps))
    if ending is not None and ending.state is not GapState.OPEN:
        held = streams.by_number[ending.channel]
        others = [gap for gap in held.gaps.values() if gap.id != ending.id]
        found[ending.channel] = settled(found.get(ending.channel, held.mark), others)
    return found


def remember(streams: Streams, marks: Mapping[int, Mark]) -> None:
    """Take over marks that were stored."""
    for number, mark in marks.items():
        streams.by_number[number].mark = mark
