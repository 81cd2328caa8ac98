"""Ledgers in memory for tests: a dictionary of nodes, keys, checkpoints, and proofs of their entries."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bot.ledger import checkpoint, entries, note, proof, tree
from bot.ledger.checkpoint import Checkpoint
from bot.ledger.entries import Entry
from bot.ledger.keys import Algorithm, Signer
from bot.ledger.proof import Proof
from bot.ledger.tree import EMPTY, Frontier

ORIGIN = "locum.example/harbour"
#: seconds since 1970 at which test witnesses sign
NOON = 1_772_452_800


def signer(name: str, algorithm: Algorithm = Algorithm.ED25519, seed: int = 1) -> Signer:
    return Signer(name=name, algorithm=algorithm, private=Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32))


LOG = signer(ORIGIN)
WITNESS = signer("nightwatch.example/w1", Algorithm.COSIGNATURE, seed=2)
OTHER_WITNESS = signer("owner.example/w1", Algorithm.COSIGNATURE, seed=3)


def entry(seq: int, what: str = "delete") -> bytes:
    actor = {"kind": "automation", "rule": "respect/slurs"}
    return entries.write(Entry(seq=seq, at=1_772_452_800_000 + seq, kind=what, actor=actor, case="c1", policy="p1"))


@dataclass
class Ledger:
    """Entries and every complete subtree over them, as a store would keep them."""

    bodies: list[bytes] = field(default_factory=list)
    nodes: dict[tuple[int, int], bytes] = field(default_factory=dict)
    frontier: Frontier = EMPTY

    def append(self, bodies: Sequence[bytes]) -> None:
        growth = tree.append(self.frontier, [tree.leaf_hash(body) for body in bodies])
        for level, index, digest in growth.nodes():
            assert (level, index) not in self.nodes, "a complete subtree never changes"
            self.nodes[level, index] = digest
        self.frontier = growth.frontier
        self.bodies.extend(bodies)

    def node(self, level: int, index: int) -> bytes:
        return self.nodes[level, index]

    def root(self, size: int | None = None) -> bytes:
        return tree.root_at(self.frontier.size if size is None else size, self.node)

    def checkpoint(self, size: int | None = None, *, by: Signer = LOG) -> bytes:
        size = self.frontier.size if size is None else size
        return checkpoint.sign(Checkpoint(origin=by.name, size=size, root=self.root(size)), by)

    def proof(self, index: int, *, witnesses: Sequence[Signer] = (), inside: bool = False) -> Proof:
        signed = note.read(self.checkpoint())
        lines = [note.sign(signed.text, witness, NOON) for witness in witnesses]
        return Proof(
            index=index,
            path=tuple(tree.inclusion(index, self.frontier.size, self.node)),
            checkpoint=note.write(note.with_signatures(signed, lines)),
            extra=self.bodies[index] if inside else b"",
        )


def ledger(size: int, what: str = "delete") -> Ledger:
    made = Ledger()
    made.append([entry(seq, what) for seq in range(size)])
    return made


def files(made: Ledger, index: int, *, witnesses: Sequence[Signer] = (), inside: bool = False) -> tuple[bytes, bytes]:
    return proof.write(made.proof(index, witnesses=witnesses, inside=inside)), made.bodies[index]
