"""Washes a PostgreSQL database between tests: emptying one takes milliseconds, copying one half a second.

The store of a test and whoever washes stay connected: what a server has to learn of a database for every connection
anew, and prepare, is most of what a short test costs. One whose beginning was kept is filled again with it.
"""

import asyncio
from dataclasses import dataclass
from typing import Any

import asyncpg
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.store.engine import Store, open_store
from tests.statements import share_compiled

#: what connections are called that outlive a test
_STAYING = "locum_staying"
#: seconds after which a database that doesn't let itself be washed is thrown away
_PATIENCE = 120.0
#: so many of an engine's connections stay; only tests that do much at once have more
_FEW = 2

#: everything that a test could have changed beside rows
_SHAPE = """
    SELECT md5(string_agg(line, ';' ORDER BY line)) FROM (
        SELECT format('%s.%s %s %s', attrelid::regclass, attname, atttypid, attnotnull) AS line
        FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
        WHERE relnamespace = 'public'::regnamespace AND attnum > 0 AND NOT attisdropped
        UNION ALL SELECT format('%s %s', conname, pg_get_constraintdef(oid)) FROM pg_constraint
        WHERE connamespace = 'public'::regnamespace
        UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'
        UNION ALL SELECT format('%s %s %s', tgrelid::regclass, tgname, tgenabled) FROM pg_trigger WHERE NOT tgisinternal
        UNION ALL SELECT format('%s %s', proname, prosrc) FROM pg_proc WHERE pronamespace = 'public'::regnamespace
        UNION ALL SELECT format('%s %s %s', relname, relacl, relowner) FROM pg_class
        WHERE relnamespace = 'public'::regnamespace
        UNION ALL SELECT format('%s %s', nspname, nspacl) FROM pg_namespace WHERE nspname !~ '^pg_'
        UNION ALL SELECT coalesce(setconfig::text, '') FROM pg_db_role_setting
        WHERE setdatabase = (SELECT oid FROM pg_database WHERE datname = current_database())
        UNION ALL SELECT version_num FROM alembic_version
    ) AS shape
"""
_OTHERS = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid() AND application_name <> $1"
)
_ALONE = """
    SELECT NOT EXISTS (
        SELECT FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
            AND application_name <> $1
    )
"""
#: the beginning stands in a schema of its own, out of everybody's search path
_KEEP = """
    DO $$ DECLARE named text; BEGIN
        CREATE SCHEMA beginning;
        FOR named IN SELECT quote_ident(tablename) FROM pg_tables
            WHERE schemaname = 'public' AND tablename <> 'alembic_version' LOOP
            EXECUTE 'CREATE TABLE beginning.' || named || ' AS TABLE public.' || named;
        END LOOP;
        CREATE TABLE beginning.next_numbers AS SELECT sequencename AS named, last_value AS last
            FROM pg_sequences WHERE schemaname = 'public' AND last_value IS NOT NULL;
    END $$
"""
_FILL = """
    DO $$ DECLARE named text; BEGIN
        SET LOCAL session_replication_role = replica;
        FOR named IN SELECT quote_ident(tablename) FROM pg_tables
            WHERE schemaname = 'beginning' AND tablename <> 'next_numbers' LOOP
            EXECUTE 'INSERT INTO public.' || named || ' OVERRIDING SYSTEM VALUE TABLE beginning.' || named;
        END LOOP;
        PERFORM setval('public.' || quote_ident(next_numbers.named), last) FROM beginning.next_numbers;
    END $$
"""
_WASH = """
    DO $$ DECLARE named text; guarded boolean; holds boolean; BEGIN
        -- neither foreign keys nor the ledger's own guards are asked
        SET LOCAL session_replication_role = replica;
        FOR named, guarded IN
            SELECT oid::regclass::text,
                EXISTS (SELECT FROM pg_trigger WHERE tgrelid = pg_class.oid AND tgname = 'append_only')
            FROM pg_class
            WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND relname <> 'alembic_version'
        LOOP
            EXECUTE 'SELECT EXISTS (SELECT FROM ' || named || ')' INTO holds;
            CONTINUE WHEN NOT holds;
            IF guarded THEN EXECUTE 'ALTER TABLE ' || named || ' DISABLE TRIGGER append_only'; END IF;
            EXECUTE 'DELETE FROM ' || named;
            IF guarded THEN EXECUTE 'ALTER TABLE ' || named || ' ENABLE ALWAYS TRIGGER append_only'; END IF;
        END LOOP;
        PERFORM setval(seqrelid::regclass, seqstart, false) FROM pg_sequence JOIN pg_class ON oid = seqrelid
        WHERE relnamespace = 'public'::regnamespace;
    END $$
"""


async def shape_of(address: str) -> str:
    """Return a digest of everything in a database that isn't a row of ours."""
    connection = await asyncpg.connect(address)
    try:
        return str(await connection.fetchval(_SHAPE))
    finally:
        await connection.close()


@dataclass(kw_only=True)
class Basin:
    """One database that tests use one after the other."""

    #: where it is
    address: str
    #: a digest of how it was made
    shape: str = ""
    #: open from test to test
    _store: Store | None = None
    #: whoever washes it
    _washer: "asyncpg.Connection[Any] | None" = None

    def store(self) -> Store:
        """Return a store for one test, which needn't close it; what a test listens for on its engines ends with it."""
        if self._store is None:
            self._store = open_store(self.address)
            for engine in (self._store.writer, self._store.reader):
                event.listen(engine.sync_engine, "do_connect", _stay)
        writer, reader = (
            AsyncEngine(engine.sync_engine.execution_options()) for engine in (self._store.writer, self._store.reader)
        )
        return share_compiled(Store(writer=writer, reader=reader, glancer=reader, turn=None))

    async def wash(self) -> bool:
        """Empty the database, and return whether it is as it was made; where it isn't, it is to be thrown away."""
        try:
            washer = await self._connected()
            await self._be_alone(but=_STAYING if await self._rests() else "nobody")
            await washer.execute(_WASH)
            return bool(await washer.fetchval(_SHAPE) == self.shape)
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, TimeoutError):
            return False

    async def keep_beginning(self) -> None:
        """Keep the rows that there are now, to be filled with them again and again."""
        washer = await self._connected()
        await washer.execute(_KEEP)

    async def begin_again(self) -> None:
        """Put the database back to the beginning that was kept, once nobody else is in it."""
        washer = await self._connected()
        await self._be_alone(but=_STAYING)
        async with washer.transaction():
            await washer.execute(_WASH)
            await washer.execute(_FILL)

    async def _be_alone(self, *, but: str) -> None:
        """Return once nobody else is in the database but those that are called so."""
        washer = await self._connected()
        # whoever is told to go may still commit what was asked of them before, or have come a moment later
        async with asyncio.timeout(_PATIENCE):
            while not await washer.fetchval(_ALONE, but):
                await washer.execute(_OTHERS, but)
                await asyncio.sleep(0.005)

    async def _connected(self) -> "asyncpg.Connection[Any]":
        if self._washer is None:
            self._washer = await asyncpg.connect(
                self.address, timeout=_PATIENCE, command_timeout=_PATIENCE,
                server_settings={"application_name": _STAYING, "lock_timeout": "30s"},
            )  # fmt: skip
        return self._washer

    async def _rests(self) -> bool:
        """Return whether nothing of the store's is under way; more than a few connections are closed."""
        if self._store is None:
            return True
        pools: list[Any] = [engine.sync_engine.pool for engine in (self._store.writer, self._store.reader)]
        at_rest = not any(pool.checkedout() for pool in pools)
        if not at_rest or any(pool.checkedin() > _FEW for pool in pools):
            await self._store.close()
            self._store = self._store if at_rest else None
        return at_rest

    async def close(self) -> None:
        """Leave no connection open."""
        if self._store is not None:
            await self._store.close()
        if self._washer is not None:
            self._washer.terminate()


def _stay(_dialect: object, _record: object, _arguments: object, given: dict[str, Any]) -> None:
    """Let a connection say that it outlives a test."""
    given["server_settings"] = {**given.get("server_settings", {}), "application_name": _STAYING}
