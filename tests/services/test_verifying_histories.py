"""Tampering, by somebody who holds keys or backups: what others hold tells which history is the true one."""

from collections.abc import Sequence

import pytest
from sqlalchemy import delete, update
from sqlalchemy import text as sql

from bot.domain.actor import automation
from bot.domain.retention import Retention
from bot.ledger import checkpoint as notes
from bot.ledger import tree
from bot.ledger.checkpoint import Checkpoint
from bot.ledger.keys import Algorithm, new_signer
from bot.services.ledger.checkpointing import checkpoint, sign_due
from bot.services.ledger.logs import signers
from bot.services.ledger.verifying import verify
from bot.services.ledger.vouching import Expected
from bot.services.record import Draft, NotBegunError, Private, record
from bot.store.engine import Store
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
from tests.services.tampered import MINUTE, change, made, places


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
        await growing.append(tx, head, [(body, None) for body in found], growth.nodes(), growth.frontier.peaks)
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
