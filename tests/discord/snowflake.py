"""Discord's ids: when something came to be, in the upper bits of a number."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

#: milliseconds from 1970 to the first of January 2015
EPOCH = 1_420_070_400_000


def at(id: str) -> datetime:
    """Return when something with this id came to be."""
    return datetime.fromtimestamp(((int(id) >> 22) + EPOCH) / 1000, UTC)


def first_at(moment: datetime) -> int:
    """Return the smallest id of a millisecond: what stands before it is older."""
    since = moment - datetime(2015, 1, 1, tzinfo=UTC)
    return since // timedelta(milliseconds=1) << 22


class Snowflakes:
    """Hands out ids that are unique, and ordered as they were asked for."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._last = 0
        self._given: set[int] = set()

    def next(self) -> str:
        """Return an id of now, above each that was returned here before."""
        self._last = max(first_at(self._now()), self._last + 1)
        return str(self._last)

    def of(self, moment: datetime) -> str:
        """Return an id for something that came to be at another time.

        It stands in the upper half of its millisecond, to which `next` never comes.
        """
        found = first_at(moment) | 1 << 21
        while found in self._given:
            found += 1
        self._given.add(found)
        return str(found)
