"""Proofs (C2SP tlog-proof): one file that shows an entry to stand in a ledger, checked by anyone, offline."""

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass

from bot.ledger import checkpoint, entries, tree
from bot.ledger.checkpoint import Verified, whole
from bot.ledger.errors import ProofError, UnprovenError
from bot.ledger.keys import Verifier, decode

#: first line of every proof
FIRST = "c2sp.org/tlog-proof@v1"

#: larger files are refused unread
LARGEST = 4_000_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Proof:
    """What leads from an entry to a signed root."""

    #: the entry's number, from 0
    index: int
    #: sibling hashes, from the leaf to the root
    path: tuple[bytes, ...]
    #: the signed note, as it is
    checkpoint: bytes
    #: the entry itself where it travels inside the file; the path binds it, the format doesn't
    extra: bytes = b""


def write(proof: Proof) -> bytes:
    """Return the file's content."""
    extra = [f"extra {b64encode(proof.extra).decode()}"] if proof.extra else []
    lines = [FIRST, *extra, f"index {proof.index}", *(b64encode(part).decode() for part in proof.path)]
    data = "".join(f"{line}\n" for line in lines).encode() + b"\n" + proof.checkpoint
    if read(data) != proof:
        raise ProofError
    return data


def read(data: bytes) -> Proof:
    """Return the proof's parts, unverified; refuse what isn't exactly one."""
    head, gap, signed = data.partition(b"\n\n")
    if len(data) > LARGEST or not gap or not head.isascii():
        raise ProofError
    first, *lines = head.decode().split("\n")
    extra: bytes | None = b""
    if lines and lines[0].startswith("extra "):
        extra = decode(lines.pop(0).removeprefix("extra ")) or None
    if first != FIRST or not lines or not lines[0].startswith("index "):
        raise ProofError
    index = whole(lines[0].removeprefix("index "))
    path = tuple(part for part in map(decode, lines[1:]) if part is not None and len(part) == 32)
    if extra is None or index is None or len(path) != len(lines) - 1 or len(path) > 63:
        raise ProofError
    return Proof(index=index, path=path, checkpoint=signed, extra=extra)


def verify(proof: Proof, body: bytes, logs: Sequence[Verifier], witnesses: Sequence[Verifier] = ()) -> Verified:
    """Return the verified checkpoint under which this entry stands at its place.

    The entry must say of itself that it has that place: a body that stands elsewhere proves nothing here.
    """
    verified = checkpoint.verify(proof.checkpoint, logs, witnesses)
    stated = verified.checkpoint
    led = tree.verify_inclusion(
        index=proof.index, size=stated.size, leaf=tree.leaf_hash(body), path=proof.path, root=stated.root
    )
    if not led or entries.read(body).seq != proof.index:
        raise UnprovenError
    return verified
