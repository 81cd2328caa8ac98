"""Checkpoints (C2SP tlog-checkpoint): how large a ledger is and which root it has, signed."""

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass

from bot.ledger import note
from bot.ledger.errors import CheckpointError, SignatureError
from bot.ledger.keys import Algorithm, Signer, Verifier, decode
from bot.ledger.note import Note, Vouched


@dataclass(frozen=True, kw_only=True, slots=True)
class Checkpoint:
    """A ledger's state at one moment."""

    #: which ledger, for ever; the name of the key that signs it
    origin: str
    #: number of entries
    size: int
    #: root hash over them
    root: bytes
    #: further lines, signed and without meaning here
    extensions: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Verified:
    """A checkpoint whose signatures were checked."""

    #: what was signed
    checkpoint: Checkpoint
    #: the ledger's key that signed it
    log: Verifier
    #: the known witnesses that cosigned it, with their times
    witnesses: tuple[Vouched, ...]


def body(checkpoint: Checkpoint) -> str:
    """Return the text that is signed."""
    lines = (
        checkpoint.origin,
        str(checkpoint.size),
        b64encode(checkpoint.root).decode(),
        *checkpoint.extensions,
    )
    text = "".join(f"{line}\n" for line in lines)
    if read_body(text) != checkpoint:
        raise CheckpointError
    return text


def read_body(text: str) -> Checkpoint:
    """Return the checkpoint that a note's text states; refuse any other text."""
    lines = text.split("\n")
    if len(lines) < 4 or lines.pop() or not all(lines):
        raise CheckpointError
    origin, size, root = lines[0], whole(lines[1]), decode(lines[2])
    if size is None or root is None or len(root) != 32:
        raise CheckpointError
    return Checkpoint(origin=origin, size=size, root=root, extensions=tuple(lines[3:]))


def sign(checkpoint: Checkpoint, signer: Signer) -> bytes:
    """Return the signed note; the signer is the ledger that the origin names."""
    if signer.name != checkpoint.origin or signer.algorithm is not Algorithm.ED25519:
        raise CheckpointError
    text = body(checkpoint)
    return note.write(Note(text=text, signatures=(note.sign(text, signer),)))


def verify(data: bytes, logs: Sequence[Verifier], witnesses: Sequence[Verifier] = ()) -> Verified:
    """Return what a ledger's key vouches for, and which witnesses do as well.

    `logs` are keys of one ledger, more than one where a key was changed. The ledger's own signature is indispensable;
    how many witnesses it takes is for the caller to say.
    """
    signed = note.read(data)
    checkpoint = read_body(signed.text)
    own = [key for key in logs if key.name == checkpoint.origin and key.algorithm is Algorithm.ED25519]
    vouched = note.verify(signed, [*own, *witnesses])
    signers = [one.verifier for one in vouched if one.verifier in own]
    if not signers:
        raise SignatureError
    seen = tuple(one for one in vouched if one.at is not None)
    return Verified(checkpoint=checkpoint, log=signers[0], witnesses=seen)


def whole(text: str) -> int | None:
    """Return a size or index as these formats write it: ASCII digits, no leading zero, below 2^63; else None."""
    if not text.isascii() or not text.isdigit() or len(text) > 19 or (text[0] == "0" and text != "0"):
        return None
    number = int(text)
    return number if number < 2**63 else None
