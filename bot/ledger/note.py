"""Signed notes (C2SP signed-note): a text, an empty line, and signature lines of whoever vouches for it."""

from base64 import b64encode
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.ledger.errors import NoteError, SignatureError
from bot.ledger.keys import Algorithm, Signer, Verifier, decode, is_name

#: larger notes are refused unread
LARGEST = 1_000_000

#: notes with more signatures are refused, so that nobody can make checking one costly
MOST_SIGNATURES = 100

_LINE = "— "
_COSIGNED = 8 + 64


@dataclass(frozen=True, kw_only=True, slots=True)
class Signature:
    """One signature line."""

    #: whose key
    name: str
    #: which of their keys
    key_id: bytes
    #: what the key's algorithm made
    value: bytes

    def __str__(self) -> str:
        """Return the line without its newline."""
        return f"{_LINE}{self.name} {b64encode(self.key_id + self.value).decode()}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Note:
    """A text and who signed it; worth nothing before `verify`."""

    #: what is signed, with its last newline
    text: str
    #: in the order of the lines
    signatures: tuple[Signature, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Vouched:
    """A signature that was checked and holds."""

    #: whose it is
    verifier: Verifier
    #: when it was made, in seconds since 1970; None where the algorithm doesn't say
    at: int | None


def write(note: Note) -> bytes:
    """Return the note as it is stored and sent."""
    _check_text(note.text)
    if not note.signatures:
        raise NoteError
    return (note.text + "\n" + "".join(f"{line}\n" for line in note.signatures)).encode()


def read(data: bytes) -> Note:
    """Return the note's parts, unverified; refuse whatever isn't exactly one."""
    if len(data) > LARGEST:
        raise NoteError
    try:
        whole = data.decode()
    except UnicodeDecodeError as error:
        raise NoteError from error
    before, gap, lines = whole.rpartition("\n\n")
    if not gap:
        raise NoteError
    _check_text(before + "\n")
    return Note(text=before + "\n", signatures=read_signatures(lines))


def read_signatures(lines: str) -> tuple[Signature, ...]:
    """Return one or more signature lines, each ended by a newline: a note's end, or a witness's answer."""
    if not lines.endswith("\n") or lines.count("\n") > MOST_SIGNATURES:
        raise NoteError
    return tuple(_signature(line) for line in lines[:-1].split("\n"))


def sign(text: str, signer: Signer, at: int = 0) -> Signature:
    """Return the signer's signature on the text; `at`, in seconds since 1970, is what a cosignature is dated with."""
    _check_text(text)
    if signer.algorithm is Algorithm.ED25519:
        value = signer.private.sign(text.encode())
    elif 0 < at < 2**63:
        value = at.to_bytes(8, "big") + signer.private.sign(_cosigned(text, at))
    else:
        raise NoteError("A cosignature carries the time at which it is made.")
    return Signature(name=signer.name, key_id=signer.verifier.id, value=value)


def verify(note: Note, verifiers: Iterable[Verifier]) -> tuple[Vouched, ...]:
    """Return the known keys that signed, each once; unknown ones count for nothing, a false known one for everything.

    None known is an error as well: what nobody trusted has signed must not be used.
    """
    known = {(verifier.name, verifier.id): verifier for verifier in verifiers}
    vouched: dict[tuple[str, bytes], Vouched] = {}
    for signature in note.signatures:
        key = (signature.name, signature.key_id)
        if key in known:
            vouched.setdefault(key, _vouch(note.text, signature, known[key]))
    if not vouched:
        raise SignatureError
    return tuple(vouched.values())


def with_signatures(note: Note, more: Sequence[Signature]) -> Note:
    """Return the note with further signature lines, each once."""
    return Note(text=note.text, signatures=tuple(dict.fromkeys((*note.signatures, *more))))


def _vouch(text: str, signature: Signature, verifier: Verifier) -> Vouched:
    """Return the signature as one that holds; a false one under a known key spoils the note."""
    if verifier.algorithm is Algorithm.ED25519:
        at, message, value = None, text.encode(), signature.value
    else:
        at, value = int.from_bytes(signature.value[:8], "big"), signature.value[8:]
        if len(signature.value) != _COSIGNED or at >= 2**63:
            raise SignatureError
        message = _cosigned(text, at)
    if not verifier.accepts(message, value):
        raise SignatureError
    return Vouched(verifier=verifier, at=at)


def _cosigned(text: str, at: int) -> bytes:
    """Return what a cosignature signs; its first line keeps it from ever being a note's text."""
    return f"cosignature/v1\ntime {at}\n{text}".encode()


def _check_text(text: str) -> None:
    """Refuse a text that a note can't hold."""
    if not text.endswith("\n") or any(mark < " " and mark != "\n" for mark in text):
        raise NoteError
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise NoteError from error


def _signature(line: str) -> Signature:
    """Return one signature line's parts."""
    name, gap, text = line.removeprefix(_LINE).partition(" ")
    data = decode(text)
    if not line.startswith(_LINE) or not gap or not is_name(name) or data is None or len(data) < 5:
        raise NoteError
    return Signature(name=name, key_id=data[:4], value=data[4:])
