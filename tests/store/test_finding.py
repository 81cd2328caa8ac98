"""Entries are found by what they belong to: in order, no more than are wanted, without a walk through the ledger."""

from typing import Any

import pytest
from sqlalchemy import event

from bot.domain.actor import OPERATOR
from bot.ledger import entries
from bot.services.record import Draft, record
from bot.store.engine import Store, open_store
from bot.store.ledger.finding import entries_of, newest_entries_of
from tests.fakes.keys import FakeKeys
from tests.services.ledgers import COMMUNITY, NOON, begun

ONE, OTHER = "a" * 32, "b" * 32


async def filled(store: Store) -> None:
    """Record entries of two cases in turn, the one's at even numbers."""
    await begun(store)
    made = [Draft(kind="case_changed", actor=OPERATOR, case=(ONE, OTHER)[number % 2]) for number in range(20)]
    async with store.writing() as tx:
        await record(tx, FakeKeys(), COMMUNITY, NOON, made)


async def test_they_come_in_order_from_a_number_on_and_no_more_than_are_wanted(store: Store) -> None:
    await filled(store)
    async with store.reading() as tx:
        found = await entries_of(tx, COMMUNITY, 5, [OTHER, "c" * 32], 3)
        both = await entries_of(tx, COMMUNITY, 15, [OTHER, ONE], 100)
        assert await entries_of(tx, COMMUNITY, 0, [], 3) == []
        assert await entries_of(tx, "elsewhere", 0, [ONE], 3) == []
    assert [number for number, _ in found] == [5, 7, 9]
    assert [entries.read(body).seq for _, body in found] == [5, 7, 9]
    assert [number for number, _ in both] == [15, 16, 17, 18, 19]


async def test_the_newest_come_first(store: Store) -> None:
    await filled(store)
    async with store.reading() as tx:
        found = await newest_entries_of(tx, COMMUNITY, ONE, 2)
        assert await newest_entries_of(tx, COMMUNITY, "c" * 32, 2) == []
    assert [entries.read(body).seq for body in found] == [18, 16]


@pytest.mark.parametrize("newest", [False, True])
async def test_no_entry_is_read_that_is_not_looked_for(sqlite_database: str, *, newest: bool) -> None:
    store = open_store(sqlite_database)
    await filled(store)
    said: list[tuple[str, Any]] = []

    def listen(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_more: Any) -> None:
        said.append((statement, parameters))

    event.listen(store.reader.sync_engine, "before_cursor_execute", listen)
    async with store.reading() as tx:
        if newest:
            await newest_entries_of(tx, COMMUNITY, ONE, 2)
        else:
            await entries_of(tx, COMMUNITY, 0, [ONE, OTHER], 3)
        statement, parameters = said[-1]
        plan = (await tx.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)).mappings().all()
    await store.close()
    (entry,) = [row["detail"] for row in plan if "ledger_entries" in row["detail"]]
    assert entry.endswith("(community=? AND seq=?)")
