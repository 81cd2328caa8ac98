"""A witness to ask, for the tests beside."""

from pathlib import Path

from bot.ledger import tree, witness
from bot.ledger.keys import Signer
from bot.ledger.witness import Request, State
from bot.services import witnessing
from bot.services.witnessing import (
    Answer,
    Memory,
    Refusal,
    Witness,
)
from tests.fakes.clock import FakeClock
from tests.ledger.make import LOG, ORIGIN, WITNESS, Ledger, ledger, signer

MADE, FORKED = ledger(40), ledger(40, what="dismiss")
STRANGER = signer("locum.example/other", seed=9)


class Bench:
    """A witness with its memory in a folder, and everything that it told."""

    def __init__(self, folder: Path, memory: str = "state.json") -> None:
        self.memory = Memory(folder / memory)
        self.memory.begin()
        self.told: list[Refusal] = []
        self.witness: Witness = witnessing.make_witness(
            signer=WITNESS, logs=[LOG.verifier], memory=self.memory, clock=FakeClock(), told=self.told.append
        )

    def ask(self, old: int, new: int, made: Ledger = MADE, by: Signer = LOG) -> Answer:
        return witnessing.answer(self.witness, request(old, new, made, by))

    @property
    def state(self) -> State:
        return self.memory.known()[ORIGIN].state


def request(old: int, new: int, made: Ledger = MADE, by: Signer = LOG) -> bytes:
    path = tuple(tree.consistency(old, new, made.node)) if old <= new else ()
    return witness.write_request(Request(old=old, path=path, checkpoint=made.checkpoint(new, by=by)))


def unexpected(refusal: Refusal) -> None:
    raise AssertionError(refusal)
