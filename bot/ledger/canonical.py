"""Canonical JSON: a value has exactly one spelling, so that the hash of the spelling stands for the value."""

from collections.abc import Mapping, Sequence
from typing import NoReturn, TypeAlias

import msgspec

from bot.ledger.errors import CanonicalError

#: what an entry may be made of; floats are no part of it, for no two programs spell them alike
Plain: TypeAlias = "bool | int | str | Sequence[Plain] | Mapping[str, Plain] | None"

#: every JSON reader keeps whole numbers up to here exact
LARGEST = 2**53 - 1

#: how deep values may be nested
DEEPEST = 32

#: shorter numbers need no closer look; looking for them so takes a tenth of the time of a pattern
_LONG = b"0" * 16
_DIGITS = bytes(ord("0") if chr(byte).isdigit() and byte < 128 else ord(" ") for byte in range(256))


def _no_float(text: str) -> NoReturn:
    """Refuse fractions and exponents."""
    raise CanonicalError(f"{text[:20]} is not a whole number.")


_ENCODER = msgspec.json.Encoder(order="sorted")
_DECODER = msgspec.json.Decoder(float_hook=_no_float)


def write(value: Plain) -> bytes:
    """Return the one spelling of a value: keys sorted by code point, no blanks, UTF-8."""
    try:
        # what is made of exactly these types needs no copy, and that is by far the most
        return _ENCODER.encode(value if _exact(value, 0) else _plain(value, 0))
    except UnicodeEncodeError as error:
        raise CanonicalError("A string holds half of a surrogate pair, which UTF-8 can't spell.") from error


def read(data: bytes) -> Plain:
    """Return the value that was spelt so; refuse every other spelling of it, for that would be a second hash."""
    try:
        value: Plain = _DECODER.decode(data)
        # a key that stands twice, blanks and other escapes don't survive being written anew
        same = _ENCODER.encode(value) == data
    except (ValueError, msgspec.MsgspecError, RecursionError) as error:
        raise CanonicalError from error
    if not same:
        raise CanonicalError
    if _LONG in data.translate(_DIGITS) or data.count(b"{") + data.count(b"[") > DEEPEST:
        _plain(value, 0)
    return value


def _exact(value: object, depth: int) -> bool:
    """Tell whether the encoder wants the value just as it is; what isn't so, `_plain` copies or refuses."""
    kind = type(value)
    if kind is str or value is None or kind is bool:
        return True
    if kind is int:
        return -LARGEST <= value <= LARGEST  # type: ignore[operator]  # `kind` says what it is
    if depth == DEEPEST:
        return False
    if kind is dict:
        for key, inner in value.items():  # type: ignore[attr-defined]  # likewise
            if type(key) is not str or not (type(inner) is str or _exact(inner, depth + 1)):
                return False
        return True
    if kind is list or kind is tuple:
        parts: Sequence[object] = value  # type: ignore[assignment]  # likewise
        return all(type(inner) is str or _exact(inner, depth + 1) for inner in parts)
    return False


def _plain(value: Plain, depth: int) -> object:
    """Return the value as the encoder wants it; refuse what it would let through."""
    if value is None or isinstance(value, str | bool):
        return value
    if isinstance(value, int):
        if -LARGEST <= value <= LARGEST:
            return int(value)
        raise CanonicalError(f"{str(value)[:20]}… has more than 53 bits.")
    if depth == DEEPEST:
        raise CanonicalError(f"Nested deeper than {DEEPEST}.")
    if isinstance(value, Mapping):
        return {_key(key): _plain(inner, depth + 1) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner, depth + 1) for inner in value]
    raise CanonicalError(f"A {type(value).__name__} has no canonical spelling.")


def _key(key: object) -> str:
    """Return the key if it is a text; the encoder would turn numbers into texts and make two keys one."""
    if isinstance(key, str):
        return key
    raise CanonicalError(f"A key must be a text, not a {type(key).__name__}.")
