"""The ledger refuses whatever isn't an addition, whoever asks and however they ask."""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import UTC, datetime
from uuid import uuid4

import pytest
import pytest_asyncio
from sqlalchemy import Column, Executable, Table, delete, insert, select, text, update

from bot.store.engine import Store, open_store
from bot.store.errors import AppendOnlyError, DeniedError, StatementError, UnfitRoleError, UnknownRoleError
from bot.store.migrate import check_schema
from bot.store.roles import APPEND_ONLY, grant
from bot.store.tables import communities, metadata

AT = datetime(2026, 3, 1, tzinfo=UTC)
TABLES = pytest.mark.parametrize("table", APPEND_ONLY, ids=lambda table: table.name)


def _value(column: Column[object]) -> object:
    if column.name == "community":
        return "acme"
    if column.name == "at":
        return AT
    return {int: 7, bytes: b"first", str: "first"}[column.type.python_type]


def _row(table: Table) -> dict[str, object]:
    return {column.name: _value(column) for column in table.columns}


def _other(table: Table) -> dict[str, object]:
    """Return a row with the same key and something else in it."""
    row = _row(table)
    name = next(column.name for column in table.columns if not column.primary_key and column.name != "at")
    return row | {name: {int: 8, bytes: b"other", str: "other"}[type(row[name])]}


@pytest_asyncio.fixture
async def filled(store: Store) -> Store:
    async with store.writing() as tx:
        await tx.execute(insert(communities).values(id="acme", added_at=AT))
        for table in APPEND_ONLY:
            await tx.execute(insert(table).values(_row(table)))
    return store


async def _try(store: Store, *statements: Executable) -> None:
    async with store.writing() as tx:
        for statement in statements:
            await tx.execute(statement)


async def _stands_as_it_was(store: Store, table: Table) -> bool:
    async with store.reading() as tx:
        return [dict(row) for row in (await tx.execute(select(table))).mappings()] == [_row(table)]


@TABLES
@pytest.mark.parametrize("kind", ["update", "update to the same", "delete", "delete one"])
async def test_no_row_is_changed_or_deleted(filled: Store, table: Table, kind: str) -> None:
    one = table.c.community == "acme"
    statement = {
        "update": update(table).values(_other(table)),
        "update to the same": update(table).values(community=table.c.community),
        "delete": delete(table),
        "delete one": delete(table).where(one),
    }[kind]
    with pytest.raises(AppendOnlyError):
        await _try(filled, statement)
    assert await _stands_as_it_was(filled, table)


@TABLES
async def test_no_row_is_inserted_over_another_one(filled: Store, table: Table) -> None:
    with pytest.raises((AppendOnlyError, StatementError)):
        await _try(filled, insert(table).values(_other(table)))
    assert await _stands_as_it_was(filled, table)


@TABLES
async def test_a_conflict_is_not_settled_by_an_update(filled: Store, table: Table) -> None:
    keys = ", ".join(column.name for column in table.primary_key.columns)
    names = ", ".join(column.name for column in table.columns)
    again = f"INSERT INTO {table.name} ({names}) SELECT {names} FROM {table.name} WHERE true"  # noqa: S608 - our own
    statement = f"{again} ON CONFLICT ({keys}) DO UPDATE SET community = excluded.community"
    with pytest.raises(AppendOnlyError):
        await _try(filled, text(statement))
    assert await _stands_as_it_was(filled, table)


@TABLES
@pytest.mark.parametrize("verb", ["INSERT OR REPLACE", "REPLACE", "UPDATE OR REPLACE"])
@pytest.mark.parametrize("recursive", ["ON", "OFF"])
def test_sqlite_replaces_no_row(sqlite_database: str, table: Table, verb: str, recursive: str) -> None:
    first, other = _plain(_row(table)), _plain(_other(table))
    names, marks = ", ".join(first), ", ".join("?" * len(first))
    insertion = f"INTO {table.name} ({names}) VALUES ({marks})"
    changes = ", ".join(f"{name} = ?" for name in first)
    statement = f"{verb} {table.name} SET {changes}" if verb.startswith("UPDATE") else f"{verb} {insertion}"
    # numbers as text meet the same key
    spelt = [str(value) if isinstance(value, int) else value for value in other.values()]
    with closing(sqlite3.connect(sqlite_database, isolation_level=None)) as file:
        file.execute(f"PRAGMA recursive_triggers={recursive}")
        file.execute("INSERT INTO communities (id, added_at) VALUES ('acme', 0)")
        file.execute(f"INSERT {insertion}", list(first.values()))
        for values in (list(other.values()), spelt):
            with pytest.raises(sqlite3.IntegrityError, match="append only"):
                file.execute(statement, values)
        rows = file.execute(f"SELECT {names} FROM {table.name}").fetchall()  # noqa: S608 - our own
        assert rows == [tuple(first.values())]


@TABLES
def test_sqlite_numbers_no_row_of_the_ledger_for_one_could_be_replaced_by_its_number(
    sqlite_database: str, table: Table
) -> None:
    with closing(sqlite3.connect(sqlite_database)) as file, pytest.raises(sqlite3.OperationalError, match="rowid"):
        file.execute(f"SELECT rowid FROM {table.name}")  # noqa: S608 - our own


def _plain(row: dict[str, object]) -> dict[str, object]:
    return {name: 0 if isinstance(value, datetime) else value for name, value in row.items()}


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE {table} SET community = community WHERE false",
        "DELETE FROM {table} WHERE false",
        "TRUNCATE {table}",
        "TRUNCATE communities CASCADE",
        "SET session_replication_role = replica; DELETE FROM {table}",
    ],
)
async def test_postgresql_refuses_even_its_owner(postgresql_database: str, statement: str) -> None:
    store = open_store(postgresql_database)
    for table in APPEND_ONLY:
        with pytest.raises(AppendOnlyError):
            await _try(store, *map(text, statement.format(table=table.name).split("; ")))
    await store.close()


@pytest_asyncio.fixture
async def running(postgresql_database: str) -> AsyncIterator[Store]:
    """Return the database as the role sees it that runs the program."""
    role = f"locum_{uuid4().hex}"
    owner = open_store(postgresql_database)
    await _try(owner, text(f"CREATE ROLE {role} LOGIN"))
    await _try(owner, text(f"GRANT ALL ON ALL TABLES IN SCHEMA public TO {role}"))
    await grant(owner, role)
    store = open_store(postgresql_database.replace("postgres@", f"{role}@"))
    yield store
    await store.close()
    await _try(owner, text(f"DROP OWNED BY {role}"))
    await _try(owner, text(f"DROP ROLE {role}"))
    await owner.close()


async def test_the_running_role_adds_to_the_ledger_and_reads_it(running: Store) -> None:
    await check_schema(running)
    async with running.writing() as tx:
        await tx.execute(insert(communities).values(id="acme", added_at=AT))
        for table in APPEND_ONLY:
            await tx.execute(insert(table).values(_row(table)))
    for table in APPEND_ONLY:
        assert await _stands_as_it_was(running, table)


async def test_the_running_role_works_with_every_other_table(running: Store) -> None:
    for table in reversed([one for one in metadata.sorted_tables if one not in APPEND_ONLY]):
        name = table.columns.keys()[0]
        await _try(running, select(table).with_for_update(), update(table).values({name: table.c[name]}), delete(table))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE {table} SET community = community",
        "DELETE FROM {table}",
        "TRUNCATE {table}",
        "TRUNCATE communities CASCADE",
        "ALTER TABLE {table} DISABLE TRIGGER append_only",
        "ALTER TABLE {table} DISABLE TRIGGER ALL",
        "ALTER TABLE {table} ADD COLUMN more text",
        "DROP TRIGGER append_only ON {table}",
        "DROP TABLE {table}",
        "CREATE OR REPLACE FUNCTION locum_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN END $$",
        "SET session_replication_role = replica",
        "UPDATE alembic_version SET version_num = '0'",
    ],
)
async def test_the_running_role_is_denied_whatever_changes_the_record(running: Store, statement: str) -> None:
    for table in APPEND_ONLY:
        with pytest.raises(DeniedError):
            await _try(running, text(statement.format(table=table.name)))


async def test_a_role_that_could_change_the_record_is_not_accepted(postgresql_database: str) -> None:
    store = open_store(postgresql_database)
    with pytest.raises(UnfitRoleError):
        await grant(store, "postgres")
    await store.close()


@pytest.mark.parametrize("role", ["nobody_of_that_name", "", 'x"; DROP TABLE leases; --'])
async def test_a_role_that_does_not_exist_is_refused(store: Store, role: str) -> None:
    with pytest.raises(UnknownRoleError):
        await grant(store, role)
    await check_schema(store)
