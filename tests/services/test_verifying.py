"""Tampering, by somebody who owns the database: whatever is altered is found, and named with its place."""

from collections.abc import AsyncIterator, Callable, Sequence
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import Table, delete, insert, select, update
from sqlalchemy import text as sql

from bot.domain.actor import automation
from bot.domain.retention import Retention
from bot.ledger import checkpoint as notes
from bot.ledger import tree
from bot.ledger.checkpoint import Checkpoint
from bot.ledger.keys import Algorithm, new_signer
from bot.services.ledger.checkpointing import checkpoint, sign_due
from bot.services.ledger.logs import signers
from bot.services.ledger.verifying import Report, ledgers, verify
from bot.services.ledger.vouching import Expected
from bot.services.record import Draft, NotBegunError, Private, record
from bot.store.engine import Store, open_store
from bot.store.ledger import growing, signing
from bot.store.tables import (
    ledger_checkpoints,
    ledger_cosignatures,
    ledger_entries,
    ledger_heads,
    ledger_nodes,
    sealed_values,
    subject_keys,
)
from tests.fakes.clock import FakeClock
from tests.fakes.keys import FakeKeys
from tests.services.ledgers import COMMUNITY, NOON, ORIGIN, begun, bodies, check, fill, logs, plain, unprotect
from tests.services.test_checkpointing import PaperWitness

MINUTE = timedelta(seconds=60)
SIZE = 21


def places(report: Report) -> set[str]:
    return {problem.key.removeprefix("verify.") for problem in report.problems}


async def made(store: Store, keys: FakeKeys) -> PaperWitness:
    """Make a ledger of 21 entries with three cosigned checkpoints, and nothing to protect it."""
    clock = FakeClock(NOON + MINUTE)
    await begun(store)
    witness = PaperWitness(logs(keys))
    for size in (5, 9, 7):
        await fill(store, keys, size)
        await checkpoint(store, keys, clock, COMMUNITY, [witness.known])
        clock.move(MINUTE)
    await unprotect(store)
    return witness


async def change(store: Store, *statements: Any) -> None:
    async with store.writing() as tx:
        for statement in statements:
            await tx.execute(statement)


async def rows(store: Store, table: Table) -> list[dict[str, Any]]:
    async with store.reading() as tx:
        return [dict(row._mapping) for row in await tx.execute(select(table))]


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


async def rewritten(store: Store, keys: FakeKeys, found: Sequence[bytes], *sizes: int) -> None:
    """Replace the whole history as whoever holds the signing key can: tree, head and checkpoints fit together."""
    growth = tree.append(tree.EMPTY, [tree.leaf_hash(body) for body in found])
    nodes = {(level, number): digest for level, number, digest in growth.nodes()}
    (signer,) = signers(keys, ORIGIN)
    async with store.writing() as tx:
        for table in (ledger_cosignatures, ledger_checkpoints, ledger_nodes, ledger_entries):
            await tx.execute(delete(table))
        await tx.execute(update(ledger_heads).values(size=0, peaks=b"", signed=0))
        head = await growing.lock_head(tx, COMMUNITY)
        assert head is not None
        await growing.append(tx, head, found, growth.nodes(), growth.frontier.peaks)
        before = 0
        for size in sizes:
            root = tree.root_at(size, lambda level, number: nodes[level, number])
            data = notes.sign(Checkpoint(origin=ORIGIN, size=size, root=root), signer)
            await signing.add_checkpoint(
                tx, COMMUNITY, signing.Stored(size=size, previous=before, note=data, at=NOON + MINUTE)
            )
            before = size


async def test_a_rewritten_and_signed_history_is_caught_by_what_others_hold(store: Store) -> None:
    keys = FakeKeys()
    witness = await made(store, keys)
    found = list(await bodies(store))
    held = Expected(size=witness.state.size, root=witness.state.root, source="w1")
    found[4] = found[4].replace(b"rule_failed", b"rule_failee")
    await rewritten(store, keys, found, 5, 14, 21)
    # by itself the second history is as good as the first: only somebody else can tell
    assert not (await check(store, keys, whole=False)).problems
    assert places(await check(store, keys, expected=[held], whole=False)) == {"expected_other"}
    async with store.writing() as tx:
        await record(tx, keys, COMMUNITY, NOON + 2 * MINUTE, [plain()])
    done = await checkpoint(store, keys, FakeClock(NOON + 9 * MINUTE), COMMUNITY, [witness.known])
    assert done.witnesses[0].state == "refused"


async def test_a_restored_older_backup_is_caught_by_what_others_hold(store: Store) -> None:
    keys = FakeKeys()
    witness = await made(store, keys)
    held = Expected(size=witness.state.size, root=witness.state.root, source="w1")
    await rewritten(store, keys, (await bodies(store))[:14], 5, 14)
    report = await check(store, keys, expected=[held], whole=False)
    assert "expected_longer" in places(report)


async def test_a_history_signed_with_another_key_is_no_history(store: Store) -> None:
    keys = FakeKeys()
    await made(store, keys)
    stranger = new_signer(ORIGIN, Algorithm.ED25519)
    report = await check(store, keys, logs=[stranger.verifier])
    assert places(report) == {"checkpoint_stranger"}


async def test_a_key_that_an_unsigned_entry_names_counts_for_nothing(store: Store) -> None:
    keys, other = FakeKeys(), FakeKeys()
    await begun(store)
    await fill(store, keys, 4)
    await sign_due(store, keys, FakeClock(NOON), COMMUNITY, at_once=True)
    details = {"now": str(logs(other)[0])}
    async with store.writing() as tx:
        await record(tx, keys, COMMUNITY, NOON, [Draft(kind="key_changed", actor=automation("x"), details=details)])
    await sign_due(store, other, FakeClock(NOON + MINUTE), COMMUNITY)
    assert places(await check(store, keys)) == {"checkpoint_stranger"}


async def test_a_false_cosignature_counts_only_where_its_witness_is_known(store: Store) -> None:
    keys = FakeKeys()
    await made(store, keys)
    report = await check(store, keys)
    assert (report.looked["strange"], report.problems) == (3, ())


async def test_entries_that_are_none_are_named(store: Store) -> None:
    keys = FakeKeys()
    await made(store, keys)
    found = list(await bodies(store))
    found[2] = b"{}"
    found[3] = found[4]
    found[5] = found[5].replace(b'"kind":"rule_failed"', b'"kind":"gossip"')
    await rewritten(store, keys, found, 21)
    report = await check(store, keys)
    assert places(report) >= {"entry_unreadable", "entry_elsewhere", "entry_unknown"}


async def test_after_an_erasure_everything_still_verifies(store: Store) -> None:
    keys = FakeKeys()
    await begun(store)
    value = Private(field="details.evidence", account="a1", value="said", retention=Retention.EVIDENCE)
    async with store.writing() as tx:
        draft = Draft(kind="rule_failed", actor=automation("x"), private=(value,))
        await record(tx, keys, COMMUNITY, NOON, [plain(), draft])
    await sign_due(store, keys, FakeClock(NOON), COMMUNITY, at_once=True)
    before = await check(store, keys)
    await change(store, delete(sealed_values), delete(subject_keys))
    assert await check(store, keys) == before
    assert not before.problems


async def test_what_protects_the_ledger_refuses_changes(store: Store) -> None:
    keys = FakeKeys()
    await begun(store)
    await fill(store, keys, 3)
    for statement in (update(ledger_entries).values(body=b"{}"), delete(ledger_nodes), delete(ledger_entries)):
        with pytest.raises(Exception, match="append"):
            await change(store, statement)


async def test_problems_beyond_a_hundred_are_counted(store: Store) -> None:
    keys = FakeKeys()
    await begun(store)
    await fill(store, keys, 300)
    await unprotect(store)
    await change(store, sql("DELETE FROM ledger_nodes WHERE level = 0 AND number % 2 = 1"))
    report = await check(store, keys)
    assert (len(report.problems), report.count) == (100, 150)


async def test_a_community_without_a_ledger_is_none(store: Store) -> None:
    with pytest.raises(NotBegunError):
        await verify(store, "nowhere", logs=[])
