"""Under which keys subjects' keys are wrapped, and how they move to a newer one."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, exists, func, select, text, update

from bot.store.engine import Tx
from bot.store.tables import ledger_checkpoints, seen, subject_keys


@dataclass(frozen=True, kw_only=True, slots=True)
class WrappedKey:
    """A subject's key as it is stored."""

    #: surrogate of the account
    account: str
    #: the community
    community: str
    #: what it is wrapped under
    key_id: str
    #: nonce and ciphertext
    wrapped: bytes


_COLUMNS = (subject_keys.c.account, subject_keys.c.community, subject_keys.c.key_id, subject_keys.c.wrapped)
_REPLACE = (
    update(subject_keys)
    .where(subject_keys.c.account == bindparam("of"))
    .values(key_id=bindparam("new_id"), wrapped=bindparam("new_wrapped"))
)


async def wrapped_otherwise(tx: Tx, key_id: str, limit: int) -> list[WrappedKey]:
    """Return subjects' keys that aren't wrapped under this one, which stay as they are until the transaction ends."""
    statement = select(*_COLUMNS).where(subject_keys.c.key_id != key_id).order_by(subject_keys.c.account).limit(limit)
    found = await tx.execute(statement.with_for_update())
    return [WrappedKey(account=row[0], community=row[1], key_id=row[2], wrapped=row[3]) for row in found]


async def replace_wrapped(tx: Tx, keys: Sequence[WrappedKey]) -> None:
    """Store keys wrapped anew, all in one batch."""
    rows: list[dict[str, Any]] = [{"of": key.account, "new_id": key.key_id, "new_wrapped": key.wrapped} for key in keys]
    if rows:
        await tx.execute(_REPLACE, rows)


async def count_wrapped(tx: Tx) -> dict[str, int]:
    """Return how many subjects' keys are wrapped under each key."""
    statement = select(subject_keys.c.key_id, func.count().label("subjects")).group_by(subject_keys.c.key_id)
    return {row.key_id: row.subjects for row in await tx.execute(statement)}


async def close_to_new(tx: Tx) -> None:
    """Keep everybody from storing subjects' keys until the transaction ends; on SQLite whoever writes is alone."""
    if tx.dialect.name != "sqlite":
        await tx.execute(text("LOCK TABLE subject_keys IN SHARE ROW EXCLUSIVE MODE"))


async def older_keys_needed(tx: Tx) -> bool:
    """Return whether something is stored that only the keys at hand until now can open or continue."""
    for table in (subject_keys, ledger_checkpoints, seen):
        if (await tx.execute(select(exists(select(1).select_from(table))))).scalar_one():
            return True
    return False
