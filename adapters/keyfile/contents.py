"""What a key file says: several generations of each kind of key, the newest first."""

import json
from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from adapters.keyfile.errors import KeyFileBrokenError
from bot.ports import Secret

_FORMAT = "locum-keys/1"
_SIZE = 32
_LONGEST_ID = 64


@dataclass(frozen=True, kw_only=True, slots=True)
class Kept:
    """One key and when it was made."""

    #: which one
    id: str
    #: when it was made, UTC
    made_at: datetime
    #: the key; never shown
    value: bytes = field(repr=False)

    @property
    def secret(self) -> Secret:
        """The key as the port hands it over."""
        return Secret(id=self.id, value=self.value)


@dataclass(frozen=True, kw_only=True, slots=True)
class Contents:
    """Every key that one installation keeps."""

    #: keys under which subjects' keys are wrapped
    wrapping: tuple[Kept, ...]
    #: keys that sign checkpoints, by the ledger's origin
    signing: Mapping[str, tuple[Kept, ...]]
    #: the key of content digests
    digests: Kept


def write_contents(contents: Contents) -> str:
    """Return the text that is kept."""
    said = {
        "format": _FORMAT,
        "wrapping": [_written(key) for key in contents.wrapping],
        "signing": {origin: [_written(key) for key in keys] for origin, keys in contents.signing.items()},
        "digests": _written(contents.digests),
    }
    return json.dumps(said, indent=2, ensure_ascii=False) + "\n"


def read_contents(text: str) -> Contents:
    """Return the keys that a text holds; raise KeyFileBrokenError, which repeats nothing of it."""
    try:
        said = json.loads(text)
        if said["format"] != _FORMAT:
            raise KeyFileBrokenError
        contents = Contents(
            wrapping=_sized([_read(key) for key in said["wrapping"]]),
            signing={str(origin): tuple(_read(key) for key in keys) for origin, keys in said["signing"].items()},
            digests=_sized([_read(said["digests"])])[0],
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, Base64Error):
        # the decoder's own error quotes what it read
        raise KeyFileBrokenError from None
    if not contents.wrapping or not all(contents.signing.values()):
        raise KeyFileBrokenError
    return contents


def _written(key: Kept) -> dict[str, str]:
    return {"id": key.id, "made_at": key.made_at.isoformat(), "key": b64encode(key.value).decode()}


def _read(said: Mapping[str, Any]) -> Kept:
    made_at = datetime.fromisoformat(said["made_at"])
    key_id, value = said["id"], b64decode(said["key"], validate=True)
    if not isinstance(key_id, str) or not 0 < len(key_id) <= _LONGEST_ID or made_at.tzinfo is None or not value:
        raise KeyFileBrokenError
    return Kept(id=key_id, made_at=made_at, value=value)


def _sized(keys: list[Kept]) -> tuple[Kept, ...]:
    """Return the keys; one that was cut short would mean a weaker cipher."""
    if any(len(key.value) != _SIZE for key in keys) or len({key.id for key in keys}) != len(keys):
        raise KeyFileBrokenError
    return tuple(keys)
