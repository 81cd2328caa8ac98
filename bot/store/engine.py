"""Opens the database, and hands out the two kinds of transaction: writing, one at a time on SQLite, and reading."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Engine, event, make_url
from sqlalchemy.exc import ArgumentError, DisconnectionError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from bot.store.errors import UnknownDatabaseError
from bot.store.faults import translated
from bot.store.guard import Guard, guard_file
from bot.store.near import connect_near

#: a transaction under way
Tx = AsyncConnection

_DRIVERS = {
    "sqlite": "sqlite+aiosqlite",
    "sqlite+aiosqlite": "sqlite+aiosqlite",
    "postgresql": "postgresql+asyncpg",
    "postgres": "postgresql+asyncpg",
    "postgresql+asyncpg": "postgresql+asyncpg",
}
#: connections a process; `docs/operations.md` counts them against PostgreSQL's limit
_READERS = 4
_WRITERS = 8
_GLANCERS = 2

#: seconds that SQLite waits for another process, and PostgreSQL may take to let us in
_PATIENCE = 10.0
#: how many times as long one statement may leave us without an answer; a line that went dead says nothing at all
_SILENCE = 6
#: milliseconds after which PostgreSQL ends a writing transaction whose process fell silent: what it locked stays locked
#: for less than a lease lasts, so that another process can take over from a machine that has vanished
_VANISHED = 15_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Store:
    """An open database."""

    #: transactions that write
    writer: AsyncEngine
    #: transactions that only read
    reader: AsyncEngine
    #: transactions that read a few rows; on PostgreSQL the same as those that read
    glancer: AsyncEngine
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

        Never await a platform inside, nor catch what the database says in order to go on: on PostgreSQL nothing does.
        Raises UnavailableError when the database doesn't answer, is full, or chose this transaction to give way to
        another: it is tried again as a whole. Raises other StoreErrors when trying again won't help.
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
        """Begin a transaction that sees one state of everything and can't write; raises what `writing` raises."""
        with _told():
            async with self.reader.begin() as tx:
                yield tx

    @asynccontextmanager
    async def glancing(self) -> AsyncIterator[Tx]:
        """Begin a transaction that reads a few rows by their keys; otherwise the same as `reading`.

        On SQLite it is done on the spot, in a fraction of the time: whatever reads much would hold everything else up.
        """
        with _told():
            async with self.glancer.begin() as tx:
                yield tx

    async def close(self) -> None:
        """Close every connection; aiosqlite's threads would keep the process alive."""
        try:
            await self.writer.dispose()
            await self.reader.dispose()
            await self.glancer.dispose()
        finally:
            if self.guard is not None:
                self.guard.release()


class _told:  # noqa: N801 - reads as the phrase it is
    """Says in our own words what the database reports."""

    def __enter__(self) -> None:
        """Begin."""

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        """Turn what the driver raises into an error of ours, at this one edge."""
        ours = None if error is None else translated(error)
        if ours is not None and error is not None:
            # without its cause: what the driver says may quote what is stored
            raise ours.with_traceback(error.__traceback__) from None


def database_url(database: str) -> URL:
    """Return where the database is; a bare path is an SQLite file.

    Raises UnknownDatabaseError for any other kind of database.
    """
    try:
        url = make_url(database) if "://" in database else URL.create("sqlite", database=database)
    except ArgumentError as error:
        raise UnknownDatabaseError from error
    driver = _DRIVERS.get(url.drivername)
    if driver is None or not url.database or url.database.startswith((":memory:", "file:")):
        raise UnknownDatabaseError
    return url.set(drivername=driver)


def open_store(database: str, *, alone: bool = True, patience: float = _PATIENCE) -> Store:
    """Return the open database; nothing is read or made yet.

    `alone` says that this process means to run on an SQLite file by itself; a command beside it doesn't. `patience`
    is how many seconds it waits for a file that another process writes to, or for a server to let it in.
    Raises InUseError when another process runs on the file, UnavailableError when its folder can't be had,
    UnknownDatabaseError.
    """
    url = database_url(database)
    if url.get_backend_name() == "sqlite":
        return _open_file(url, alone=alone, patience=patience)
    return _open_server(url, patience)


def _open_server(url: URL, patience: float) -> Store:
    open_engine = partial(create_async_engine, url, max_overflow=0, hide_parameters=True)
    waits = {"timeout": patience, "command_timeout": _SILENCE * patience}
    vanishes = {"idle_in_transaction_session_timeout": str(_VANISHED)}
    # levels are said aloud, for a server may have other defaults
    writer = open_engine(
        pool_size=_WRITERS, isolation_level="READ COMMITTED", connect_args=waits | {"server_settings": vanishes}
    )
    # a reader locks nothing, and may take its time
    reader = open_engine(
        pool_size=_READERS,
        isolation_level="REPEATABLE READ",
        connect_args=waits,
        execution_options={"postgresql_readonly": True},
    )
    for engine in (writer, reader):
        event.listen(engine.sync_engine, "checkout", _refuse_closed)
    return Store(writer=writer, reader=reader, glancer=reader, turn=None)


def _refuse_closed(connection: Any, _record: object, _proxy: object) -> None:
    """Have the pool open anew what the server closed meanwhile; asyncpg knows of it, and nobody need be asked."""
    if connection.driver_connection.is_closed():
        raise DisconnectionError


def _open_file(url: URL, *, alone: bool, patience: float) -> Store:
    path = Path(url.database or "")
    with _told():
        path.parent.mkdir(parents=True, exist_ok=True)
        guard = guard_file(path) if alone else None
        if not path.exists():
            # it will hold who is who: for nobody but whoever runs the program; SQLite's files beside it follow suit
            path.touch(mode=0o600)
    writer = create_async_engine(
        url, pool_size=1, max_overflow=0, hide_parameters=True, async_creator=partial(connect_near, path)
    )
    reader = create_async_engine(url, pool_size=_READERS, max_overflow=0, hide_parameters=True)
    _prepare(writer.sync_engine, begin="BEGIN IMMEDIATE", query_only=False, patience=patience)
    _prepare(reader.sync_engine, begin="BEGIN", query_only=True, patience=patience)
    glancer = create_async_engine(
        url, pool_size=_GLANCERS, max_overflow=0, hide_parameters=True,
        async_creator=partial(connect_near, path, writes=False),
    )  # fmt: skip
    _prepare(glancer.sync_engine, begin="BEGIN", query_only=True, patience=patience)
    return Store(writer=writer, reader=reader, glancer=glancer, turn=asyncio.Lock(), guard=guard)


def _prepare(engine: Engine, *, begin: str, query_only: bool, patience: float) -> None:
    """Take transactions into our own hands: the driver would open none for a read, and lose updates silently."""

    def on_connect(connection: Any, _record: object) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in (
            f"busy_timeout={round(patience * 1_000)}",
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
