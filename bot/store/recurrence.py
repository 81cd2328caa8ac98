"""When something recurs: five fields of cron, read in a zone as a person reads a clock on the wall.

APScheduler's CronTrigger counts in wall time alone, where no day is shorter or longer; what a wall time means in the
two nights of the year is decided here. A fixed hour fires once a day: at the first of two equal times, and an hour
later when the clock leaps over it. An hour field that begins with `*` fires each time the clock shows it.
"""

import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from apscheduler.triggers.cron import CronTrigger

from bot.store.errors import BadRecurrenceError

_DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_NUMBERS = re.compile(r"[0-9*,/-]+")
_MONTHS = re.compile(r"[0-9a-zA-Z*,/-]+")
_DAYS_PART = re.compile(r"(\*|[0-7]|[a-z]{3})(?:-([0-7]|[a-z]{3}))?(?:/([1-9]))?")
_INSTANT = timedelta(microseconds=1)


@lru_cache(maxsize=256)
def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        # also a folder of the zone database, and a path out of it
        raise BadRecurrenceError(f"There is no time zone {name!r}: use an IANA name such as Europe/Berlin.") from error


@lru_cache(maxsize=256)
def _walls(cron: str) -> CronTrigger:
    fields = cron.split()
    if len(fields) != 5:
        raise BadRecurrenceError(f"{cron!r} has {len(fields)} fields: minute, hour, day, month, weekday are wanted.")
    minute, hour, day, month, weekday = fields
    if not all(map(_NUMBERS.fullmatch, (minute, hour, day))) or not _MONTHS.fullmatch(month):
        raise BadRecurrenceError(f"{cron!r} isn't cron: numbers, names, and the signs * , - / are.")
    if day != "*" and weekday != "*":
        raise BadRecurrenceError(f"{cron!r} names a day and a weekday: give one of them, the other is *.")
    try:
        return CronTrigger(
            minute=minute, hour=hour, day=day, month=month.lower(), day_of_week=_weekdays(weekday.lower()), timezone=UTC
        )
    except ValueError as error:
        raise BadRecurrenceError(f"{cron!r} isn't cron: {error}.") from error


def _weekdays(field: str) -> str:
    """Return the weekdays by name: to cron 0 and 7 are Sunday, to the trigger 0 is Monday."""
    if field == "*":
        return field
    named: set[str] = set()
    for part in field.split(","):
        found = _DAYS_PART.fullmatch(part)
        if found is None:
            raise BadRecurrenceError(f"{field!r} isn't a list of weekdays: 0 to 7 or sun to sat are.")
        first, last, step = found.groups()
        start = 0 if first == "*" else _day(first)
        end = 6 if first == "*" or (step and not last) else _day(last or first)
        # sat-mon and 5-7 go round the end of the week
        if end < start or last == "7":
            end += 7
        span = range(start, end + 1, int(step or 1))
        named.update(_DAYS[number % 7] for number in span)
    return ",".join(sorted(named))


def _day(name: str) -> int:
    if name.isdigit():
        return int(name) % 7
    if name not in _DAYS:
        raise BadRecurrenceError(f"{name!r} isn't a weekday: sun, mon, tue, wed, thu, fri, sat are.")
    return _DAYS.index(name)


@lru_cache(maxsize=256)
def check_recurrence(cron: str, zone: str) -> None:
    """Refuse what isn't cron, never comes, or lies in no zone; raise BadRecurrenceError that says which."""
    _zone(zone)
    if len(cron) > 64:
        raise BadRecurrenceError("The recurrence is too long: up to 64 signs are stored.")
    # a leap day comes within eight years, even around a century without one
    start = datetime(2096, 3, 1, tzinfo=UTC)
    found = _walls(cron).get_next_fire_time(None, start)
    if found is None or found > start + timedelta(days=366 * 9):
        raise BadRecurrenceError(f"{cron!r} never comes.")


def next_time(cron: str, zone: str, after: datetime) -> datetime:
    """Return the first time after `after` at which the recurrence is due, UTC; raise BadRecurrenceError."""
    check_recurrence(cron, zone)
    within, walls = _zone(zone), _walls(cron)
    if cron.split()[1].startswith("*"):
        return _shown(walls, within, after)
    return _once_a_day(walls, within, after)


def _wall_after(walls: CronTrigger, wall: datetime) -> datetime:
    """Return the next wall time that fits, both told as if they were UTC."""
    found: datetime = walls.get_next_fire_time(None, wall + _INSTANT)
    return found


def _once_a_day(walls: CronTrigger, zone: ZoneInfo, after: datetime) -> datetime:
    wall = after.astimezone(zone).replace(tzinfo=UTC)
    while True:
        wall = _wall_after(walls, wall)
        # a time that doesn't exist is read with the offset before the leap: it falls behind it
        at = wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
        # in the hour that comes twice, the first one may be over
        if at > after:
            return at


def _shown(walls: CronTrigger, zone: ZoneInfo, after: datetime) -> datetime:
    """Return when a clock in the zone next shows a time that fits: offset by offset, as there are leaps before it."""
    after, offset = after.astimezone(UTC), _offset(zone, after)
    while True:
        at = _wall_after(walls, after + offset) - offset
        if _offset(zone, at) == offset:
            return at
        leap = _leap(zone, after + _INSTANT, at, offset)
        after, offset = leap - _INSTANT, _offset(zone, leap)


def _offset(zone: ZoneInfo, at: datetime) -> timedelta:
    return at.astimezone(zone).utcoffset() or timedelta(0)


def _leap(zone: ZoneInfo, before: datetime, behind: datetime, offset: timedelta) -> datetime:
    """Return when the zone leaves the offset, which it has at `before` and no longer at `behind`."""
    while behind - before > _INSTANT:
        middle = before + (behind - before) // 2
        before, behind = (middle, behind) if _offset(zone, middle) == offset else (before, middle)
    return behind
