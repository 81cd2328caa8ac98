"""Says in our own words what a driver raises: by the databases' codes, and without anything that a row holds."""

import sqlite3
from typing import Any

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from bot.store.errors import (
    AppendOnlyError,
    CorruptedError,
    DeniedError,
    ReadOnlyError,
    StatementError,
    StoreError,
    UnavailableError,
)

#: SQLite: primary result code → what it means; BUSY, LOCKED, NOMEM, INTERRUPT, IOERR, FULL, CANTOPEN, PROTOCOL pass by
_SQLITE: dict[int, type[StoreError]] = {
    **dict.fromkeys((5, 6, 7, 9, 10, 13, 14, 15), UnavailableError),
    **dict.fromkeys((11, 26), CorruptedError),
    **dict.fromkeys((3, 23), DeniedError),
    8: ReadOnlyError,
}

#: a trigger's RAISE; ours are the only ones
_SQLITE_TRIGGER = 1811

#: PostgreSQL: SQLSTATE, or the class that its first two characters name → what it means
_POSTGRESQL: dict[str, type[StoreError]] = {
    "LC001": AppendOnlyError,
    "25006": ReadOnlyError,
    "25P03": UnavailableError,
    "42501": DeniedError,
    "55P03": UnavailableError,
    # connection, rolled back (serialization, deadlock), resources, operator, system
    **dict.fromkeys(("08", "40", "53", "57", "58"), UnavailableError),
    # who is it, and which database
    "28": DeniedError,
    "3D": UnavailableError,
    "XX": UnavailableError,
    "XX001": CorruptedError,
    "XX002": CorruptedError,
}

#: what asyncpg raises without a SQLSTATE when the line is cut
_CUT = ("connection is closed", "connection was closed")


def translated(error: BaseException) -> StoreError | None:
    """Return the error of ours that a driver's error means; None for what no database said.

    Only codes, names of constraints, and texts that never quote a value are taken over.
    """
    if isinstance(error, PoolTimeoutError):
        return UnavailableError("The database doesn't answer: every connection is taken.")
    if isinstance(error, OSError):
        return UnavailableError(f"The database doesn't answer: {type(error).__name__}.")
    original = error.orig if isinstance(error, DBAPIError) else error
    if isinstance(original, sqlite3.Error):
        return _from_sqlite(original)
    if isinstance(error, DBAPIError):
        return _from_postgresql(error)
    return None


def _from_sqlite(error: sqlite3.Error) -> StoreError:
    code = getattr(error, "sqlite_errorcode", None)
    if code is None:
        # raised by Python itself, with the text in question: what is stored is no UTF-8
        return CorruptedError() if str(error).startswith("Could not decode") else StatementError()
    if code == _SQLITE_TRIGGER:
        return AppendOnlyError()
    kind = _SQLITE.get(code & 0xFF, StatementError)
    if kind is UnavailableError:
        return UnavailableError(f"The database doesn't answer: {error}.")
    # "UNIQUE constraint failed: accounts.user", "no such column: x": names of ours, and no values
    named = f": {error}" if code & 0xFF in (sqlite3.SQLITE_CONSTRAINT, sqlite3.SQLITE_ERROR) else ""
    return kind(f"{kind.__doc__} ({error.sqlite_errorname}{named})")


def _from_postgresql(error: DBAPIError) -> StoreError:
    original: Any = error.orig
    state: str = getattr(original, "sqlstate", None) or ""
    said = type(getattr(original, "__cause__", None) or original).__name__
    kind = _POSTGRESQL.get(state) or _POSTGRESQL.get(state[:2])
    if kind is None:
        gone = error.connection_invalidated or (not state and any(text in str(original) for text in _CUT))
        kind = UnavailableError if gone else StatementError
    if kind is UnavailableError:
        return UnavailableError(f"The database doesn't answer: {said} {state}".rstrip() + ".")
    if kind is AppendOnlyError:
        return AppendOnlyError()
    cause = getattr(original, "__cause__", None)
    # of statements and constraints only names are told; any other text may quote a value
    named = str(original.args[0]) if state.startswith("42") else getattr(cause, "constraint_name", None)
    return kind(f"{kind.__doc__} ({' '.join(filter(None, (said, state, named)))})")
