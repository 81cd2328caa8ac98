"""Parts of a day in a place's own time: when they are open, and when they open next, in both odd nights of a year."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from bot.domain.escalation import Hours

_DAY = timedelta(days=1)
_SECOND = timedelta(seconds=1)
#: so far ahead every part of a day has come at least once, also in a zone that leaves out a day
_AHEAD = 4


def is_open(hours: Hours, at: datetime) -> bool:
    """Return whether an instant lies within the hours."""
    return any(start <= at < end for start, end in _windows(hours, at, -2, 1))


def next_opening(hours: Hours, at: datetime) -> datetime:
    """Return the first instant of the hours from `at` on, UTC; `at` itself where they are open."""
    windows = list(_windows(hours, at, -2, _AHEAD))
    if any(start <= at < end for start, end in windows):
        return at
    return min(start for start, _ in windows if start > at)


def _windows(hours: Hours, at: datetime, first: int, last: int) -> Iterator[tuple[datetime, datetime]]:
    zone = ZoneInfo(hours.zone)
    today = at.astimezone(zone).date()
    for number in range(first, last + 1):
        yield _window(hours, today + number * _DAY)


@lru_cache(maxsize=4096)
def _window(hours: Hours, day: date) -> tuple[datetime, datetime]:
    """Return the instants between which the hours of a local day lie, half-open.

    Of two equal times the first begins and the second ends; a time that the clock leaps over is the leap itself. What
    lies in a leap altogether begins there, and is as long as ever: no day goes without.
    """
    zone = ZoneInfo(hours.zone)
    behind = day if hours.start < hours.end else day + _DAY
    start, end = _instant(day, hours.start, zone, 0), _instant(behind, hours.end, zone, 1)
    if start < end:
        return start, end
    return start, start + (datetime.combine(behind, hours.end) - datetime.combine(day, hours.start))


def _instant(day: date, wall: time, zone: ZoneInfo, fold: int) -> datetime:
    """Return when a clock in the zone shows a time."""
    first, second = (datetime.combine(day, wall, zone).replace(fold=one) for one in (0, 1))
    before, after = first.utcoffset() or timedelta(0), second.utcoffset() or timedelta(0)
    if before >= after:
        return (second if fold else first).astimezone(UTC)
    # the clock leaps over it, somewhere between what it would be by the one offset and by the other
    early, late = second.astimezone(UTC), first.astimezone(UTC)
    while late - early > _SECOND:
        middle = (early + (late - early) / 2).replace(microsecond=0)
        if middle in (early, late):
            break
        early, late = (middle, late) if middle.astimezone(zone).utcoffset() == before else (early, middle)
    return late
