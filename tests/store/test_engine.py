"""Transactions: each whole or not at all, one writer after the other on SQLite, and readers that only read."""

import asyncio
from datetime import UTC, datetime

import pytest
from sqlalchemy import func, insert, select, text, update

from bot.store.engine import Store, Tx, database_url, open_store
from bot.store.errors import InUseError, ReadOnlyError, StatementError, UnavailableError, UnknownDatabaseError
from bot.store.tables import accounts, communities

AT = datetime(2026, 3, 1, tzinfo=UTC)


async def _add(tx: Tx, name: str) -> None:
    await tx.execute(insert(communities).values(id=name, added_at=AT))


async def _names(store: Store) -> list[str]:
    async with store.reading() as tx:
        return list((await tx.execute(select(communities.c.id).order_by("id"))).scalars())


async def test_an_error_leaves_nothing_behind(store: Store) -> None:
    async def fail() -> None:
        async with store.writing() as tx:
            await _add(tx, "a")
            raise RuntimeError("half-way")

    with pytest.raises(RuntimeError, match="half-way"):
        await fail()
    assert await _names(store) == []


async def test_200_tasks_that_read_and_then_write_lose_no_update(store: Store) -> None:
    async with store.writing() as tx:
        await _add(tx, "a")

    async def count() -> None:
        async with store.writing() as tx:
            row = select(communities.c.generation).where(communities.c.id == "a").with_for_update()
            seen = (await tx.execute(row)).scalar_one()
            await tx.execute(update(communities).values(generation=seen + 1))

    await asyncio.gather(*(count() for _ in range(200)))
    async with store.reading() as tx:
        assert (await tx.execute(select(communities.c.generation))).scalar_one() == 200


async def test_a_reader_sees_one_state_of_everything_until_it_ends(store: Store) -> None:
    async with store.reading() as reading:
        assert (await reading.execute(select(func.count()).select_from(communities))).scalar_one() == 0
        async with store.writing() as writing:
            await _add(writing, "a")
        assert (await reading.execute(select(func.count()).select_from(communities))).scalar_one() == 0
    assert await _names(store) == ["a"]


async def _write_while_reading(store: Store) -> None:
    async with store.reading() as tx:
        await _add(tx, "a")


async def test_a_reader_can_not_write(store: Store) -> None:
    with pytest.raises(ReadOnlyError):
        await _write_while_reading(store)
    assert await _names(store) == []


async def test_readers_go_on_while_a_writer_is_at_work(store: Store) -> None:
    async with store.writing() as tx:
        await _add(tx, "a")
        assert await _names(store) == []


async def test_writers_on_sqlite_come_in_the_order_in_which_they_asked(sqlite_database: str) -> None:
    store = open_store(sqlite_database)
    order: list[int] = []

    async def write(number: int) -> None:
        async with store.writing() as tx:
            order.append(number)
            await _add(tx, f"c{number}")

    await asyncio.gather(*(write(number) for number in range(50)))
    await store.close()
    assert order == list(range(50))


#: a statement that takes longer than anybody waits in a test
LONG = {
    "sqlite": "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n LIMIT 3000000) SELECT count(*) FROM n",
    "postgresql": "SELECT pg_sleep(600)",
}


@pytest.mark.parametrize("point", ["between statements", "in a statement"])
async def test_a_task_that_is_cancelled_leaves_no_transaction_and_no_turn_behind(store: Store, point: str) -> None:
    began = asyncio.Event()

    async def write() -> None:
        async with store.writing() as tx:
            await _add(tx, "cancelled")
            began.set()
            if point == "between statements":
                await asyncio.Event().wait()
            await tx.execute(text(LONG[tx.dialect.name]))

    task = asyncio.create_task(write())
    await began.wait()
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    async with asyncio.timeout(120):
        for number in range(10):
            async with store.writing() as tx:
                await _add(tx, f"after {number}")
    names = await _names(store)
    if store.is_sqlite and point == "in a statement":
        # it isn't interrupted there: the task is cancelled at its commit, which may have happened by then
        names = [name for name in names if name != "cancelled"]
    assert names == [f"after {number}" for number in range(10)]


async def test_tasks_that_are_cancelled_at_any_moment_leave_whole_transactions(store: Store) -> None:
    async def write(number: int) -> None:
        async with store.writing() as tx:
            await _add(tx, f"{number:03}a")
            await _add(tx, f"{number:03}b")

    for number in range(60):
        task = asyncio.create_task(write(number))
        for _ in range(number):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    async with store.writing() as tx:
        await _add(tx, "last")
    names = await _names(store)
    assert [name for name in names if name.endswith("a")] == [f"{name[:3]}a" for name in names if name.endswith("b")]


async def test_a_cancelled_wait_for_the_turn_keeps_nobody_else_waiting(sqlite_database: str) -> None:
    store = open_store(sqlite_database)

    async def write(name: str) -> None:
        async with store.writing() as tx:
            await _add(tx, name)

    async with store.writing():
        waiting = [asyncio.create_task(write(f"c{number}")) for number in range(3)]
        await asyncio.sleep(0)
        waiting[0].cancel()
    await asyncio.gather(*waiting, return_exceptions=True)
    assert await _names(store) == ["c1", "c2"]
    await store.close()


async def test_what_no_statement_may_do_says_neither_statement_nor_values(store: Store) -> None:
    row = {"id": "1" * 32, "community": "a", "platform": "discord", "workspace": "w", "user": "4711", "added_at": AT}

    async def add_twice() -> None:
        async with store.writing() as tx:
            await _add(tx, "a")
            await tx.execute(insert(accounts).values(row))
            await tx.execute(insert(accounts).values({**row, "id": "2" * 32}))

    with pytest.raises(StatementError) as caught:
        await add_twice()
    told = _whole(caught.value)
    assert "4711" not in told
    assert "INSERT" not in told
    assert "uq_accounts" in told or "accounts.user" in told
    assert await _names(store) == []


async def test_a_value_that_a_column_can_not_hold_is_told_without_it(store: Store) -> None:
    async def ask() -> None:
        async with store.reading() as tx:
            await tx.execute(select(communities).where(communities.c.generation == text(":n")), {"n": "secret"})
            await tx.execute(text("SELECT CAST(:n AS INTEGER) + abs(-9223372036854775807 - 1)"), {"n": "secret"})

    with pytest.raises((StatementError, UnavailableError)) as caught:
        await ask()
    assert "secret" not in _whole(caught.value)


def _whole(error: BaseException) -> str:
    """Return what a log would show of an error: its causes as well, unless they are suppressed."""
    shown = [repr(error), str(error)]
    following = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return "\n".join([*shown, _whole(following)] if following else shown)


@pytest.mark.parametrize(
    "database",
    ["mysql://root@127.0.0.1/locum", "sqlite://", "sqlite:///:memory:", "://", "postgresql://h", "", "file:locum"],
)
def test_a_database_of_another_kind_is_refused(database: str) -> None:
    with pytest.raises(UnknownDatabaseError):
        database_url(database)


@pytest.mark.parametrize(
    ("database", "driver"),
    [
        ("data/locum.sqlite", "sqlite+aiosqlite"),
        ("sqlite:///data/locum.sqlite", "sqlite+aiosqlite"),
        ("postgresql://me@host/locum", "postgresql+asyncpg"),
        ("postgres://me@host/locum", "postgresql+asyncpg"),
    ],
)
def test_a_database_is_named_as_a_file_or_an_address(database: str, driver: str) -> None:
    assert database_url(database).drivername == driver


async def test_a_second_program_on_one_file_is_turned_away_until_the_first_one_ends(sqlite_database: str) -> None:
    first = open_store(sqlite_database)
    with pytest.raises(InUseError):
        open_store(sqlite_database)
    beside = open_store(sqlite_database, alone=False)
    assert await _names(beside) == []
    await first.close()
    second = open_store(sqlite_database)
    for store in (beside, second):
        await store.close()
