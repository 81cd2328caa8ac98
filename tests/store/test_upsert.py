"""Rows that meet others which are already there."""

from datetime import UTC, datetime

from sqlalchemy import select

from bot.store.engine import Store
from bot.store.tables import actions, communities, connections
from bot.store.upsert import insert_new, upsert

AT = datetime(2026, 3, 1, tzinfo=UTC)


def _connection(name: str, state: str = "good", reason: str = "") -> dict[str, object]:
    return {"name": name, "state": state, "reason": reason, "since": AT}


async def _states(store: Store) -> dict[str, str]:
    async with store.reading() as tx:
        found = await tx.execute(select(connections.c.name, connections.c.state))
        return {row.name: row.state for row in found}


async def test_new_rows_are_inserted_and_those_that_are_there_stay_as_they_are(store: Store) -> None:
    async with store.writing() as tx:
        await insert_new(tx, connections, [_connection("a")])
    async with store.writing() as tx:
        await insert_new(tx, connections, [_connection("a", "revoked"), _connection("b", "revoked")])
    assert await _states(store) == {"a": "good", "b": "revoked"}


async def test_no_rows_are_no_statement(store: Store) -> None:
    async with store.writing() as tx:
        await insert_new(tx, connections, [])
        await upsert(tx, connections, [], ["name"], ["state"])
    assert await _states(store) == {}


async def test_a_single_row_that_is_there_is_no_error_where_the_database_numbers_rows(store: Store) -> None:
    row = {
        "id": "a" * 32, "community": "acme", "connection": "discord/1", "key": "delete:m", "kind": "delete",
        "target": "message:m", "severity": 1, "state": "planned", "due_at": AT, "planned_at": AT,
    }  # fmt: skip
    async with store.writing() as tx:
        await insert_new(tx, communities, [{"id": "acme", "added_at": AT}])
        await insert_new(tx, actions, [row])
        await insert_new(tx, actions, [{**row, "id": "b" * 32}])
    async with store.reading() as tx:
        assert (await tx.execute(select(actions.c.id))).scalars().all() == ["a" * 32]


async def test_an_upsert_changes_only_what_it_is_told_to(store: Store) -> None:
    async with store.writing() as tx:
        await upsert(tx, connections, [_connection("a", "good", "first")], ["name"], ["state"])
        await upsert(tx, connections, [_connection("a", "revoked", "second")], ["name"], ["state"])
    async with store.reading() as tx:
        row = (await tx.execute(select(connections))).one()
    assert (row.state, row.reason, row.since) == ("revoked", "first", AT)


async def test_of_rows_with_equal_keys_the_last_one_counts(store: Store) -> None:
    async with store.writing() as tx:
        rows = [_connection("b", "one"), _connection("a", "one"), _connection("b", "two")]
        await upsert(tx, connections, rows, ["name"], ["state"])
    assert await _states(store) == {"a": "one", "b": "two"}
