"""Subjects' keys as they are stored: wrapped, one an account."""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import Select, bindparam, select

from bot.store.engine import Tx
from bot.store.tables import subject_keys
from bot.store.upsert import insert_new

# a share of the lock: an erasure that deletes a key waits for whoever is sealing under it, and then finds the values
_WRAPPED = (
    select(subject_keys.c.account, subject_keys.c.key_id, subject_keys.c.wrapped)
    .where(subject_keys.c.account.in_(bindparam("accounts", expanding=True)))
    .order_by(subject_keys.c.account)
)
_HELD = _WRAPPED.with_for_update(read=True)

#: older SQLite takes 999 values in one statement
_AT_ONCE = 900

#: a wrapping key's id, and what it wraps
Stored = tuple[str, bytes]


async def hold_keys(tx: Tx, accounts: Collection[str]) -> dict[str, Stored]:
    """Return the keys of these accounts, which stay as they are until the transaction ends."""
    return await _read(tx, _HELD, accounts)


async def wrapped_keys(tx: Tx, accounts: Collection[str]) -> dict[str, Stored]:
    """Return the keys of these accounts; those without one are missing."""
    return await _read(tx, _WRAPPED, accounts)


async def add_keys(tx: Tx, community: str, keys: Mapping[str, Stored]) -> None:
    """Store new keys by account, in order, so that two transactions don't wait for each other.

    Where one came to be meanwhile, that one stays.
    """
    rows = [
        {"account": account, "community": community, "key_id": key_id, "wrapped": wrapped}
        for account, (key_id, wrapped) in sorted(keys.items())
    ]
    await insert_new(tx, subject_keys, rows)


async def _read(tx: Tx, statement: Select[Any], accounts: Collection[str]) -> dict[str, Stored]:
    found: dict[str, Stored] = {}
    wanted = sorted(set(accounts))
    for first in range(0, len(wanted), _AT_ONCE):
        rows = await tx.execute(statement, {"accounts": wanted[first : first + _AT_ONCE]})
        found.update((account, (key_id, wrapped)) for account, key_id, wrapped in rows)
    return found
