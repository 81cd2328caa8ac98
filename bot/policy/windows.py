"""Series of features in time order, by key: what counting within a window of message time is made of."""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable, Hashable
from operator import itemgetter

from bot.domain.judgement import Features

#: key → features sorted by time and id; a key without any is absent
Table = dict[Hashable, list[Features]]

TIME: Callable[[Features], float] = itemgetter(Features._fields.index("at"))
PLACE: Callable[[Features], tuple[float, str]] = itemgetter(*map(Features._fields.index, ("at", "message")))


def put(table: Table, key: Hashable, row: Features) -> None:
    """Add features to the series of a key, wherever their time belongs."""
    series = table.get(key)
    if series is None:
        table[key] = [row]
    elif row.at > series[-1].at:
        series.append(row)
    else:
        insort(series, row, key=PLACE)


def take(table: Table, key: Hashable, row: Features) -> None:
    """Remove features from the series of a key, if they are there."""
    series = table.get(key, [])
    place = find(series, row)
    if place is not None:
        del series[place]
        if not series:
            del table[key]


def find(series: list[Features], row: Features) -> int | None:
    """Return where these very features stand in a series."""
    place = bisect_left(series, PLACE(row), key=PLACE)
    return place if place < len(series) and series[place] is row else None


def window(series: list[Features], after: float, until: float) -> tuple[int, int]:
    """Return start and end of what is later than `after` and not later than `until`."""
    end = len(series) if series[-1].at <= until else bisect_right(series, until, key=TIME)
    start = 0 if series[0].at > after else bisect_right(series, after, key=TIME)
    return start, max(start, end)


def count(table: Table, key: Hashable, after: float, until: float) -> int:
    """Return how many rows of a key lie in the window."""
    series = table.get(key)
    if series is None or series[-1].at <= after:
        return 0
    start, end = window(series, after, until)
    return end - start


def add_up(
    table: Table,
    key: Hashable,
    after: float,
    until: float,
    *,
    without: Features | None,
    amount: Callable[[Features], int],
    enough: int,
) -> int:
    """Return the sum of an amount over the rows in the window, leaving out `without`, until it reaches `enough`.

    A series holds only rows whose amount is at least one, so few more than `enough` of them are looked at.
    """
    series = table.get(key)
    if series is None or series[-1].at <= after:
        return 0
    start, end = window(series, after, until)
    reached = 0
    for place in range(end - 1, start - 1, -1):
        row = series[place]
        if row is not without:
            reached += amount(row)
            if reached >= enough:
                break
    return reached
