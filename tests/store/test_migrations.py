"""Migrations are the only way in which a schema comes to be, whatever interrupts them."""

import asyncio
import re
import sqlite3
import subprocess
import sys
from collections import defaultdict
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, insert, select, text

from bot.domain.actor import OPERATOR
from bot.services.record import Draft, record
from bot.store.engine import Store, open_store
from bot.store.errors import NewerSchemaError, OlderSchemaError
from bot.store.migrate import check_schema, migrate
from bot.store.tables import ledger_entries, ledger_names, metadata
from tests.fakes.keys import FakeKeys
from tests.services.ledgers import COMMUNITY, NOON, begun, drafts

ROOT = Path(__file__).parents[2]

#: a table's columns, constraints and indexes on PostgreSQL, without the schema that they are in
_ADDED = re.compile(r", (?=\w+ (?:BIGINT|BLOB|BOOLEAN|FLOAT|INTEGER|TEXT|VARCHAR))")
_DESCRIBED = """
    SELECT table_name, column_name || ' ' || data_type || ' ' || coalesce(character_maximum_length::text, '') || ' '
        || is_nullable || ' ' || replace(coalesce(column_default, ''), table_schema || '.', '') || ordinal_position
    FROM information_schema.columns WHERE table_schema = :schema
    UNION ALL SELECT conrelid::regclass::text, conname || ' ' || pg_get_constraintdef(pg_constraint.oid)
    FROM pg_constraint JOIN pg_namespace ON pg_namespace.oid = connamespace WHERE nspname = :schema
    UNION ALL SELECT tablename, indexdef FROM pg_indexes WHERE schemaname = :schema
"""


async def test_the_tables_are_what_the_migrations_make(store: Store) -> None:
    def differences(connection: Connection) -> list[object]:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": not store.is_sqlite}
        )
        return list(compare_metadata(context, metadata))

    async with store.reading() as tx:
        assert await tx.run_sync(differences) == []


def test_every_detail_of_the_tables_is_what_the_migrations_make_on_sqlite(sqlite_database: str, tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path / 'made.sqlite'}")
    metadata.create_all(engine)
    engine.dispose()
    made = _written_down(str(tmp_path / "made.sqlite"))
    assert made
    assert _written_down(sqlite_database) == made


def _written_down(file: str) -> dict[str, list[str]]:
    """Return every table's and index's own words, line by line, for the order of constraints says nothing."""
    statement = "SELECT name, sql FROM sqlite_master WHERE type IN ('table', 'index') AND sql IS NOT NULL"
    with closing(sqlite3.connect(file)) as connection:
        words = connection.execute(statement).fetchall()
    # SQLite writes a column that came later behind the last one, in its line
    lines = {name: _ADDED.sub(",\n", sql).splitlines() for name, sql in words}
    found = {name: sorted(line.strip().rstrip(",") for line in some) for name, some in lines.items()}
    found.pop("alembic_version", None)
    return found


async def test_every_detail_of_the_tables_is_what_the_migrations_make_on_postgresql(postgresql_database: str) -> None:
    store = open_store(postgresql_database)
    async with store.writing() as tx:
        migrated = await tx.run_sync(_described, "public")
        await tx.execute(text("CREATE SCHEMA made"))
        await tx.execute(text("SET LOCAL search_path = made"))
        await tx.run_sync(metadata.create_all)
        made = await tx.run_sync(_described, "made")
    await store.close()
    migrated.pop("alembic_version")
    assert made
    assert migrated == made


def _described(connection: Connection, schema: str) -> dict[str, list[str]]:
    described = defaultdict(list)
    for table, line in connection.execute(text(_DESCRIBED), {"schema": schema}):
        described[table.removeprefix(f"{schema}.")].append(line.replace(f"{schema}.", ""))
    return {table: sorted(lines) for table, lines in described.items()}


async def test_migrating_says_from_which_version_to_which(tmp_path: Path) -> None:
    store = open_store(str(tmp_path / "folder" / "locum.sqlite"))
    first, again = await migrate(store), await migrate(store)
    await store.close()
    assert first[0] is None
    assert again == (first[1], first[1])


async def test_a_newer_schema_is_refused_and_left_alone(store: Store) -> None:
    async with store.writing() as tx:
        await tx.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(NewerSchemaError):
        await check_schema(store)
    with pytest.raises(NewerSchemaError):
        await migrate(store)
    async with store.reading() as tx:
        assert (await tx.execute(text("SELECT version_num FROM alembic_version"))).scalar_one() == "9999"


async def test_a_schema_of_this_version_is_accepted(store: Store) -> None:
    await check_schema(store)


async def test_an_empty_database_is_older_than_any_version(tmp_path: Path) -> None:
    store = open_store(str(tmp_path / "locum.sqlite"))
    with pytest.raises(OlderSchemaError):
        await check_schema(store)
    await store.close()


async def test_a_migration_that_is_killed_at_any_statement_leaves_nothing_and_can_be_run_again(database: str) -> None:
    whole = await _all_of(database)
    await _empty(database)
    # on PostgreSQL a statement costs many times as much, and one transaction holds them all
    later = "7" if database.startswith("postgresql") else "1"
    killed = await asyncio.to_thread(_run, "-m", "tests.fakes.killed_migration", database, later)
    assert killed.returncode == 0, killed.stderr
    assert int(killed.stdout) > len(metadata.tables)
    assert await _all_of(database) == whole


async def test_of_processes_that_migrate_at_once_each_ends_well(database: str) -> None:
    whole = await _all_of(database)
    await _empty(database)
    stores = [open_store(database, alone=False) for _ in range(4)]
    versions = await asyncio.gather(*(migrate(store) for store in stores))
    for store in stores:
        await store.close()
    assert sorted(before is None for before, _ in versions) == [False, False, False, True]
    assert await _all_of(database) == whole


async def test_what_was_recorded_before_is_filed_as_if_it_came_now(store: Store) -> None:
    keys = FakeKeys()
    await begun(store)
    made = [
        Draft(kind="case_opened", actor=OPERATOR, case="c" * 32),
        Draft(kind="action", actor=OPERATOR, action="a" * 32, details={"outcome": "confirmed"}),
        *drafts(2),
        Draft(kind="decision", actor=OPERATOR, details={"decision": "d" * 32, "message": "e" * 32}),
    ]
    async with store.writing() as tx:
        await record(tx, keys, COMMUNITY, NOON, made)
        await tx.execute(insert(ledger_entries).values(community=COMMUNITY, seq=len(made), body=b"damaged"))
        filed = (await tx.execute(select(ledger_names).order_by(ledger_names.c.seq))).all()
        # with what came after it
        for name in ("ledger_names", "deeds", "partner_accounts", "copies", "evidence", "waves", "manual_steps"):
            await tx.execute(text(f"DROP TABLE {name}"))
        for name in ("ix_actions_by_hand", "ix_messages_gone", "ix_cases_merged_into"):
            await tx.execute(text(f"DROP INDEX {name}"))
        for column in ("seen.nowhere", "seen.gone", "messages.gone_at", "messages.gone_said", "accounts.left_at"):
            name, _, dropped = column.partition(".")
            await tx.execute(text(f"ALTER TABLE {name} DROP COLUMN {dropped}"))
        await tx.execute(text("UPDATE alembic_version SET version_num = '0002'"))
    assert (await migrate(store))[0] == "0002"
    async with store.reading() as tx:
        assert (await tx.execute(select(ledger_names).order_by(ledger_names.c.seq))).all() == filed
    assert [(row.name, row.seq) for row in filed] == [("c" * 32, 0), ("a" * 32, 1), ("d" * 32, 4)]


async def _empty(database: str) -> None:
    if not database.startswith("postgresql"):
        await asyncio.to_thread(Path(database).unlink)
        return
    store = open_store(database)
    async with store.writing() as tx:
        await tx.execute(text("DROP SCHEMA public CASCADE"))
        await tx.execute(text("CREATE SCHEMA public"))
    await store.close()


async def _all_of(database: str) -> dict[str, list[str]]:
    if not database.startswith("postgresql"):
        with closing(sqlite3.connect(database)) as connection:
            triggers = connection.execute("SELECT sql FROM sqlite_master WHERE type = 'trigger' ORDER BY name")
            return _written_down(database) | {"triggers": [sql for (sql,) in triggers]}
    store = open_store(database)
    async with store.reading() as tx:
        found = await tx.run_sync(_described, "public")
        statement = "SELECT pg_get_triggerdef(oid) || tgenabled::text FROM pg_trigger WHERE NOT tgisinternal"
        found["triggers"] = sorted((await tx.execute(text(statement))).scalars())
    await store.close()
    return found


def test_migrations_are_part_of_the_wheel(tmp_path: Path) -> None:
    built = _run("-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path))
    assert built.returncode == 0, built.stderr
    unpacked = tmp_path / "unpacked"
    (wheel,) = tmp_path.glob("*.whl")
    _run("-m", "zipfile", "-e", str(wheel), str(unpacked))
    program = (
        "import asyncio, migrations, bot.store.migrate as m, bot.store.engine as e\n"
        "store = e.open_store('made.sqlite')\n"
        "print(migrations.__file__, *asyncio.run(m.migrate(store)))\n"
        "asyncio.run(store.close())\n"
    )
    ran = _run("-c", program, folder=unpacked)
    assert ran.returncode == 0, ran.stderr
    where, before, after = ran.stdout.split()
    assert Path(where).is_relative_to(unpacked)
    newest = max(path.name.partition("_")[0] for path in (ROOT / "migrations" / "versions").glob("0*.py"))
    assert (before, after) == ("None", newest)


def _run(*arguments: str, folder: Path = ROOT) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *arguments], cwd=folder, capture_output=True, text=True, check=False)


def test_steps_are_named_by_their_versions_in_the_order_in_which_they_follow() -> None:
    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations"))
    script = ScriptDirectory.from_config(config)
    steps = [(step.revision, Path(step.path).name.partition("_")[0]) for step in script.walk_revisions()][::-1]
    assert steps == sorted(steps)
    assert all(version == number for version, number in steps)
