"""The column types that all tables share, and the surrogates they hold."""

import secrets
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import BigInteger, Column, Dialect, ForeignKey, String, Text, TypeDecorator

from bot.store.errors import CorruptedError

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def micros(at: datetime) -> int:
    """Return a time as rows hold it: microseconds since 1970, UTC."""
    return (at - _EPOCH) // _MICROSECOND


def moment(at: int) -> datetime:
    """Return the time that a row holds."""
    return _EPOCH + timedelta(microseconds=at)


class Instant(TypeDecorator[datetime]):
    """A time in UTC, stored as whole microseconds: the same on every database, and comparable everywhere."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        """Return what is stored."""
        return None if value is None else micros(value)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:
        """Return what was stored; SQLite keeps whatever somebody else put there, and CorruptedError says so."""
        if value is None:
            return None
        try:
            return moment(value)
        except (TypeError, OverflowError):
            # without its cause, which quotes the value
            raise CorruptedError from None


def new_id() -> str:
    """Return a fresh random surrogate: 32 hexadecimal digits that say nothing of whom they stand for."""
    return secrets.token_hex(16)


#: letters and digits that nobody mistakes for one another
_LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


def new_number() -> str:
    """Return a fresh random number by which people call a case, such as `K7Q2MX`: one in 700 million."""
    return "".join(secrets.choice(_LETTERS) for _ in range(6))


#: a random surrogate
Id = String(32)
#: a name from a closed set of ours or from the policies
Word = String(64)


def surrogate(name: str = "id") -> Column[Any]:
    """Return a primary key that is a random surrogate."""
    return Column(name, Id, primary_key=True)


def refers(name: str, to: str, *, nullable: bool = False, index: bool = False) -> Column[Any]:
    """Return a column that names a row of another table."""
    kind = BigInteger if to == "channels.id" else Word if to == "communities.id" else Id
    return Column(name, kind, ForeignKey(to), nullable=nullable, index=index)


community = partial(refers, "community", "communities.id")


def instant(name: str, *, nullable: bool = False, index: bool = False) -> Column[Any]:
    """Return a column that holds a time."""
    return Column(name, Instant, nullable=nullable, index=index)


def word(name: str, *, nullable: bool = False, default: str | None = None) -> Column[Any]:
    """Return a column that holds a short name."""
    return Column(name, Word, nullable=nullable, server_default=default)


def text(name: str, *, nullable: bool = False, default: str | None = None) -> Column[Any]:
    """Return a column that holds a text of any length."""
    return Column(name, Text, nullable=nullable, server_default=default)


def rows(tuples: Iterable[Any]) -> list[dict[str, Any]]:
    """Return result rows as plain mappings."""
    return [fields(row) for row in tuples]


def fields(row: Any) -> dict[str, Any]:
    """Return a result row as a plain mapping."""
    return dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's public accessor in spite of its name
