"""Marks and gaps: up to where a stream was judged, and what of it may have been missed."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum

#: messages may arrive out of their order by so much, and clocks differ by so much
ALLOWANCE = timedelta(minutes=2)

#: before any message
EVER = datetime.min.replace(tzinfo=UTC)


class GapCause(StrEnum):
    """Why something may have been missed."""

    #: the program wasn't running, or another process took over
    RESTART = "restart"
    #: the session with the platform was lost
    INTERRUPTED = "interrupted"
    #: the queue was full
    OVERFLOW = "overflow"
    #: a message could not be stored
    LATE = "late"


class GapState(StrEnum):
    """What became of it."""

    #: to be read back
    OPEN = "open"
    #: read back and judged
    CLOSED = "closed"
    #: it can't be read back
    LOST = "lost"


@dataclass(frozen=True, kw_only=True, slots=True)
class Gap:
    """What may have been missed in one stream, by message time."""

    #: surrogate
    id: str
    #: number of the stream
    channel: int
    #: from then on, included
    after: datetime
    #: up to then, included; None while it grows
    until: datetime | None = None
    #: how far it was read back
    read_until: datetime
    #: why
    cause: GapCause
    #: what became of it
    state: GapState = GapState.OPEN
    #: lost: a code
    reason: str = ""
    #: when it was noticed
    opened_at: datetime
    #: when it was closed or given up
    closed_at: datetime | None = None
    #: it is read from then on
    due_at: datetime
    #: readings that failed
    attempts: int = 0

    def is_due(self, at: datetime) -> bool:
        """Return whether it can be read back now: it has an end, and isn't put off."""
        return self.state is GapState.OPEN and self.until is not None and self.due_at <= at


@dataclass(frozen=True, kw_only=True, slots=True)
class Mark:
    """How far a stream was judged."""

    #: everything up to here was judged, but for what lies in open gaps
    mark: datetime
    #: the newest message time that was judged
    newest: datetime


def judged(mark: Mark, at: datetime, *, has_gap: bool) -> Mark:
    """Return the mark once a message of that time was judged: it stands still while a gap is open."""
    newest = max(mark.newest, at)
    return Mark(mark=mark.mark if has_gap else max(mark.mark, newest), newest=newest)


def settled(mark: Mark, gaps: Iterable[Gap]) -> Mark:
    """Return the mark after a gap ended: without any that is open, it moves to the newest judged."""
    if any(gap.state is GapState.OPEN for gap in gaps):
        return mark
    return replace(mark, mark=max(mark.mark, mark.newest))


def bounded(at: datetime, now: datetime) -> datetime:
    """Return a message time for windows and marks: none lies in the future, whatever a platform's clock says."""
    return min(at, later(now, ALLOWANCE))


def later(at: datetime, by: timedelta) -> datetime:
    """Return a time moved by a duration, within the calendar."""
    try:
        return at + by
    except OverflowError:
        return datetime.max.replace(tzinfo=UTC) if by > timedelta() else EVER


def before(at: datetime) -> datetime:
    """Return the time from which on something may have been missed, when `at` is the newest that was judged."""
    return later(at, -ALLOWANCE)


def spans(gaps: Iterable[Gap]) -> list[list[Gap]]:
    """Return gaps of one stream that have an end, those together that overlap: what lies in several is read once."""
    found: list[list[Gap]] = []
    reach = EVER
    for gap in sorted(gaps, key=lambda one: one.read_until):
        if found and gap.read_until <= reach:
            found[-1].append(gap)
        else:
            found.append([gap])
            reach = EVER
        reach = max(reach, gap.until or gap.read_until)
    return found


def read_on(gap: Gap, until: datetime) -> Gap:
    """Return the gap read back up to a time; what was read stays read."""
    return replace(gap, read_until=max(gap.read_until, until))


def closed(gap: Gap, at: datetime) -> Gap:
    """Return the gap, read back whole."""
    return replace(gap, state=GapState.CLOSED, closed_at=at)


def lost(gap: Gap, reason: str, at: datetime) -> Gap:
    """Return the gap, given up."""
    return replace(gap, state=GapState.LOST, reason=reason, closed_at=at)


def put_off(gap: Gap, due_at: datetime) -> Gap:
    """Return the gap, to be read again later."""
    return replace(gap, due_at=due_at, attempts=gap.attempts + 1)
