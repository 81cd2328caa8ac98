"""Washes a PostgreSQL database between tests: emptying one takes milliseconds, copying one half a second.

One whose beginning was kept is filled again with it.
"""

import asyncio

import asyncpg

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
    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
)
_ALONE = """
    SELECT NOT EXISTS (
        SELECT FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
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
    DO $$ DECLARE named text; BEGIN
        -- neither foreign keys nor the ledger's own guards are asked
        SET LOCAL session_replication_role = replica;
        FOR named IN SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = 'append_only' LOOP
            EXECUTE 'ALTER TABLE ' || named || ' DISABLE TRIGGER append_only';
        END LOOP;
        FOR named IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version' LOOP
            EXECUTE 'DELETE FROM public.' || quote_ident(named);
        END LOOP;
        FOR named IN SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = 'append_only' LOOP
            EXECUTE 'ALTER TABLE ' || named || ' ENABLE ALWAYS TRIGGER append_only';
        END LOOP;
        FOR named IN SELECT sequencename FROM pg_sequences WHERE schemaname = 'public' LOOP
            EXECUTE 'ALTER SEQUENCE public.' || quote_ident(named) || ' RESTART';
        END LOOP;
    END $$
"""


async def shape_of(address: str) -> str:
    """Return a digest of everything in a database that isn't a row of ours."""
    connection = await asyncpg.connect(address)
    try:
        return str(await connection.fetchval(_SHAPE))
    finally:
        await connection.close()


async def washed(address: str, shape: str) -> bool:
    """Empty a database, and return whether it is as it was made; where it isn't, it is to be thrown away."""
    try:
        connection = await asyncpg.connect(address, timeout=5, command_timeout=10)
    except (OSError, asyncpg.PostgresError, TimeoutError):
        return False
    try:
        await connection.execute(_OTHERS)
        if await connection.fetchval(_SHAPE) != shape:
            return False
        await connection.execute("SET lock_timeout = '2s'")
        await connection.execute(_WASH)
        return bool(await connection.fetchval(_SHAPE) == shape)
    except (OSError, asyncpg.PostgresError, TimeoutError):
        return False
    finally:
        await connection.close()


async def keep_beginning(address: str) -> None:
    """Keep the rows that a database has now, to be filled with them again and again."""
    connection = await asyncpg.connect(address)
    try:
        await connection.execute(_KEEP)
    finally:
        await connection.close()


async def begin_again(address: str) -> None:
    """Put a database back to the beginning that was kept, once nobody else is in it."""
    connection = await asyncpg.connect(address)
    try:
        # whoever is told to go may still commit what was asked of them before, or have come a moment later
        async with asyncio.timeout(60):
            while not await connection.fetchval(_ALONE):
                await connection.execute(_OTHERS)
                await asyncio.sleep(0.005)
        async with connection.transaction():
            await connection.execute(_WASH)
            await connection.execute(_FILL)
    finally:
        await connection.close()
