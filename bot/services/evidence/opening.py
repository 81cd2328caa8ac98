"""Opens what was copied, for whoever may see it: what it was called, and its bytes for the moment alone."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from bot.ledger.sealing import Wrapped, WrappingKey, unwrap
from bot.ports import Keys
from bot.services.evidence.storing import opened
from bot.services.unsealing import sealed_value
from bot.store.copies import CopyState, copies_of
from bot.store.engine import Tx
from bot.store.evidence import Kept, evidence_of, one_piece
from bot.store.subject_keys import wrapped_keys


@dataclass(frozen=True, kw_only=True, slots=True)
class Named:
    """A file that was copied, with what its author called it."""

    #: as it is kept
    kept: Kept
    #: its name; empty where it was erased or nobody saw it
    name: str = ""
    #: hexadecimal SHA-256; empty where it was never read, or was erased
    sha256: str = ""


async def files_of(tx: Tx, keys: Keys, community: str, messages: Collection[str]) -> list[Named]:
    """Return the files of messages with their names, in order."""
    found: list[Named] = []
    said: dict[int, dict[str, Any]] = {}
    for kept in await evidence_of(tx, messages):
        if kept.seq not in said:
            names: Any = await sealed_value(tx, keys, community, kept.seq, "details.names")
            said[kept.seq] = {one["file"]: one for one in names or ()}
        name = said[kept.seq].get(kept.id, {})
        found.append(Named(kept=kept, name=name.get("name", ""), sha256=name.get("sha256", "")))
    return found


async def bytes_of(tx: Tx, keys: Keys, community: str, which: str) -> tuple[Kept, bytes] | None:
    """Return a file with its bytes; None where they aren't kept, or no more.

    Raises SealError where they were altered.
    """
    kept = await one_piece(tx, community, which)
    if kept is None or kept.sealed is None:
        return None
    wrapped = (await wrapped_keys(tx, [kept.account])).get(kept.account)
    if wrapped is None:
        return None
    at_hand = {secret.id: WrappingKey(id=secret.id, secret=secret.value) for secret in keys.wrapping()}
    return kept, opened(kept, unwrap(Wrapped(key_id=wrapped[0], data=wrapped[1]), at_hand, kept.account))


async def never_shown(tx: Tx, messages: Collection[str]) -> set[str]:
    """Return those of these messages of which nothing may be copied: nothing of them is shown, either."""
    return {name for name, one in (await copies_of(tx, messages)).items() if one.state is CopyState.NEVER}
