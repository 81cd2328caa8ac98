"""Tampering, by somebody who owns the database: whatever is altered is found, and named with its place."""

from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import Table, delete, insert, select, update

from bot.services.ledger.checkpointing import sign_due
from bot.services.ledger.verifying import ledgers
from bot.store.engine import Store, open_store
from bot.store.tables import (
    ledger_checkpoints,
    ledger_cosignatures,
    ledger_entries,
    ledger_heads,
    ledger_nodes,
)
from tests.fakes.clock import FakeClock
from tests.fakes.keys import FakeKeys
from tests.services.ledgers import COMMUNITY, NOON, ORIGIN, begun, bodies, check, fill, unprotect
from tests.services.tampered import SIZE, change, made, places, rows


async def test_a_whole_ledger_has_no_problems(store: Store) -> None:
    keys = FakeKeys()
    witness = await made(store, keys)
    report = await check(store, keys, witnesses=[witness.signer.verifier])
    assert (report.problems, report.count, report.unsigned) == ((), 0, 0)
    assert report.looked == {"entries": SIZE, "nodes": 39, "checkpoints": 3, "cosignatures": 3}


async def test_an_empty_ledger_has_no_problems(store: Store) -> None:
    await begun(store)
    report = await check(store, FakeKeys())
    assert (report.problems, report.unsigned) == ((), 0)


@pytest.mark.parametrize("batch", [4, 8])
async def test_a_ledger_longer_than_a_batch_is_walked_whole(store: Store, batch: int) -> None:
    keys = FakeKeys()
    witness = await made(store, keys)
    report = await check(store, keys, witnesses=[witness.signer.verifier], batch=batch)
    assert (report.problems, report.looked["entries"], report.looked["nodes"]) == ((), SIZE, 39)


@pytest_asyncio.fixture
async def sqlite_store(sqlite_database: str) -> AsyncIterator[Store]:
    """Return a database for what is tried byte by byte."""
    opened = open_store(sqlite_database)
    yield opened
    await opened.close()


def flipped(data: bytes, at: int) -> bytes:
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


async def test_every_flipped_byte_of_an_entry_is_found_and_named(sqlite_store: Store) -> None:
    keys = FakeKeys()
    await made(sqlite_store, keys)
    body = (await bodies(sqlite_store))[12]
    where = (ledger_entries.c.community == COMMUNITY, ledger_entries.c.seq == 12)
    for at in range(len(body)):
        await change(sqlite_store, update(ledger_entries).where(*where).values(body=flipped(body, at)))
        report = await check(sqlite_store, keys, whole=False)
        assert [problem.values for problem in report.problems] == [(("seq", 12),)], at
        assert places(report) == {"entry_altered"}


async def test_every_flipped_node_is_found_and_named(store: Store) -> None:
    keys = FakeKeys()
    await made(store, keys)
    for row in await rows(store, ledger_nodes):
        where = [ledger_nodes.c[name] == row[name] for name in ("community", "level", "number")]
        await change(store, update(ledger_nodes).where(*where).values(hash=flipped(row["hash"], row["number"] % 32)))
        report = await check(store, keys, whole=False)
        assert report.count, row
        # the last leaf has no node above that could say which of the two is right
        alone = (row["level"], row["number"]) == (0, SIZE - 1)
        assert places(report) <= ({"entry_altered", "head_false", "checkpoint_other"} if alone else {"node_false"}), row
        await change(store, update(ledger_nodes).where(*where).values(hash=row["hash"]))
    assert not (await check(store, keys)).problems


async def test_every_flipped_byte_of_a_checkpoint_is_found(sqlite_store: Store) -> None:
    keys = FakeKeys()
    await made(sqlite_store, keys)
    (row,) = [row for row in await rows(sqlite_store, ledger_checkpoints) if row["size"] == 14]
    where = ledger_checkpoints.c.size == 14
    for at in range(len(row["note"])):
        await change(sqlite_store, update(ledger_checkpoints).where(where).values(note=flipped(row["note"], at)))
        report = await check(sqlite_store, keys, whole=False)
        assert report.count, at
        assert all(("size", 14) in problem.values for problem in report.problems), at


async def test_every_flipped_byte_of_a_checkpoint_under_two_keys_is_found(sqlite_store: Store) -> None:
    keys = FakeKeys()
    await begun(sqlite_store)
    for size in (3, 4):
        await fill(sqlite_store, keys, size)
        await sign_due(sqlite_store, keys, FakeClock(NOON), COMMUNITY, at_once=True)
        keys.rotate_signing(ORIGIN)
    await unprotect(sqlite_store)
    assert not (await check(sqlite_store, keys)).problems
    row = (await rows(sqlite_store, ledger_checkpoints))[-1]
    for at in range(len(row["note"])):
        await change(
            sqlite_store,
            update(ledger_checkpoints)
            .where(ledger_checkpoints.c.size == row["size"])
            .values(note=flipped(row["note"], at)),
        )
        assert (await check(sqlite_store, keys, whole=False)).count, at


async def test_every_flipped_character_of_a_cosignature_is_found(sqlite_store: Store) -> None:
    keys = FakeKeys()
    witness = await made(sqlite_store, keys)
    row = (await rows(sqlite_store, ledger_cosignatures))[1]
    where = ledger_cosignatures.c.size == row["size"]
    for at in range(len(row["line"])):
        line = row["line"][:at] + chr(ord(row["line"][at]) ^ 1) + row["line"][at + 1 :]
        await change(sqlite_store, update(ledger_cosignatures).where(where).values(line=line))
        report = await check(sqlite_store, keys, witnesses=[witness.signer.verifier], whole=False)
        assert places(report) == {"cosignature_false"}, at


async def swap(tx: Any) -> None:
    first, second = (await tx.execute(select(ledger_entries.c.body).where(ledger_entries.c.seq.in_([3, 8])))).scalars()
    await tx.execute(update(ledger_entries).where(ledger_entries.c.seq == 3).values(body=second))
    await tx.execute(update(ledger_entries).where(ledger_entries.c.seq == 8).values(body=first))


async def swap_notes(tx: Any) -> None:
    found = (await tx.execute(select(ledger_checkpoints.c.note).order_by(ledger_checkpoints.c.size))).scalars().all()
    for size, data in ((5, found[1]), (14, found[0])):
        await tx.execute(update(ledger_checkpoints).where(ledger_checkpoints.c.size == size).values(note=data))


def does(*statements: Any) -> Callable[[Any], Any]:
    async def run(tx: Any) -> None:
        for statement in statements:
            await tx.execute(statement)

    return run


def a_row(table: Table, **values: Any) -> Any:
    return insert(table).values(community=COMMUNITY, **values)


ENTRY = b'{"actor":{"kind":"operator"},"at":1,"kind":"rule_failed","seq":21}'
MUTATIONS: dict[str, tuple[Callable[[Any], Any], str]] = {
    "an entry deleted": (does(delete(ledger_entries).where(ledger_entries.c.seq == 7)), "entry_missing"),
    "entries swapped": (swap, "entry_altered"),
    "the tail deleted": (does(delete(ledger_entries).where(ledger_entries.c.seq > 15)), "entry_missing"),
    "an entry added": (does(a_row(ledger_entries, seq=21, body=ENTRY)), "entry_beyond"),
    "an entry far away": (does(a_row(ledger_entries, seq=2**40, body=ENTRY)), "entry_beyond"),
    "an entry before the first": (does(a_row(ledger_entries, seq=-1, body=ENTRY)), "entry_beyond"),
    "a node deleted": (
        does(delete(ledger_nodes).where(ledger_nodes.c.level == 2, ledger_nodes.c.number == 1)),
        "node_missing",
    ),
    "a leaf deleted": (
        does(delete(ledger_nodes).where(ledger_nodes.c.level == 0, ledger_nodes.c.number == 3)),
        "node_missing",
    ),
    "a node added": (does(a_row(ledger_nodes, level=3, number=2, hash=bytes(32))), "node_beyond"),
    "a level added": (does(a_row(ledger_nodes, level=70, number=0, hash=bytes(32))), "node_beyond"),
    "a level below the leaves": (does(a_row(ledger_nodes, level=-1, number=0, hash=bytes(32))), "node_beyond"),
    "a checkpoint deleted": (
        does(
            delete(ledger_cosignatures).where(ledger_cosignatures.c.size == 14),
            delete(ledger_checkpoints).where(ledger_checkpoints.c.size == 14),
        ),
        "checkpoint_missing",
    ),
    "the newest checkpoint deleted": (
        does(
            delete(ledger_cosignatures).where(ledger_cosignatures.c.size == 21),
            delete(ledger_checkpoints).where(ledger_checkpoints.c.size == 21),
        ),
        "head_signed",
    ),
    "a checkpoint deleted under its cosignature": (
        does(delete(ledger_checkpoints).where(ledger_checkpoints.c.size == 14)),
        "cosignature_alone",
    ),
    "a checkpoint of nothing": (
        does(a_row(ledger_checkpoints, size=0, previous=0, note=b"", at=NOON)),
        "checkpoint_unreadable",
    ),
    "a checkpoint beyond the end": (
        does(a_row(ledger_checkpoints, size=22, previous=21, note=b"", at=NOON)),
        "checkpoint_beyond",
    ),
    "checkpoints swapped": (swap_notes, "checkpoint_other"),
    "a shorter head": (does(update(ledger_heads).values(size=20)), "entry_beyond"),
    "a longer head": (does(update(ledger_heads).values(size=22)), "entry_missing"),
    "other peaks": (does(update(ledger_heads).values(peaks=bytes(96))), "head_false"),
    "another name": (does(update(ledger_heads).values(origin="locum.example/other")), "checkpoint_other"),
    "no head": (does(delete(ledger_heads)), "head_missing"),
    "the tail cut off with its nodes": (
        does(
            delete(ledger_entries).where(ledger_entries.c.seq >= 16),
            delete(ledger_nodes).where(ledger_nodes.c.number >= 16, ledger_nodes.c.level == 0),
        ),
        "tree_ends",
    ),
    "all entries deleted": (does(delete(ledger_entries)), "entry_missing"),
    "everything but the head deleted": (does(delete(ledger_entries), delete(ledger_nodes)), "tree_ends"),
}


@pytest.mark.parametrize("name", MUTATIONS)
async def test_every_mutation_is_found(store: Store, name: str) -> None:
    keys = FakeKeys()
    witness = await made(store, keys)
    mutate, problem = MUTATIONS[name]
    async with store.writing() as tx:
        await mutate(tx)
    assert list(await ledgers(store)) == [COMMUNITY]
    report = await check(store, keys, witnesses=[witness.signer.verifier])
    assert problem in places(report), places(report)


async def test_an_altered_entry_is_named_alone_wherever_it_stands(store: Store) -> None:
    keys = FakeKeys()
    await made(store, keys)
    found = await bodies(store)
    for seq in range(SIZE):
        where = ledger_entries.c.seq == seq
        await change(store, update(ledger_entries).where(where).values(body=found[(seq + 1) % SIZE]))
        report = await check(store, keys, whole=False, batch=8)
        assert [(problem.key, problem.values) for problem in report.problems] == [
            ("verify.entry_altered", (("seq", seq),))
        ]
        await change(store, update(ledger_entries).where(where).values(body=found[seq]))
