"""After an erasure nothing of a member is found in any byte of the database's files, nor in a fresh dump."""

import asyncio
import secrets
import shutil
import subprocess
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert, select, text

from bot.services.subjects.erasing import erase
from bot.store import tables
from bot.store.engine import Store, open_store
from bot.store.roles import grant
from bot.store.sweeping import Depth, sweep_files
from tests.conftest import POSTGRESQL
from tests.fakes.clock import START, FakeClock
from tests.fakes.keys import FakeKeys
from tests.services.subjects.make import HARBOUR, Known, begin, member

#: enough for pages to be split and joined often
_CROWD, _SEEN = 150, 3_000


async def _crowd(store: Store, keys: FakeKeys) -> list[Known]:
    """Store many members, and a busy table full of messages in no order."""
    await begin(store)
    members = [await member(store, keys) for _ in range(_CROWD)]
    # neighbours come and go in between: that moves rows between pages
    for turn in range(3):
        async with store.writing() as tx:
            rows = [_seen(members[secrets.randbelow(_CROWD)].account) for _ in range(_SEEN)]
            await tx.execute(insert(tables.seen), rows)
            if turn:
                await tx.execute(text("DELETE FROM seen WHERE mentions = 1"))
    return members


def _seen(account: str) -> dict[str, object]:
    at = START - timedelta(seconds=secrets.randbelow(100_000))
    return {
        "channel": 1, "message": f"9{secrets.randbelow(10**17):017d}", "account": account,
        "digest": secrets.token_bytes(16), "at": at, "judged_at": at, "waiting": False, "joined": False,
        "account_age": None, "mentions": secrets.randbelow(2), "links": 0, "attachments": 0, "skeleton": None,
        "shingles": secrets.token_bytes(secrets.randbelow(300)), "counted": "",
    }  # fmt: skip


async def _canaries(store: Store, known: Known) -> list[bytes]:
    """Return everything about a member that must be found nowhere."""
    found = [known.ref.user.encode(), known.message_ref.encode(), known.text.encode()]
    async with store.reading() as tx:
        found += await tx.scalars(
            select(tables.subject_keys.c.wrapped).where(tables.subject_keys.c.account == known.account)
        )
        values = select(tables.sealed_values.c.salt, tables.sealed_values.c.sealed)
        for salt, sealed in await tx.execute(values.where(tables.sealed_values.c.account == known.account)):
            found += [salt, sealed]
        judged = select(tables.seen.c.message, tables.seen.c.digest).where(tables.seen.c.account == known.account)
        for message, digest in await tx.execute(judged):
            found += [message.encode(), digest]
    return found


def _left(canaries: Iterable[bytes], data: bytes) -> list[bytes]:
    return [one for one in canaries if one in data]


def _bytes_of(database: str) -> bytes:
    path = Path(database)
    parts = [path, *(path.with_name(path.name + end) for end in ("-wal", "-shm", "-journal"))]
    return b"".join(part.read_bytes() for part in parts if part.exists())


async def test_an_sqlite_file_and_its_log_hold_nothing_after_a_sweep(sqlite_database: str) -> None:
    store, keys = open_store(sqlite_database), FakeKeys()
    members = await _crowd(store, keys)
    gone = members[::10]
    canaries = [canary for known in gone for canary in await _canaries(store, known)]
    # what is never written needs no forgetting: the text itself stands nowhere to begin with
    texts = {known.text.encode() for known in gone}
    assert _left(canaries, _bytes_of(sqlite_database)) == [one for one in canaries if one not in texts]
    for known in gone:
        await erase(store, keys, FakeClock(), HARBOUR, known.ref)
    swept = await sweep_files(store, Depth.FULL)
    assert swept.clean
    assert not _left(canaries, _bytes_of(sqlite_database))
    await store.close()
    assert not _left(canaries, _bytes_of(sqlite_database))


async def test_the_wrapped_key_and_the_values_are_gone_without_rewriting_the_file(sqlite_database: str) -> None:
    store, keys = open_store(sqlite_database), FakeKeys()
    members = await _crowd(store, keys)
    known = members[7]
    canaries = await _canaries(store, known)
    await erase(store, keys, FakeClock(), HARBOUR, known.ref)
    assert (await sweep_files(store, Depth.LIGHT)).clean
    sealed = [one for one in canaries if len(one) >= 32]
    assert not _left(sealed, _bytes_of(sqlite_database))
    await store.close()


async def test_a_sweep_waits_for_a_reader_and_says_when_one_stayed(sqlite_database: str) -> None:
    store, keys = open_store(sqlite_database), FakeKeys()
    await begin(store)
    known = await member(store, keys)
    beside = open_store(sqlite_database, alone=False)
    async with beside.reading() as tx:
        await tx.execute(select(tables.accounts))
        await erase(store, keys, FakeClock(), HARBOUR, known.ref)
        async with store.writer.connect() as connection:
            await connection.exec_driver_sql("PRAGMA busy_timeout=1")
        assert not (await sweep_files(store, Depth.LIGHT)).clean
    assert (await sweep_files(store, Depth.LIGHT)).clean
    await beside.close()
    await store.close()


async def _files(store: Store) -> bytes:
    """Return the bytes of every file of a PostgreSQL database's tables and indexes."""
    async with store.writer.connect() as connection:
        await connection.execute(text("CHECKPOINT"))
        names = await connection.execute(
            text(
                "SELECT pg_read_binary_file(pg_relation_filepath(oid)) FROM pg_class"
                " WHERE relkind IN ('r', 'i', 't') AND relnamespace NOT IN ('pg_catalog'::regnamespace)"
                " AND pg_relation_filepath(oid) IS NOT NULL"
            )
        )
        return b"\0".join(row[0] for row in names)


async def test_postgresql_tables_indexes_and_a_dump_hold_nothing_after_a_sweep(postgresql_database: str) -> None:
    store, keys = open_store(postgresql_database), FakeKeys()
    members = await _crowd(store, keys)
    gone = members[::10]
    canaries = [canary for known in gone for canary in await _canaries(store, known)]
    texts = {known.text.encode() for known in gone}
    assert _left(canaries, await _files(store)) == [one for one in canaries if one not in texts]
    for known in gone:
        await erase(store, keys, FakeClock(), HARBOUR, known.ref)
    swept = await sweep_files(store, Depth.FULL, patience=300)
    assert swept.clean
    assert not _left(canaries, await _files(store))
    await store.close()
    dump = _dump(postgresql_database)
    spelt = [one.hex().encode() if len(one) != 18 else one for one in canaries]
    assert members[1].ref.user.encode() in dump
    assert not _left(spelt, dump)


async def test_a_transaction_anywhere_on_the_server_that_is_older_than_the_deletion_is_waited_for(
    postgresql_database: str,
) -> None:
    store, elsewhere = open_store(postgresql_database), open_store(POSTGRESQL)
    keys = FakeKeys()
    await begin(store)
    known = await member(store, keys)
    async with elsewhere.writing() as tx:
        await tx.execute(text("SELECT pg_current_xact_id()"))
        await erase(store, keys, FakeClock(), HARBOUR, known.ref)
        swept = await sweep_files(store, Depth.FULL, patience=0.2)
        assert not swept.clean
        assert len(swept.left) == 6
        finished = asyncio.create_task(sweep_files(store, Depth.FULL, patience=300))
        await asyncio.sleep(0.3)
    assert (await finished).clean
    await store.close()
    await elsewhere.close()


async def test_a_transaction_that_began_after_the_deletion_is_not_in_the_way(postgresql_database: str) -> None:
    store, beside = open_store(postgresql_database), open_store(postgresql_database)
    keys = FakeKeys()
    await begin(store)
    known = await member(store, keys)
    await erase(store, keys, FakeClock(), HARBOUR, known.ref)
    async with beside.reading() as tx:
        await tx.execute(text("SELECT 1"))
        assert (await sweep_files(store, Depth.FULL, patience=300)).clean
    await beside.close()
    await store.close()


async def test_a_table_that_is_in_use_is_named_and_nobody_waits_for_it_for_ever(postgresql_database: str) -> None:
    store, keys = open_store(postgresql_database), FakeKeys()
    await begin(store)
    known = await member(store, keys)
    await erase(store, keys, FakeClock(), HARBOUR, known.ref)
    async with store.writing() as tx:
        await tx.execute(text("LOCK TABLE seen IN ROW EXCLUSIVE MODE"))
        swept = await sweep_files(store, Depth.FULL, patience=0.2)
    assert not swept.clean
    assert "seen" in swept.left
    await store.close()


async def test_a_role_that_only_runs_the_program_is_told_that_it_may_not_sweep(postgresql_database: str) -> None:
    owner = open_store(postgresql_database)
    role = f"runs_{secrets.token_hex(4)}"
    async with owner.writing() as tx:
        await tx.execute(text(f"CREATE ROLE {role} LOGIN"))
    await grant(owner, role)
    runs = open_store(postgresql_database.replace("postgres@", f"{role}@"))
    try:
        swept = await sweep_files(runs, Depth.FULL)
        assert not swept.clean
        assert len(swept.denied) == 6
        assert (await sweep_files(owner, Depth.FULL, patience=300)).clean
    finally:
        await runs.close()
        async with owner.writing() as tx:
            await tx.execute(text(f"DROP OWNED BY {role}"))
            await tx.execute(text(f"DROP ROLE {role}"))
        await owner.close()


def _dump(database: str) -> bytes:
    program = shutil.which("pg_dump")
    if program is None:
        pytest.skip("NO pg_dump")
    return subprocess.run([program, database], check=True, capture_output=True).stdout
