"""What happens when the database is locked, full, gone, damaged, or at odds with itself."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, closing
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import pytest
from sqlalchemy import insert, select, text, update

from bot.store.engine import Store, Tx, open_store
from bot.store.errors import CorruptedError, DeniedError, ReadOnlyError, StatementError, UnavailableError
from bot.store.tables import communities
from tests.fakes.proxy import Proxy

AT = datetime(2026, 3, 1, tzinfo=UTC)
Done = TypeVar("Done")


async def _add(store: Store, *names: str) -> None:
    async with store.writing() as tx:
        for name in names:
            await tx.execute(insert(communities).values(id=name, added_at=AT))


async def _names(store: Store) -> list[str]:
    async with store.reading() as tx:
        return list((await tx.execute(select(communities.c.id).order_by("id"))).scalars())


async def _bump(tx: Tx, name: str) -> None:
    await tx.execute(update(communities).where(communities.c.id == name).values(generation=1))


@asynccontextmanager
async def _opened(database: str, *, patience: float = 10) -> AsyncIterator[Store]:
    store = open_store(database, patience=patience)
    try:
        yield store
    finally:
        await store.close()


async def test_a_file_locked_by_another_process_is_waited_for(sqlite_database: str) -> None:
    async with _opened(sqlite_database) as store:
        with closing(sqlite3.connect(sqlite_database, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            adding = asyncio.create_task(_add(store, "a"))
            await asyncio.wait([adding], timeout=0.1)
            other.execute("COMMIT")
            await adding
        assert await _names(store) == ["a"]


async def test_a_file_locked_for_too_long_stores_nothing_and_serves_again_afterwards(sqlite_database: str) -> None:
    async with _opened(sqlite_database, patience=0.05) as store:
        with closing(sqlite3.connect(sqlite_database, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(UnavailableError, match="locked"):
                await _add(store, "a")
            assert await _names(store) == []
            other.execute("COMMIT")
        await _add(store, "b")
        assert await _names(store) == ["b"]


async def test_a_full_disk_stores_nothing_and_serves_again_once_there_is_room(sqlite_database: str) -> None:
    async with _opened(sqlite_database) as store:
        async with store.writing() as tx:
            pages = (await tx.exec_driver_sql("PRAGMA page_count")).scalar_one()
            await tx.exec_driver_sql(f"PRAGMA max_page_count={pages}")
        with pytest.raises(UnavailableError, match="full"):
            await _add(store, "first", "x" * 200_000)
        assert await _names(store) == []
        async with store.writing() as tx:
            await tx.exec_driver_sql(f"PRAGMA max_page_count={pages + 1_000}")
        await _add(store, "first", "x" * 200_000)
        assert len(await _names(store)) == 2


async def test_a_folder_that_can_not_be_opened_is_a_database_that_does_not_answer(tmp_path: Path) -> None:
    (tmp_path / "locum.sqlite").mkdir()
    async with _opened(str(tmp_path / "locum.sqlite")) as store:
        with pytest.raises(UnavailableError):
            await _names(store)


async def test_a_file_that_is_no_database_is_called_damaged(tmp_path: Path) -> None:
    (tmp_path / "locum.sqlite").write_bytes(b"member wrote this " * 1_000)
    async with _opened(str(tmp_path / "locum.sqlite")) as store:
        with pytest.raises(CorruptedError, match="restore the newest backup"):
            await _names(store)


def _damage(file: Path) -> None:
    content = bytearray(file.read_bytes())
    for page in range(4_096, len(content), 4_096):
        content[page : page + 64] = b"\xff" * 64
    file.write_bytes(content)


async def test_a_damaged_page_is_called_damaged(sqlite_database: str) -> None:
    async with _opened(sqlite_database) as store:
        await _add(store, *(f"c{number:05}" for number in range(2_000)))
    _damage(Path(sqlite_database))
    async with _opened(sqlite_database) as store:
        with pytest.raises(CorruptedError):
            await _names(store)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("id", "CAST(x'c3286d656d626572' AS TEXT)"),
        ("added_at", "'member'"),
        ("added_at", "x'00'"),
        ("added_at", "1e300"),
    ],
)
async def test_a_damaged_row_is_called_damaged_without_being_quoted(
    sqlite_database: str, column: str, value: str
) -> None:
    async with _opened(sqlite_database) as store:
        await _add(store, "a")
        with closing(sqlite3.connect(sqlite_database, isolation_level=None)) as other:
            other.execute(f"UPDATE communities SET {column} = {value}")  # noqa: S608 - from the table above
        with pytest.raises(CorruptedError) as caught:
            async with store.reading() as tx:
                (await tx.execute(select(communities))).all()
        assert "member" not in str(caught.value)


async def test_a_statement_that_can_not_be_understood_is_not_tried_again(store: Store) -> None:
    with pytest.raises(StatementError):
        async with store.reading() as tx:
            await tx.execute(text("SELECT nothing FROM nowhere"))


async def test_no_server_that_listens_is_a_database_that_does_not_answer() -> None:
    async with Proxy("127.0.0.1", 1) as proxy:
        port = proxy.port
    async with _opened(f"postgresql://postgres@127.0.0.1:{port}/locum") as store:
        with pytest.raises(UnavailableError):
            await _names(store)


async def test_a_server_that_says_nothing_is_given_up_after_a_while() -> None:
    async with Proxy("127.0.0.1", 5432) as proxy:
        proxy.silence()
        async with _opened(f"postgresql://postgres@127.0.0.1:{proxy.port}/postgres", patience=0.05) as store:
            with pytest.raises(UnavailableError):
                await _names(store)


async def test_a_line_that_goes_dead_within_a_transaction_stores_nothing_and_is_left(postgresql_database: str) -> None:
    async with (
        Proxy("127.0.0.1", 5432) as proxy,
        _opened(postgresql_database.replace(":5432", f":{proxy.port}"), patience=0.2) as store,
    ):
        await _eventually(_add, store, "before")

        async def write() -> None:
            async with store.writing() as tx:
                await tx.execute(insert(communities).values(id="lost", added_at=AT))
                proxy.silence()
                await tx.execute(insert(communities).values(id="lost too", added_at=AT))

        with pytest.raises(UnavailableError):
            await write()
        await proxy.restore()
        await _eventually(_add, store, "after")
        assert await _names(store) == ["after", "before"]


async def test_a_database_that_is_not_there_does_not_answer(postgresql_database: str) -> None:
    async with _opened(postgresql_database + "_gone") as store:
        with pytest.raises(UnavailableError):
            await _names(store)


async def test_a_role_that_does_not_exist_is_denied(postgresql_database: str) -> None:
    async with _opened(postgresql_database.replace("postgres@", "nobody_of_that_name@")) as store:
        with pytest.raises(DeniedError):
            await _names(store)


async def test_connections_that_the_server_ended_are_opened_anew(postgresql_database: str) -> None:
    async with _opened(postgresql_database) as store, _opened(postgresql_database) as operator:
        await asyncio.gather(*(_add(store, f"before {number}") for number in range(8)))
        await _terminate_others(operator)
        names = await _eventually(_names, store)
        await _eventually(_add, store, "after")
        assert len(names) == 8
        assert "after" in await _names(store)


async def test_a_transaction_whose_connection_the_server_ends_stores_nothing(postgresql_database: str) -> None:
    async with _opened(postgresql_database) as store, _opened(postgresql_database) as operator:

        async def write() -> None:
            async with store.writing() as tx:
                await tx.execute(insert(communities).values(id="lost", added_at=AT))
                await _terminate_others(operator)
                await tx.execute(insert(communities).values(id="lost too", added_at=AT))

        with pytest.raises(UnavailableError):
            await write()
        await _eventually(_add, store, "after")
        assert await _names(store) == ["after"]


async def test_a_database_that_is_gone_and_comes_back_serves_again(postgresql_database: str) -> None:
    async with (
        Proxy("127.0.0.1", 5432) as proxy,
        _opened(postgresql_database.replace(":5432", f":{proxy.port}")) as store,
    ):
        await _add(store, "before")
        await proxy.cut()
        for _ in range(3):
            with pytest.raises(UnavailableError):
                await _add(store, "meanwhile")
        await proxy.restore()
        await _eventually(_add, store, "after")
        assert await _names(store) == ["after", "before"]


async def test_a_deadlock_is_a_transaction_to_be_tried_again(postgresql_database: str) -> None:
    async with _opened(postgresql_database) as store:
        await _add(store, "a", "b")
        both = asyncio.Barrier(2)

        async def write(first: str, second: str) -> None:
            async with store.writing() as tx:
                await _bump(tx, first)
                await both.wait()
                await _bump(tx, second)

        ended = await asyncio.gather(write("a", "b"), write("b", "a"), return_exceptions=True)
        assert [type(error) for error in ended if error is not None] == [UnavailableError]


async def test_a_failed_serialization_is_a_transaction_to_be_tried_again(postgresql_database: str) -> None:
    async with _opened(postgresql_database) as store:
        await _add(store, "a")

        async def write() -> None:
            async with store.writing() as tx:
                await tx.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))
                await tx.execute(select(communities))
                async with store.writing() as other:
                    await _bump(other, "a")
                await _bump(tx, "a")

        with pytest.raises(UnavailableError):
            await write()


async def test_a_standby_that_only_reads_says_so(postgresql_database: str) -> None:
    async with _opened(postgresql_database) as store:

        async def write() -> None:
            async with store.writing() as tx:
                await tx.execute(text("SET TRANSACTION READ ONLY"))
                await _bump(tx, "a")

        with pytest.raises(ReadOnlyError):
            await write()


async def _terminate_others(store: Store) -> None:
    others = "datname = current_database() AND pid <> pg_backend_pid()"
    async with store.writing() as tx:
        await tx.execute(text(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {others}"))  # noqa: S608 - ours


async def _eventually(do: Callable[..., Awaitable[Done]], *arguments: object) -> Done:
    """Try again as everybody does whom the database didn't answer; a few times is enough for every connection."""
    for _ in range(20):
        try:
            return await do(*arguments)
        except UnavailableError:
            continue
    return await do(*arguments)
