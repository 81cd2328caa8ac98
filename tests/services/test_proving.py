"""Proofs that are made here are accepted by the offline verifier, started as a third party starts it."""

import shutil
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, update

from bot.domain.actor import automation
from bot.domain.retention import Retention
from bot.ledger import offline
from bot.ledger.errors import UnprovenError
from bot.services.ledger.checkpointing import checkpoint, sign_due
from bot.services.ledger.proving import NoOpeningError, NoSuchEntryError, Proved, UncoveredError, prove
from bot.services.record import Draft, NotBegunError, Private, record
from bot.store.engine import Store
from bot.store.tables import ledger_nodes, sealed_values, subject_keys
from tests.fakes.clock import FakeClock
from tests.fakes.keys import FakeKeys
from tests.services.ledgers import COMMUNITY, NOON, begun, fill, logs, unprotect
from tests.services.test_checkpointing import PaperWitness

FIELD = "details.evidence"


async def made(store: Store, keys: FakeKeys) -> None:
    """Begin a ledger whose third entry commits to a personal value."""
    await begun(store)
    await fill(store, keys, 2)
    value = Private(field=FIELD, account="a1", value="Schönes Wort", retention=Retention.EVIDENCE)
    async with store.writing() as tx:
        await record(tx, keys, COMMUNITY, NOON, [Draft(kind="rule_failed", actor=automation("x"), private=(value,))])
    await fill(store, keys, 9)


def offline_says(folder: Path, proved: Proved, keys: FakeKeys, *arguments: str) -> tuple[int, str]:
    shutil.copy(offline.__file__, folder / "check.py")
    (folder / "it.tlog-proof").write_bytes(proved.proof)
    (folder / "it.json").write_bytes(proved.entry)
    for field, data in proved.openings.items():
        (folder / f"{field}.json").write_bytes(data)
    return judged(folder, keys, *arguments)


def judged(folder: Path, keys: FakeKeys, *arguments: str) -> tuple[int, str]:
    command = [sys.executable, "-I", "-S", "check.py", "it.tlog-proof", "it.json", "--log", str(logs(keys)[0])]
    done = subprocess.run([*command, *arguments], cwd=folder, capture_output=True, check=False)
    return done.returncode, done.stdout.decode()


async def test_every_entry_is_proved_to_a_third_party(store: Store, tmp_path: Path) -> None:
    keys, clock = FakeKeys(), FakeClock(NOON)
    await made(store, keys)
    for seq in range(12):
        proved = await prove(store, keys, clock, community=COMMUNITY, seq=seq)
        assert proved.signed == (seq == 0)
        status, said = offline_says(tmp_path, proved, keys)
        assert (status, f"entry {seq} stands" in said) == (0, True)


async def test_a_personal_value_is_opened_for_whoever_asks(store: Store, tmp_path: Path) -> None:
    keys, clock = FakeKeys(), FakeClock(NOON)
    await made(store, keys)
    proved = await prove(store, keys, clock, community=COMMUNITY, seq=2, fields=[FIELD])
    status, said = offline_says(tmp_path, proved, keys, "--opening", f"{FIELD}.json")
    assert (status, "Schönes Wort" in said) == (0, True)
    other = tmp_path / f"{FIELD}.json"
    other.write_text(other.read_text(encoding="utf-8").replace("Schönes", "Unschönes"), encoding="utf-8")
    assert judged(tmp_path, keys, "--opening", other.name)[0] == 1


async def test_an_erased_value_is_gone_and_its_proof_stays(store: Store, tmp_path: Path) -> None:
    keys, clock = FakeKeys(), FakeClock(NOON)
    await made(store, keys)
    before = await prove(store, keys, clock, community=COMMUNITY, seq=2)
    async with store.writing() as tx:
        await tx.execute(delete(sealed_values))
        await tx.execute(delete(subject_keys))
    with pytest.raises(NoOpeningError):
        await prove(store, keys, clock, community=COMMUNITY, seq=2, fields=[FIELD])
    after = await prove(store, keys, clock, community=COMMUNITY, seq=2)
    assert after.proof == before.proof
    assert offline_says(tmp_path, after, keys)[0] == 0


async def test_a_value_whose_key_alone_is_gone_cannot_be_opened(store: Store) -> None:
    keys, clock = FakeKeys(), FakeClock(NOON)
    await made(store, keys)
    async with store.writing() as tx:
        await tx.execute(delete(subject_keys))
    with pytest.raises(NoOpeningError):
        await prove(store, keys, clock, community=COMMUNITY, seq=2, fields=[FIELD])


async def test_the_proof_leads_to_what_a_witness_has_cosigned(store: Store, tmp_path: Path) -> None:
    keys, clock = FakeKeys(), FakeClock(NOON + timedelta(minutes=1))
    await made(store, keys)
    witness = PaperWitness(logs(keys))
    await checkpoint(store, keys, clock, COMMUNITY, [witness.known])
    await fill(store, keys, 3)
    await sign_due(store, keys, clock, COMMUNITY, at_once=True)
    covered = await prove(store, keys, clock, community=COMMUNITY, seq=4)
    assert (covered.size, len(covered.witnesses)) == (12, 1)
    assert offline_says(tmp_path, covered, keys, "--witness", str(witness.signer.verifier))[0] == 0
    newer = await prove(store, keys, clock, community=COMMUNITY, seq=13)
    assert (newer.size, newer.witnesses) == (15, ())


async def test_without_keys_an_uncovered_entry_waits_for_its_checkpoint(store: Store) -> None:
    keys, clock = FakeKeys(), FakeClock(NOON)
    await made(store, keys)
    with pytest.raises(UncoveredError):
        await prove(store, None, clock, community=COMMUNITY, seq=4)


async def test_an_entry_that_is_not_there_is_not_proved(store: Store) -> None:
    keys, clock = FakeKeys(), FakeClock(NOON)
    with pytest.raises(NotBegunError):
        await prove(store, keys, clock, community=COMMUNITY, seq=0)
    await made(store, keys)
    for seq in (-1, 12, 2**62):
        with pytest.raises(NoSuchEntryError):
            await prove(store, keys, clock, community=COMMUNITY, seq=seq)


async def test_a_field_without_a_commitment_has_no_opening(store: Store) -> None:
    keys, clock = FakeKeys(), FakeClock(NOON)
    await made(store, keys)
    with pytest.raises(NoOpeningError):
        await prove(store, keys, clock, community=COMMUNITY, seq=0, fields=["details.rule"])


async def test_a_proof_that_leads_nowhere_is_not_handed_out(store: Store) -> None:
    keys, clock = FakeKeys(), FakeClock(NOON)
    await made(store, keys)
    await sign_due(store, keys, clock, COMMUNITY, at_once=True)
    await unprotect(store)
    async with store.writing() as tx:
        where = (ledger_nodes.c.level == 0, ledger_nodes.c.number == 5)
        await tx.execute(update(ledger_nodes).where(*where).values(hash=bytes(32)))
    with pytest.raises(UnprovenError):
        await prove(store, keys, clock, community=COMMUNITY, seq=4)
