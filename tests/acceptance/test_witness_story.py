"""An agency and a community's owner are each other's witnesses, so that neither can rewrite what was recorded."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from adapters.witness import HttpWitness
from bot.cli.witness import show_refusal
from bot.ledger import checkpoint, tree, witness
from bot.ledger.keys import Signer, Verifier
from bot.ledger.witness import Request
from bot.ports import WitnessRefusedError, WitnessUnreachableError
from tests.fakes.witness import LoopbackWitness
from tests.ledger.make import Ledger, entry, ledger, signer


@dataclass
class Party:
    """Somebody with a ledger, who asks the other one's witness to cosign it."""

    log: Signer
    book: Ledger
    asked: str
    trusts: Verifier
    cosigned: int = 0
    checkpoints: list[bytes] = field(default_factory=list)

    async def checkpoint(self) -> bytes:
        """Have the present state cosigned, from where the witness says it is."""
        try:
            return await self._ask()
        except WitnessRefusedError as refused:
            if refused.status != 409 or refused.size is None or refused.size > self.book.frontier.size:
                raise
            self.cosigned = refused.size
            return await self._ask()

    async def _ask(self) -> bytes:
        size = self.book.frontier.size
        signed = self.book.checkpoint(by=self.log)
        path = tuple(tree.consistency(self.cosigned, size, self.book.node))
        request = witness.write_request(Request(old=self.cosigned, path=path, checkpoint=signed))
        lines = await HttpWitness(self.asked).cosign(request)
        self.checkpoints.append(witness.accept(signed, lines, [self.log.verifier], self.trusts))
        self.cosigned = size
        return self.checkpoints[-1]

    def restore(self, size: int) -> None:
        """Put the database back as it was, with what it knew of the witness."""
        self.book, self.cosigned = ledger(size), size

    def record(self, *what: str) -> None:
        start = self.book.frontier.size
        self.book.append([entry(start + offset, said) for offset, said in enumerate(what)])


@dataclass
class House:
    """Two parties and their witnesses."""

    owner: Party
    agency: Party
    owners_witness: LoopbackWitness
    agencys_witness: LoopbackWitness

    def terminal(self, language: str = "en") -> str:
        """Return what the agency's terminal shows."""
        return "\n".join(show_refusal(refusal, language) for refusal in self.agencys_witness.refusals)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    owners, agencys = signer("locum.example/harbour"), signer("nightwatch.example/ledger", seed=5)
    for name in ("owner", "agency"):
        (tmp_path / name).mkdir()
    with (
        LoopbackWitness(tmp_path / "owner", [agencys.verifier]) as owners_witness,
        LoopbackWitness(tmp_path / "agency", [owners.verifier]) as agencys_witness,
    ):
        yield House(
            owner=Party(owners, ledger(20), agencys_witness.url, agencys_witness.verifier),
            agency=Party(agencys, ledger(5, what="shift"), owners_witness.url, owners_witness.verifier),
            owners_witness=owners_witness,
            agencys_witness=agencys_witness,
        )


async def test_each_notarises_the_other(house: House) -> None:
    for party in (house.owner, house.agency):
        for _ in range(3):
            party.record("ban", "note")
            cosigned = checkpoint.verify(await party.checkpoint(), [party.log.verifier], [party.trusts])
            assert cosigned.checkpoint.size == party.book.frontier.size
            assert len(cosigned.witnesses) == 1
    assert not house.owners_witness.refusals
    assert not house.agencys_witness.refusals


async def test_yesterdays_backup_is_noticed_at_once(house: House) -> None:
    house.owner.record("ban")
    await house.owner.checkpoint()
    house.owner.restore(20)
    with pytest.raises(WitnessRefusedError) as caught:
        await house.owner.checkpoint()
    assert (caught.value.status, caught.value.size) == (409, 21)
    shown = house.terminal()
    assert "ENTRIES ARE GONE: locum.example/harbour was NOT cosigned" in shown
    assert "put back from a backup" in shown


async def test_a_history_that_goes_on_from_a_backup_is_never_cosigned_again(house: House) -> None:
    house.owner.record("ban")
    await house.owner.checkpoint()
    house.owner.restore(20)
    house.owner.record("dismiss")
    with pytest.raises(WitnessRefusedError) as caught:
        await house.owner.checkpoint()
    assert caught.value.status == 422
    house.owner.record("ban", "ban", "ban")
    with pytest.raises(WitnessRefusedError):
        await house.owner.checkpoint()
    shown = house.terminal()
    assert "TWO HISTORIES" in shown
    assert "NOT SHOWN TO BE ONE HISTORY" in shown
    assert "ZWEI GESCHICHTEN: locum.example/harbour wurde NICHT gegengezeichnet" in house.terminal("de")


async def test_the_agency_can_prove_the_fork_to_anybody(house: House) -> None:
    house.owner.record("ban")
    await house.owner.checkpoint()
    house.owner.restore(20)
    house.owner.record("dismiss")
    with pytest.raises(WitnessRefusedError):
        await house.owner.checkpoint()
    (kept,) = {refusal.kept for refusal in house.agencys_witness.refusals}
    assert kept is not None
    proof = json.loads(kept.read_text(encoding="utf-8"))
    before, after = (
        checkpoint.verify(proof[name].encode(), [house.owner.log.verifier]).checkpoint
        for name in ("cosigned", "refused")
    )
    assert before.size == after.size
    assert before.root != after.root


async def test_a_witness_that_was_off_for_a_day_catches_up_with_one_proof(house: House) -> None:
    await house.owner.checkpoint()
    house.agencys_witness.stop()
    for _ in range(24):
        house.owner.record(*["delete"] * 10)
        with pytest.raises(WitnessUnreachableError):
            await house.owner.checkpoint()
    house.agencys_witness.start()
    await house.owner.checkpoint()
    assert len(house.owner.checkpoints) == 2
    assert house.agencys_witness.memory.known()[house.owner.log.name].state.size == 20 + 24 * 10
    assert not house.agencys_witness.refusals


async def test_an_owner_who_forgot_what_was_cosigned_is_told_and_goes_on(house: House) -> None:
    await house.owner.checkpoint()
    house.owner.record("ban")
    house.owner.cosigned = 0
    await house.owner.checkpoint()
    assert [refusal.code for refusal in house.agencys_witness.refusals] == ["stale"]


async def test_the_agency_cannot_rewrite_its_own_ledger_either(house: House) -> None:
    await house.agency.checkpoint()
    house.agency.book = ledger(5, what="overtime")
    with pytest.raises(WitnessRefusedError):
        await house.agency.checkpoint()
    assert [refusal.code for refusal in house.owners_witness.refusals] == ["fork"]
