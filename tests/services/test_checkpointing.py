"""Checkpoints: when they are due, never two of a size, and what becomes of them at the witnesses."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from adapters.witness import HttpWitness
from bot.ledger import checkpoint as notes
from bot.ledger import entries, note
from bot.ledger import witness as pure
from bot.ledger.errors import SignatureError
from bot.ledger.keys import Algorithm, Signer, Verifier, new_signer
from bot.ledger.witness import UNSEEN, Cosigned
from bot.ports import WitnessRefusedError, WitnessUnreachableError
from bot.services.ledger.checkpointing import checkpoint, sign_due
from bot.services.ledger.witnessing import Known, State
from bot.services.record import NotBegunError
from bot.store.engine import Store
from bot.store.ledger import signing
from bot.store.tables import ledger_checkpoints
from tests.fakes.clock import FakeClock
from tests.fakes.keys import FakeKeys
from tests.fakes.witness import LoopbackWitness
from tests.services.ledgers import COMMUNITY, NOON, ORIGIN, begun, bodies, check, fill, logs

MINUTE = timedelta(seconds=60)


class PaperWitness:
    """A witness without a network: the pure one, with a memory that a test may alter."""

    def __init__(self, logs: Sequence[Verifier], signer: Signer | None = None) -> None:
        self.signer = signer or new_signer("nightwatch.example/w1", Algorithm.COSIGNATURE)
        self.logs = list(logs)
        self.state = UNSEEN
        self.away = False
        self.requests = 0
        self.spoil = False

    async def cosign(self, request: bytes) -> str:
        """Return the cosignature line, or raise as the port says."""
        self.requests += 1
        if self.away:
            raise WitnessUnreachableError
        found = pure.cosign(
            state=self.state, request=pure.read_request(request), at=1_772_452_800, logs=self.logs, signer=self.signer
        )
        if not isinstance(found, Cosigned):
            raise WitnessRefusedError(found.status, found.size if found.status == 409 else None)
        self.state = found.state
        line = found.signature
        if self.spoil:
            line = note.sign("another text\n", self.signer, 1_772_452_800)
        return f"{line}\n"

    @property
    def known(self) -> Known:
        """What a ledger asks it by."""
        return Known(verifier=self.signer.verifier, port=self)


async def stored(store: Store) -> list[signing.Stored]:
    async with store.reading() as tx:
        return await signing.checkpoints(tx, COMMUNITY, -1, 2**62, 1_000)


async def kinds(store: Store) -> list[str]:
    return [entries.read(body).kind for body in await bodies(store)]


async def test_a_checkpoint_is_due_after_a_minute_if_anything_happened(store: Store) -> None:
    keys, clock = FakeKeys(), FakeClock(NOON)
    await begun(store)
    clock.move(2 * MINUTE)
    assert (await sign_due(store, keys, clock, COMMUNITY)).size == 0
    await fill(store, keys, 3)
    signed = await sign_due(store, keys, clock, COMMUNITY)
    assert (signed.now, signed.size, signed.at) == (True, 3, clock.now())
    await fill(store, keys, 1)
    clock.move(MINUTE - timedelta(seconds=1))
    assert not (await sign_due(store, keys, clock, COMMUNITY)).now
    clock.move(timedelta(seconds=1))
    assert (await sign_due(store, keys, clock, COMMUNITY)).size == 4


async def test_a_checkpoint_is_due_after_a_thousand_entries(store: Store) -> None:
    keys, clock = FakeKeys(), FakeClock(NOON)
    await begun(store)
    await fill(store, keys, 999, batch=999)
    assert (await sign_due(store, keys, clock, COMMUNITY)).waiting == 999
    await fill(store, keys, 1)
    assert (await sign_due(store, keys, clock, COMMUNITY)).size == 1_000


async def test_a_clock_that_was_set_back_does_not_keep_the_ledger_unsigned(store: Store) -> None:
    keys, clock = FakeKeys(), FakeClock(NOON)
    await begun(store)
    await fill(store, keys, 1)
    clock.jump(-2 * MINUTE)
    assert (await sign_due(store, keys, clock, COMMUNITY)).size == 1


async def test_a_checkpoint_states_the_root_over_all_entries_under_the_ledgers_key(store: Store) -> None:
    keys, clock = FakeKeys(), FakeClock(NOON + MINUTE)
    await begun(store)
    await fill(store, keys, 11)
    await sign_due(store, keys, clock, COMMUNITY)
    (one,) = await stored(store)
    verified = notes.verify(one.note, logs(keys))
    assert (verified.checkpoint.origin, verified.checkpoint.size) == (ORIGIN, 11)
    with pytest.raises(SignatureError):
        notes.verify(one.note, [new_signer(ORIGIN, Algorithm.ED25519).verifier])
    assert not (await check(store, keys)).problems


async def test_many_at_once_sign_one_checkpoint(store: Store) -> None:
    keys, clock = FakeKeys(), FakeClock(NOON + MINUTE)
    await begun(store)
    await fill(store, keys, 5)
    signed = await asyncio.gather(*(sign_due(store, keys, clock, COMMUNITY) for _ in range(8)))
    assert sum(one.now for one in signed) == 1
    async with store.reading() as tx:
        assert (await tx.execute(select(func.count()).select_from(ledger_checkpoints))).scalar_one() == 1


async def test_a_ledger_that_has_not_begun_is_not_signed(store: Store) -> None:
    with pytest.raises(NotBegunError):
        await sign_due(store, FakeKeys(), FakeClock(), COMMUNITY)


async def test_a_new_key_is_recorded_and_the_old_one_leads_over_to_it(store: Store) -> None:
    keys, clock = FakeKeys(), FakeClock(NOON + MINUTE)
    await begun(store)
    await fill(store, keys, 3)
    await sign_due(store, keys, clock, COMMUNITY)
    old = logs(keys)
    keys.rotate_signing(ORIGIN)
    await fill(store, keys, 1)
    clock.move(MINUTE)
    assert (await sign_due(store, keys, clock, COMMUNITY)).size == 5
    assert (await kinds(store))[-1] == "key_changed"
    newest = (await stored(store))[-1].note
    for known in (old, logs(keys)[:1]):
        assert notes.verify(newest, known).checkpoint.size == 5
    await fill(store, keys, 1)
    clock.move(MINUTE)
    await sign_due(store, keys, clock, COMMUNITY)
    assert (await kinds(store)).count("key_changed") == 1
    # whoever knows one of the keys is led to the other by the ledger itself
    for known in (old, logs(keys)[:1]):
        assert not (await check(store, keys, logs=known)).problems


async def test_a_witness_cosigns_and_is_asked_no_more_until_there_is_more(store: Store) -> None:
    keys, clock = FakeKeys(), FakeClock(NOON + MINUTE)
    await begun(store)
    witness = PaperWitness(logs(keys))
    assert (await checkpoint(store, keys, clock, COMMUNITY, [witness.known])).witnesses == ()
    await fill(store, keys, 3)
    for _ in range(3):
        done = await checkpoint(store, keys, clock, COMMUNITY, [witness.known])
        assert [(one.state, one.size) for one in done.witnesses] == [(State.COSIGNED, 3)]
    assert witness.requests == 1
    await fill(store, keys, 2)
    clock.move(MINUTE)
    done = await checkpoint(store, keys, clock, COMMUNITY, [witness.known])
    assert done.witnesses[0].size == 5
    report = await check(store, keys, witnesses=[witness.signer.verifier])
    assert (report.looked["cosignatures"], report.problems, report.unwitnessed) == (2, (), ())


async def test_a_real_witness_on_loopback_cosigns(store: Store, tmp_path: Path) -> None:
    keys, clock = FakeKeys(), FakeClock(NOON + MINUTE)
    await begun(store)
    await fill(store, keys, 7)
    with LoopbackWitness(tmp_path, logs(keys)) as witness:
        known = Known(verifier=witness.verifier, port=HttpWitness(witness.url))
        done = await checkpoint(store, keys, clock, COMMUNITY, [known])
        assert (done.witnesses[0].state, done.witnesses[0].size) == (State.COSIGNED, 7)


async def test_a_witness_that_was_away_is_caught_up_with(store: Store) -> None:
    keys, clock = FakeKeys(), FakeClock(NOON + MINUTE)
    await begun(store)
    witness = PaperWitness(logs(keys))
    witness.away = True
    for size in (3, 6, 9):
        await fill(store, keys, 3)
        done = await checkpoint(store, keys, clock, COMMUNITY, [witness.known])
        assert done.signed.size == size
        clock.move(MINUTE)
    done = await checkpoint(store, keys, clock, COMMUNITY, [witness.known])
    assert (done.witnesses[0].state, done.witnesses[0].since) == (State.UNREACHABLE, NOON + MINUTE)
    assert (await check(store, keys)).unwitnessed[0][1:] == ("unreachable", NOON + MINUTE)
    witness.away = False
    done = await checkpoint(store, keys, clock, COMMUNITY, [witness.known])
    assert (done.witnesses[0].state, done.witnesses[0].size) == (State.COSIGNED, 9)


async def test_a_witness_that_knows_more_than_was_remembered_is_asked_again_from_there(store: Store) -> None:
    keys, clock = FakeKeys(), FakeClock(NOON + MINUTE)
    await begun(store)
    await fill(store, keys, 3)
    first, second = PaperWitness(logs(keys)), PaperWitness(logs(keys))
    await checkpoint(store, keys, clock, COMMUNITY, [first.known])
    # it cosigned, and the answer was lost on its way
    second.state = first.state
    await fill(store, keys, 4)
    clock.move(MINUTE)
    done = await checkpoint(store, keys, clock, COMMUNITY, [second.known])
    assert (done.witnesses[0].size, second.requests) == (7, 2)


async def test_a_witness_that_saw_another_history_refuses_and_that_is_recorded_once(store: Store) -> None:
    keys, clock = FakeKeys(), FakeClock(NOON + MINUTE)
    await begun(store)
    await fill(store, keys, 3)
    witness = PaperWitness(logs(keys))
    witness.state = pure.State(size=3, root=bytes(32))
    for _ in range(3):
        done = await checkpoint(store, keys, clock, COMMUNITY, [witness.known])
        assert done.witnesses[0].state is State.REFUSED
        clock.move(MINUTE)
    assert (await kinds(store)).count("witness_refused") == 1


async def test_a_ledger_shorter_than_what_was_cosigned_is_refused(store: Store) -> None:
    keys, clock = FakeKeys(), FakeClock(NOON + MINUTE)
    await begun(store)
    await fill(store, keys, 3)
    witness = PaperWitness(logs(keys))
    witness.state = pure.State(size=30, root=bytes(32))
    done = await checkpoint(store, keys, clock, COMMUNITY, [witness.known])
    assert (done.witnesses[0].state, done.witnesses[0].status) == (State.REFUSED, 409)


async def test_a_false_cosignature_is_not_kept(store: Store) -> None:
    keys, clock = FakeKeys(), FakeClock(NOON + MINUTE)
    await begun(store)
    await fill(store, keys, 3)
    witness = PaperWitness(logs(keys))
    witness.spoil = True
    done = await checkpoint(store, keys, clock, COMMUNITY, [witness.known])
    assert (done.witnesses[0].state, done.witnesses[0].size) == (State.REFUSED, 0)
    async with store.reading() as tx:
        assert await signing.cosignatures(tx, COMMUNITY, -1, 100) == []


async def test_a_witness_is_asked_while_nothing_is_locked(store: Store) -> None:
    keys, clock = FakeKeys(), FakeClock(NOON + MINUTE)
    await begun(store)
    await fill(store, keys, 3)
    witness = PaperWitness(logs(keys))

    class Writing:
        async def cosign(self, request: bytes) -> str:
            """Record something in the meantime: whoever held a lock would wait for ever."""
            await asyncio.wait_for(fill(store, keys, 1), 120)
            return await witness.cosign(request)

    known = Known(verifier=witness.signer.verifier, port=Writing())
    done = await checkpoint(store, keys, clock, COMMUNITY, [known])
    assert done.witnesses[0].size == 3
