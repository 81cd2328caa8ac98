"""What an entry of the ledger says, and the bytes that stand for it in the tree."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.ledger import canonical
from bot.ledger.canonical import Plain
from bot.ledger.errors import EntryError

_REQUIRED = frozenset({"seq", "at", "kind", "actor"})
#: the parts of an entry by what each must be: a number from that one on, a text, a mapping; none says nothing
_COUNTS = {"seq": 0, "at": 0, "refused": 1}
_TEXTS = frozenset({"kind", "policy", "case", "action"})
_MAPPINGS = frozenset({"actor", "details"})
_COMMITMENT = "commitment"
_SPELT = b'"commitment":'
_DIGITS = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One thing decided, done, viewed or refused; surrogates and commitments, never personal data."""

    #: its number in the ledger, from 0: its leaf's index
    seq: int
    #: when, in milliseconds since 1970, UTC
    at: int
    #: what happened
    kind: str
    #: snapshot of who did it, as they were at that moment
    actor: Mapping[str, Plain]
    #: version of the policy set that was active
    policy: str | None = None
    #: which case it belongs to
    case: str | None = None
    #: which action it is about
    action: str | None = None
    #: how often it was refused, where this is a refusal; repeated ones are one entry
    refused: int = 0
    #: the rest, as the kind wants it; a personal value appears as `commit` returns it
    details: Mapping[str, Plain] = field(default_factory=dict)


def write(entry: Entry) -> bytes:
    """Return the entry's bytes, of which the leaf is the hash; what is absent isn't written."""
    body: dict[str, Plain] = {"seq": entry.seq, "at": entry.at, "kind": entry.kind, "actor": entry.actor}
    optional: dict[str, Plain] = {
        "policy": entry.policy,
        "case": entry.case,
        "action": entry.action,
        "refused": entry.refused,
        "details": entry.details,
    }
    body.update({key: value for key, value in optional.items() if value})
    data = canonical.write(body)
    _check(body, data)
    return data


def read(data: bytes) -> Entry:
    """Return the entry that the bytes spell; refuse all else, also what is canonical but no entry."""
    body = canonical.read(data)
    if not isinstance(body, dict):
        raise EntryError
    _check(body, data)
    return Entry(**body)


def commit(digest: bytes) -> dict[str, Plain]:
    """Return what stands in an entry where a personal value would."""
    return {_COMMITMENT: digest.hex()}


def commitments(entry: Entry) -> dict[str, bytes]:
    """Return the commitments of an entry by field: the keys that lead to it, joined by dots."""
    found: dict[str, bytes] = {}
    _gather(found, "actor", entry.actor)
    _gather(found, "details", entry.details)
    return found


def _gather(found: dict[str, bytes], path: str, value: Plain) -> None:
    """Add the commitments inside a value; one that isn't spelt as `commit` spells it is refused."""
    # texts are by far the most; asking for them first halves the cost of reading a ledger
    if isinstance(value, str):
        return
    if isinstance(value, Mapping):
        if _COMMITMENT in value:
            found[path] = _digest(value)
            return
        for key, inner in value.items():
            _gather(found, f"{path}.{key}", inner)
    elif isinstance(value, list | tuple):
        for number, inner in enumerate(value):
            _gather(found, f"{path}.{number}", inner)


def _digest(value: Mapping[str, Plain]) -> bytes:
    """Return the commitment's bytes."""
    text = value[_COMMITMENT]
    if len(value) == 1 and isinstance(text, str) and _DIGITS.fullmatch(text):
        return bytes.fromhex(text)
    raise EntryError("A commitment is 64 hexadecimal digits and stands alone.")


def _check(body: Mapping[str, Plain], data: bytes) -> None:
    """Refuse a mapping that isn't an entry; `data` is how it is spelt."""
    if not body.keys() >= _REQUIRED:
        raise EntryError
    for key, value in body.items():
        # one look at the type for each part: a ledger is read by the million
        if key in _COUNTS:
            right = type(value) is int and value >= _COUNTS[key]
        elif key in _TEXTS:
            right = isinstance(value, str) and value != ""
        elif key in _MAPPINGS:
            right = (type(value) is dict or isinstance(value, Mapping)) and bool(value)
        else:
            raise EntryError
        if not right:
            raise EntryError(f"`{key}` of an entry can't be that.")
    # a key has one spelling: where the bytes don't hold it, there is nothing to look for
    if _SPELT in data:
        for part in ("actor", "details"):
            _gather({}, part, body.get(part))
