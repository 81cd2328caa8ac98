"""Makes what was deleted disappear from the files: a database marks rows as gone long before it overwrites them."""

import asyncio
import sqlite3
from dataclasses import dataclass
from enum import StrEnum
from math import ceil
from typing import Any

from sqlalchemy import BigInteger, bindparam, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.engine import Store
from bot.store.faults import translated

#: where personal data stands
_TABLES = ("accounts", "messages", "seen", "subject_keys", "sealed_values", "evidence")
_PAUSE = 0.1
_LOCK_NOT_AVAILABLE = "55P03"
_DENIED = text(
    "SELECT relname FROM pg_class WHERE relname IN :tables AND pg_table_is_visible(oid)"
    " AND NOT pg_has_role(relowner, 'USAGE')"
).bindparams(bindparam("tables", expanding=True))
#: the transaction that would come next: everything deleted was deleted by an earlier one
_NOW = text("SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint")
#: whether a state before `now` can be seen; transactions are compared in their 32 bits, which wrap around
_SEEN = text(
    "SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint < :now OR EXISTS ("
    "SELECT FROM (SELECT backend_xmin FROM pg_stat_activity"
    " WHERE (datname = current_database() OR backend_type = 'walsender') AND pid <> pg_backend_pid()"
    " UNION ALL SELECT xmin FROM pg_replication_slots) AS held (since)"
    " WHERE since IS NOT NULL AND ((since::text::bigint - :now) & 4294967295) >= 2147483648)"
).bindparams(bindparam("now", type_=BigInteger))
#: seconds that older transactions, and then each lock, are waited for
_PATIENCE = 5.0


class Depth(StrEnum):
    """How thoroughly to sweep."""

    #: SQLite: empty the log; PostgreSQL: free the space of what was deleted
    LIGHT = "light"
    #: write anew what held it, so that no page holds anything of it
    FULL = "full"


@dataclass(frozen=True, kw_only=True, slots=True)
class Swept:
    """What a sweep came to."""

    #: nothing was in the way
    clean: bool
    #: tables that somebody held too long, or whose older rows a reader still sees
    left: tuple[str, ...] = ()
    #: PostgreSQL: tables that only their owner may sweep, which this role isn't
    denied: tuple[str, ...] = ()


async def sweep_files(store: Store, depth: Depth, patience: float = _PATIENCE) -> Swept:
    """Make what was deleted disappear from the database's files, outside any transaction.

    SQLite: the full sweep writes the whole file anew and cuts the log to nothing. PostgreSQL: the full sweep writes the
    five tables anew, one after the other, each under a lock that isn't waited for longer than `patience` seconds; what
    its own log and backups hold stays there until they are recycled.
    """
    try:
        return await (_sweep_sqlite if store.is_sqlite else _sweep_postgresql)(store, depth, patience)
    except (DBAPIError, sqlite3.Error, OSError) as error:
        ours = translated(error)
        if ours is None:
            raise
        raise ours from None


async def _sweep_sqlite(store: Store, depth: Depth, patience: float) -> Swept:
    if store.turn is None:
        raise TypeError
    async with store.turn, store.writer.connect() as connection:
        bare = await _bare(connection)
        vacuumed = depth is Depth.LIGHT or await _tried(bare, "VACUUM")
        for _ in range(ceil(patience / _PAUSE)):
            cursor = await bare.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            busy = (await cursor.fetchone())[0]
            await cursor.close()
            if not busy:
                return Swept(clean=vacuumed, left=() if vacuumed else _TABLES)
            # a reader is under way; each lasts milliseconds
            await asyncio.sleep(_PAUSE)
    return Swept(clean=False, left=_TABLES)


async def _bare(connection: AsyncConnection) -> Any:
    """Return the driver's own connection, which is in no transaction: these statements stand outside of any."""
    return (await connection.get_raw_connection()).driver_connection


async def _tried(bare: Any, statement: str) -> bool:
    """Return whether it was done; False when another process was at the file for longer than we wait."""
    try:
        await (await bare.execute(statement)).close()
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
            return False
        raise
    return True


async def _sweep_postgresql(store: Store, depth: Depth, patience: float) -> Swept:
    left = []
    async with store.writer.connect() as connection:
        outside = await connection.execution_options(isolation_level="AUTOCOMMIT")
        # the server would only warn of these
        denied = tuple(await outside.scalars(_DENIED, {"tables": _TABLES}))
        gone = await _gone_for_all(outside, patience)
        await outside.execute(text(f"SET lock_timeout = {ceil(patience * 1000)}"))
        try:
            for table in [table for table in _TABLES if table not in denied]:
                if depth is Depth.FULL and await _vacuumed(outside, f"VACUUM (FULL) {table}"):
                    continue
                freed = await _vacuumed(outside, f"VACUUM {table}")
                if depth is Depth.FULL or not freed:
                    left.append(table)
        finally:
            await outside.execute(text("RESET lock_timeout"))
        if not gone:
            left = list(_TABLES)
    return Swept(clean=not left and not denied, left=tuple(left), denied=denied)


async def _vacuumed(connection: AsyncConnection, statement: str) -> bool:
    """Return whether it was done; False when somebody held the table for too long."""
    try:
        await connection.execute(text(statement))
    except DBAPIError as error:
        if getattr(error.orig, "sqlstate", "") == _LOCK_NOT_AVAILABLE:
            return False
        raise
    return True


async def _gone_for_all(connection: AsyncConnection, patience: float) -> bool:
    """Return whether nobody can see any more what was deleted before now; wait a while until it is so.

    No vacuum takes a row from under a transaction that may still see it. That is one of this database with an older
    snapshot, and, as new snapshots reach back to it, any older transaction of the whole server that has written.
    """
    now = (await connection.execute(_NOW)).scalar_one()
    for _ in range(ceil(patience / _PAUSE)):
        if not (await connection.execute(_SEEN, {"now": now})).scalar_one():
            return True
        await asyncio.sleep(_PAUSE)
    return False
