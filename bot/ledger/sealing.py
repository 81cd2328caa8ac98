"""Personal values apart from the ledger: sealed under one subject's key, and committed to in the entry.

Erasing a subject's wrapped key, salts and sealed values ends the values and leaves every hash in the tree as it was.
"""

import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bot.ledger import canonical
from bot.ledger.canonical import Plain
from bot.ledger.errors import SealError

_KEY = 32
_NONCE = 12


@dataclass(frozen=True, kw_only=True, slots=True)
class WrappingKey:
    """A key outside the database, under which subjects' keys are kept in it."""

    #: which one, for there is a next one after a rotation
    id: str
    #: 32 bytes; never shown
    secret: bytes = field(repr=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class Wrapped:
    """A subject's key as it is stored."""

    #: the wrapping key that opens it
    key_id: str
    #: nonce and ciphertext
    data: bytes


def new_key() -> bytes:
    """Return a fresh key for one subject."""
    return secrets.token_bytes(_KEY)


def new_salt() -> bytes:
    """Return a fresh salt for one commitment; without it the value can't be guessed at."""
    return secrets.token_bytes(_KEY)


def wrap(key: bytes, under: WrappingKey, subject: str) -> Wrapped:
    """Return the subject's key as it may be stored; it opens for this subject alone."""
    if len(key) != _KEY:
        raise SealError
    return Wrapped(key_id=under.id, data=_encrypt(key, under.secret, _wrapping(under.id, subject)))


def unwrap(wrapped: Wrapped, keys: Mapping[str, WrappingKey], subject: str) -> bytes:
    """Return the subject's key; `keys` are the wrapping keys at hand, by id."""
    under = keys.get(wrapped.key_id)
    if under is None:
        raise SealError(f"The wrapping key {wrapped.key_id!r} is not at hand: name it in the settings.")
    return _decrypt(wrapped.data, under.secret, _wrapping(under.id, subject))


def rewrap(wrapped: Wrapped, keys: Mapping[str, WrappingKey], under: WrappingKey, subject: str) -> Wrapped:
    """Return the same subject's key under another wrapping key; sealed values need no touch."""
    return wrap(unwrap(wrapped, keys, subject), under, subject)


def seal(value: bytes, key: bytes, *, seq: int, field: str) -> bytes:
    """Return the value sealed; it opens only with the same key at the same entry and field."""
    return _encrypt(value, key, _sealing(seq, field))


def unseal(sealed: bytes, key: bytes, *, seq: int, field: str) -> bytes:
    """Return the value; refuse one that was altered or moved here from elsewhere."""
    return _decrypt(sealed, key, _sealing(seq, field))


def commitment(salt: bytes, value: Plain) -> bytes:
    """Return what an entry says in place of a personal value."""
    if len(salt) != _KEY:
        raise SealError("A salt is 32 bytes long.")
    return hmac.new(salt, canonical.write(value), sha256).digest()


def committed(salt: bytes, value: Plain, expected: bytes) -> bool:
    """Tell whether this is the value that was committed to."""
    return hmac.compare_digest(commitment(salt, value), expected)


def _wrapping(key_id: str, subject: str) -> bytes:
    """Return what binds a wrapped key to its subject."""
    return canonical.write(["locum/wrap/1", key_id, subject])


def _sealing(seq: int, field: str) -> bytes:
    """Return what binds a sealed value to its place."""
    return canonical.write(["locum/seal/1", seq, field])


def _encrypt(plain: bytes, key: bytes, bound: bytes) -> bytes:
    """Return nonce and ciphertext; nonces are random, good for 2^32 values a key."""
    nonce = secrets.token_bytes(_NONCE)
    return nonce + _cipher(key).encrypt(nonce, plain, bound)


def _decrypt(data: bytes, key: bytes, bound: bytes) -> bytes:
    """Return the plain bytes."""
    try:
        return _cipher(key).decrypt(data[:_NONCE], data[_NONCE:], bound)
    except (InvalidTag, ValueError) as error:
        # a nonce cut short is a ValueError
        raise SealError from error


def _cipher(key: bytes) -> AESGCM:
    """Return AES-256-GCM under the key; shorter keys would silently mean a weaker cipher."""
    if len(key) != _KEY:
        raise SealError("A key is 32 bytes long.")
    return AESGCM(key)
