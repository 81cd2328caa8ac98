"""Opens the database, and hands out the two kinds of transaction: writing, one at a time on SQLite, and reading."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from bot.store.errors import UnavailableError, UnknownDatabaseError
from bot.store.guard import Guard, guard_file

#: a transaction under way
Tx = AsyncConnection

_DRIVERS = {
    "sqlite": "sqlite+aiosqlite",
    "sqlite+aiosqlite": "sqlite+aiosqlite",
    "postgresql": "postgresql+asyncpg",
    "postgres": "postgresql+asyncpg",
    "postgresql+asyncpg": "postgresql+asyncpg",
}
_READERS = 4
_WRITERS = 8

#: milliseconds that SQLite waits for another process
_PATIENCE = 10_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Store:
    """An open database."""

    #: transactions that write
    writer: AsyncEngine
    #: transactions that only read
    reader: AsyncEngine
    #: SQLite: whose turn it is to write, first come, first served
    turn: asyncio.Lock | None
    #: SQLite: the file is this process's own
    guard: Guard | None = None

    @property
    def is_sqlite(self) -> bool:
        """Whether everything is in one file."""
        return self.turn is not None

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[Tx]:
        """Begin a transaction that writes; it commits at the end, or leaves nothing behind when an error passes.

        Never await a platform inside. Raises UnavailableError when the database doesn't answer.
        """
        with _told():
            if self.turn is None:
                async with self.writer.begin() as tx:
                    yield tx
            else:
                async with self.turn, self.writer.begin() as tx:
                    yield tx

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Tx]:
        """Begin a transaction that sees one state of everything and can't write."""
        with _told():
            async with self.reader.begin() as tx:
                yield tx

    async def close(self) -> None:
        """Close every connection; aiosqlite's threads would keep the process alive."""
        await self.writer.dispose()
        await self.reader.dispose()
        if self.guard is not None:
            self.guard.release()


class _told:  # noqa: N801 - reads as the phrase it is
    """Says in our own words that the database doesn't answer."""

    def __enter__(self) -> None:
        """Begin."""

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        """Turn what the driver raises into an error of ours, at this one edge."""
        if isinstance(error, PoolTimeoutError | OSError | TimeoutError) or (
            isinstance(error, OperationalError | InterfaceError)
            or (isinstance(error, DBAPIError) and error.connection_invalidated)
        ):
            raise UnavailableError(f"The database doesn't answer: {_reason(error)}.") from error


def _reason(error: BaseException) -> str:
    """Return what the driver says, without statement and parameters: they may hold what no log should."""
    original = getattr(error, "orig", None) or error
    return f"{type(original).__name__}: {str(original).splitlines()[0] if str(original) else ''}".rstrip(": ")


def database_url(database: str) -> URL:
    """Return where the database is; a bare path is an SQLite file.

    Raises UnknownDatabaseError for any other kind of database.
    """
    try:
        url = make_url(database) if "://" in database else URL.create("sqlite", database=database)
    except ArgumentError as error:
        raise UnknownDatabaseError from error
    driver = _DRIVERS.get(url.drivername)
    if driver is None or not url.database or url.database == ":memory:":
        raise UnknownDatabaseError
    return url.set(drivername=driver)


def open_store(database: str, *, alone: bool = True) -> Store:
    """Return the open database; nothing is read or made yet.

    `alone` says that this process means to run on an SQLite file by itself; a command beside it doesn't.
    Raises InUseError when another process runs on the file, UnknownDatabaseError.
    """
    url = database_url(database)
    if url.get_backend_name() == "sqlite":
        return _open_file(url, alone=alone)
    writer = create_async_engine(url, pool_size=_WRITERS, max_overflow=0, pool_pre_ping=True, hide_parameters=True)
    reader = create_async_engine(
        url,
        pool_size=_READERS,
        max_overflow=0,
        pool_pre_ping=True,
        hide_parameters=True,
        execution_options={
            "isolation_level": "REPEATABLE READ",
            "postgresql_readonly": True,
        },
    )
    return Store(writer=writer, reader=reader, turn=None)


def _open_file(url: URL, *, alone: bool) -> Store:
    path = Path(url.database or "")
    path.parent.mkdir(parents=True, exist_ok=True)
    guard = guard_file(path) if alone else None
    writer = create_async_engine(url, pool_size=1, max_overflow=0, hide_parameters=True)
    reader = create_async_engine(url, pool_size=_READERS, max_overflow=0, hide_parameters=True)
    _prepare(writer.sync_engine, begin="BEGIN IMMEDIATE", query_only=False)
    _prepare(reader.sync_engine, begin="BEGIN", query_only=True)
    return Store(writer=writer, reader=reader, turn=asyncio.Lock(), guard=guard)


def _prepare(engine: Engine, *, begin: str, query_only: bool) -> None:
    """Take transactions into our own hands: the driver would open none for a read, and lose updates silently."""

    def on_connect(connection: Any, _record: object) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in (
            f"busy_timeout={_PATIENCE}",
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            "secure_delete=ON",
            "trusted_schema=OFF",
            f"query_only={'ON' if query_only else 'OFF'}",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    def on_begin(connection: Any) -> None:
        connection.exec_driver_sql(begin)

    event.listen(engine, "connect", on_connect)
    event.listen(engine, "begin", on_begin)
