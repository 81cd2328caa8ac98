"""Policy sets by their digest, with the files that they are compiled from: what was once active can be again."""

import json
import zlib
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import bindparam, select

from bot.errors import LocumError
from bot.store.engine import Tx
from bot.store.errors import CorruptedError
from bot.store.tables import policy_versions
from bot.store.upsert import insert_new

#: bytes that all files of a policy set have together, at most
LARGEST = 64 * 1024 * 1024
#: bytes that a packed set needs at most: texts that don't compress, each sign of which JSON spells in six
_UNPACKED = 6 * LARGEST
_FILES = select(policy_versions.c.files).where(
    policy_versions.c.community == bindparam("community"), policy_versions.c.version == bindparam("version")
)
_KEPT = select(policy_versions.c.version).where(
    policy_versions.c.community == bindparam("community"), policy_versions.c.version == bindparam("version")
)


class PoliciesTooLargeError(LocumError):
    """The files of these policies are larger than 64 MiB together: shorten the lists."""


async def keep_files(tx: Tx, community: str, version: str, files: Mapping[str, bytes], at: datetime) -> None:
    """Keep the files of a policy set, by path below the policies folder; a set that is kept already stays as it is.

    Raises PoliciesTooLargeError.
    """
    if not await is_kept(tx, community, version):
        row = {"community": community, "version": version, "files": pack(files), "stored_at": at}
        await insert_new(tx, policy_versions, [row])


async def is_kept(tx: Tx, community: str, version: str) -> bool:
    """Return whether the files of a policy set are there."""
    return (await tx.execute(_KEPT, {"community": community, "version": version})).first() is not None


async def kept_files(tx: Tx, community: str, version: str) -> Mapping[str, bytes] | None:
    """Return the files of a policy set, or None where none were kept; raise CorruptedError where they can't be read."""
    packed = (await tx.execute(_FILES, {"community": community, "version": version})).scalar_one_or_none()
    return None if packed is None else unpack(packed)


def pack(files: Mapping[str, bytes]) -> bytes:
    """Return files as a row holds them: compressed JSON of path → text; policies are UTF-8."""
    if sum(map(len, files.values())) > LARGEST:
        raise PoliciesTooLargeError
    said = {path: content.decode() for path, content in files.items()}
    return zlib.compress(json.dumps(said, sort_keys=True, separators=(",", ":")).encode(), level=9)


def unpack(packed: bytes) -> Mapping[str, bytes]:
    """Return the files of a row; raise CorruptedError for what `pack` didn't write, however much it would unfold to."""
    try:
        opened = zlib.decompressobj()
        plain = opened.decompress(packed, _UNPACKED)
        said = json.loads(plain) if opened.eof and not opened.unconsumed_tail else None
    except (zlib.error, ValueError):
        said = None
    if not isinstance(said, dict) or not all(isinstance(text, str) for text in said.values()):
        raise CorruptedError
    return {path: text.encode() for path, text in said.items()}
