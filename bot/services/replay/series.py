"""Days gathered into as many buckets as a reader can take in: days, weeks, months or years."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from bot.services.replay.tally import Share


class Grain(StrEnum):
    """How long a bucket is."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"


@dataclass(frozen=True, kw_only=True, slots=True)
class Bucket:
    """One stretch of local days."""

    #: its first day
    start: date
    #: messages and joins judged
    messages: int
    #: those with a finding
    flagged: int


def series(days: Mapping[int, Share], limit: int) -> tuple[Grain, tuple[Bucket, ...]]:
    """Return the finest grain that needs at most `limit` buckets from the first day to the last, and the buckets.

    Empty stretches between are kept, so that a chart's axis is true; only when even years are too many, the latest
    `limit` years that have messages are returned.
    """
    if not days:
        return Grain.DAY, ()
    first, last = date.fromordinal(min(days)), date.fromordinal(max(days))
    grain = next((grain for grain in Grain if _distance(first, last, grain) < limit), Grain.YEAR)
    counts: dict[date, list[int]] = {}
    if _distance(first, last, grain) < limit:
        start: date | None = _start(first, grain)
        while start is not None and start <= last:
            counts[start] = [0, 0]
            start = _next(start, grain)
    for day, share in days.items():
        count = counts.setdefault(_start(date.fromordinal(day), grain), [0, 0])
        count[0] += share.messages
        count[1] += share.flagged
    buckets = (Bucket(start=begin, messages=count[0], flagged=count[1]) for begin, count in sorted(counts.items()))
    return grain, tuple(buckets)[-limit:]


def _distance(first: date, last: date, grain: Grain) -> int:
    if grain is Grain.DAY:
        return last.toordinal() - first.toordinal()
    if grain is Grain.WEEK:
        return (last.toordinal() - 1) // 7 - (first.toordinal() - 1) // 7
    if grain is Grain.MONTH:
        return (last.year - first.year) * 12 + last.month - first.month
    return last.year - first.year


def _start(day: date, grain: Grain) -> date:
    if grain is Grain.DAY:
        return day
    if grain is Grain.WEEK:
        return date.fromordinal((day.toordinal() - 1) // 7 * 7 + 1)
    return day.replace(day=1) if grain is Grain.MONTH else day.replace(month=1, day=1)


def _next(start: date, grain: Grain) -> date | None:
    try:
        if grain is Grain.DAY:
            return start + timedelta(days=1)
        if grain is Grain.WEEK:
            return start + timedelta(days=7)
        if grain is Grain.MONTH:
            return start.replace(year=start.year + start.month // 12, month=start.month % 12 + 1)
        return start.replace(year=start.year + 1)
    except (OverflowError, ValueError):
        return None
