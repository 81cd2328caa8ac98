"""SQLite statements run where they are asked for; what may wait doesn't keep anybody else from going on."""

import asyncio
import sqlite3
import threading
from pathlib import Path

from bot.store.near import NearConnection, connect_near


async def traced(path: Path, *, writes: bool = True) -> tuple[NearConnection, list[tuple[str, int]]]:
    connection = await connect_near(path, writes=writes)
    seen: list[tuple[str, int]] = []
    connection.isolation_level = None
    await connection.set_trace_callback(lambda text: seen.append((text.split()[0], threading.get_ident())))
    return connection, seen


async def test_statements_run_in_the_thread_that_asks_and_only_the_ends_of_a_transaction_in_another(
    tmp_path: Path,
) -> None:
    connection, seen = await traced(tmp_path / "near.sqlite")
    await connection.execute("BEGIN IMMEDIATE")
    await connection.execute("CREATE TABLE things (id INTEGER)")
    await connection.executemany("INSERT INTO things VALUES (?)", [(1,), (2,)])
    assert list(await connection.execute_fetchall("SELECT count(*) FROM things")) == [(2,)]
    await connection.commit()
    await connection.close()
    here = threading.get_ident()
    assert {text for text, thread in seen if thread != here} == {"BEGIN", "COMMIT"}
    assert {text for text, thread in seen if thread == here} == {"CREATE", "INSERT", "SELECT"}


async def test_a_transaction_that_only_reads_never_leaves_the_thread_that_asks(tmp_path: Path) -> None:
    path = tmp_path / "near.sqlite"
    connection, seen = await traced(path, writes=False)
    await connection.execute("BEGIN")
    assert list(await connection.execute_fetchall("SELECT 1")) == [(1,)]
    await connection.commit()
    await connection.close()
    assert {thread for _, thread in seen} == {threading.get_ident()}


async def test_others_go_on_while_a_transaction_waits_for_another_process(tmp_path: Path) -> None:
    path = tmp_path / "near.sqlite"
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    connection, _ = await traced(path)
    waiting = asyncio.create_task(connection.execute("BEGIN IMMEDIATE"))
    for _ in range(3):
        await asyncio.sleep(0)
    assert not waiting.done()
    other.execute("COMMIT")
    await waiting
    await connection.rollback()
    await connection.close()
    other.close()


async def test_what_follows_a_cancelled_wait_comes_after_it(tmp_path: Path) -> None:
    path = tmp_path / "near.sqlite"
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    connection, seen = await traced(path)
    waiting = asyncio.create_task(connection.execute("BEGIN IMMEDIATE"))
    await asyncio.sleep(0)
    waiting.cancel()
    after = asyncio.create_task(connection.execute("SELECT 1"))
    await asyncio.sleep(0)
    other.execute("COMMIT")
    await after
    await connection.rollback()
    await connection.close()
    other.close()
    assert [text for text, _ in seen][:2] == ["BEGIN", "SELECT"]
