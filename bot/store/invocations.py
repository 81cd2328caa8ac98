"""Interactions that were carried out: one that a platform delivers twice is done once."""

from datetime import datetime

from sqlalchemy import bindparam, delete

from bot.store.engine import Tx
from bot.store.tables import invocations
from bot.store.upsert import insert

_TRIM = delete(invocations).where(invocations.c.at < bindparam("before", type_=invocations.c.at.type))


async def is_new(tx: Tx, community: str, interaction: str, at: datetime) -> bool:
    """Return whether an interaction wasn't carried out before, and remember it."""
    statement = insert(tx, invocations).values(community=community, id=interaction[:64], at=at)
    return (await tx.execute(statement.on_conflict_do_nothing().inline())).rowcount == 1


async def trim_invocations(tx: Tx, before: datetime) -> int:
    """Forget interactions that no platform delivers again, and return how many they were."""
    return (await tx.execute(_TRIM, {"before": before})).rowcount
