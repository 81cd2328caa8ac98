"""Keys that sign notes, and the lines by which people pass them on (C2SP signed-note)."""

from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from dataclasses import dataclass
from enum import IntEnum
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from bot.ledger.errors import KeyTextError

_PRIVATE = "PRIVATE+KEY+"
_FIELD = 2**255 - 19
#: under these points a signature fits messages that nobody signed: the y coordinates of order 1, 2, 4 and 8
_SMALL_ORDER = frozenset(
    {
        0,
        1,
        _FIELD - 1,
        2707385501144840649318225287225658788936804267575313519463743609750303402022,
        55188659117513257062467267217118295137698188065244968500265048394206261417927,
    }
)


class Algorithm(IntEnum):
    """What a signature says; the number is its type in the specification."""

    #: Ed25519 over the note's text: a ledger signs its checkpoints so
    ED25519 = 1
    #: Ed25519 over a time and a checkpoint: a witness has seen it, and nothing that contradicts it
    COSIGNATURE = 4


@dataclass(frozen=True, kw_only=True, slots=True)
class Verifier:
    """Who may sign: name, kind of signature and public key."""

    #: whose key it is; a ledger's is its checkpoints' origin
    name: str
    #: what its signatures say
    algorithm: Algorithm
    #: Ed25519 public key, 32 bytes
    public: bytes

    def __post_init__(self) -> None:
        """Refuse names that a signature line can't carry, and keys that bind nobody to a text."""
        if not is_name(self.name) or not _binding(self.public):
            raise KeyTextError

    @property
    def id(self) -> bytes:
        """Return the four bytes by which signature lines name the key."""
        return sha256(self.name.encode() + b"\n" + bytes([self.algorithm]) + self.public).digest()[:4]

    def __str__(self) -> str:
        """Return the line by which the key is passed on."""
        return f"{self.name}+{self.id.hex()}+{b64encode(bytes([self.algorithm]) + self.public).decode()}"

    def accepts(self, message: bytes, signature: bytes) -> bool:
        """Tell whether the signature is this key's over the message."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, message)
        except (InvalidSignature, ValueError):
            return False
        return True


@dataclass(frozen=True, kw_only=True, slots=True)
class Signer:
    """A private key with the name under which it signs."""

    #: whose key it is
    name: str
    #: what its signatures say
    algorithm: Algorithm
    #: the key itself; never shown
    private: Ed25519PrivateKey

    @property
    def verifier(self) -> Verifier:
        """Return what others check its signatures with."""
        public = self.private.public_key().public_bytes_raw()
        return Verifier(name=self.name, algorithm=self.algorithm, public=public)

    def secret_text(self) -> str:
        """Return the line that holds the private key; it belongs in a secret store and nowhere else."""
        secret = b64encode(bytes([self.algorithm]) + self.private.private_bytes_raw()).decode()
        return f"{_PRIVATE}{self.name}+{self.verifier.id.hex()}+{secret}"


def new_signer(name: str, algorithm: Algorithm) -> Signer:
    """Return a fresh key; one key never serves two algorithms."""
    if not is_name(name):
        raise KeyTextError
    return Signer(name=name, algorithm=algorithm, private=Ed25519PrivateKey.generate())


def read_verifier(text: str) -> Verifier:
    """Return the public key that the line names; refuse one whose id isn't its own."""
    name, key_id, algorithm, public = _parts(text)
    verifier = Verifier(name=name, algorithm=algorithm, public=public)
    if verifier.id.hex() != key_id:
        raise KeyTextError
    return verifier


def read_signer(text: str) -> Signer:
    """Return the private key that the line holds; errors never repeat any part of it."""
    if not text.startswith(_PRIVATE):
        raise KeyTextError
    name, key_id, algorithm, secret = _parts(text.removeprefix(_PRIVATE))
    signer = Signer(name=name, algorithm=algorithm, private=Ed25519PrivateKey.from_private_bytes(secret))
    if signer.verifier.id.hex() != key_id:
        raise KeyTextError
    return signer


def is_name(name: str) -> bool:
    """Tell whether a signature line can carry the name: no blanks, no plus, nothing invisible below U+0020."""
    return bool(name) and not any(mark.isspace() or mark == "+" or mark < " " for mark in name) and _spells(name)


def decode(text: str) -> bytes | None:
    """Return what the base64 stands for; None if it is none, or not the one spelling of those bytes."""
    try:
        data = b64decode(text, validate=True)
    except (Base64Error, ValueError):
        return None
    return data if b64encode(data).decode() == text else None


def _parts(text: str) -> tuple[str, str, Algorithm, bytes]:
    """Return name, id, algorithm and the 32 bytes of a key line."""
    # the base64 at the end may hold a plus, a name can't
    parts = text.strip().split("+", 2)
    if len(parts) != 3:
        raise KeyTextError
    name, key_id, key = parts[0], parts[1], decode(parts[2])
    if key is None or len(key) != 33 or key[0] not in tuple(Algorithm):
        raise KeyTextError
    return name, key_id, Algorithm(key[0]), key[1:]


def _binding(public: bytes) -> bool:
    """Tell whether the public key is spelt in the one right way and isn't one that fits any message."""
    height = int.from_bytes(public, "little") & (1 << 255) - 1
    return len(public) == 32 and height < _FIELD and height not in _SMALL_ORDER


def _spells(name: str) -> bool:
    """Tell whether UTF-8 can spell the name."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True
