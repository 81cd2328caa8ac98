"""Splits long lists of values, for a statement takes only so many parameters."""

from collections.abc import Collection, Iterator, Sequence
from itertools import islice
from typing import TypeVar

_T = TypeVar("_T")

#: SQLite takes 32,766 parameters a statement, asyncpg 32,767
MOST = 10_000


def chunks(values: Collection[_T], size: int = MOST) -> Iterator[Sequence[_T]]:
    """Yield the values in lists of at most `size`."""
    rest = iter(values)
    while part := list(islice(rest, size)):
        yield part
