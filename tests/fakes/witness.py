"""A real witness on loopback, with its memory in a folder; it can be stopped and started again where it was."""

import threading
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from adapters.witness import WitnessServer
from bot.ledger.keys import Algorithm, Signer, Verifier, new_signer
from bot.ports import Clock
from bot.services import witnessing
from bot.services.witnessing import Answer, Memory, Refusal
from tests.fakes.clock import FakeClock


class LoopbackWitness:
    """Cosigns the checkpoints of some ledgers; `refusals` are what its terminal would show."""

    def __init__(
        self,
        folder: Path,
        logs: Sequence[Verifier],
        *,
        signer: Signer | None = None,
        clock: Clock | None = None,
        patience: float = 20.0,
        most: int = 64,
    ) -> None:
        self.signer = signer or new_signer("witness.example/w1", Algorithm.COSIGNATURE)
        self.memory = Memory(folder / "witness.json")
        self.memory.begin()
        self.refusals: list[Refusal] = []
        self._witness = witnessing.make_witness(
            signer=self.signer, logs=logs, memory=self.memory, clock=clock or FakeClock(), told=self.refusals.append
        )
        self._patience, self._most = patience, most
        self._address = ("127.0.0.1", 0)
        self._server: WitnessServer | None = None
        self._thread = threading.Thread()

    @property
    def url(self) -> str:
        """Return where it is, or was."""
        return "http://{}:{}".format(*self._address)

    @property
    def verifier(self) -> Verifier:
        """Return what its cosignatures are checked with."""
        return self.signer.verifier

    def answer(self, request: bytes) -> Answer:
        """Return what it says to a request, without going through the network."""
        return witnessing.answer(self._witness, request)

    def start(self) -> None:
        """Listen, where it was before if it was."""
        server = WitnessServer(
            self._address, key=str(self.verifier), answer=self.answer, patience=self._patience, most=self._most
        )
        self._server, self._address = server, ("127.0.0.1", int(server.server_address[1]))
        self._thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()

    def stop(self) -> None:
        """Be gone; the memory stays."""
        if self._server is not None:
            self._server.shutdown()
            self._thread.join()
            self._server.server_close()
            self._server = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()
