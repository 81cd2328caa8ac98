"""Communities: one row a tenant."""

from datetime import datetime

from sqlalchemy import select

from bot.store.engine import Tx
from bot.store.tables import communities
from bot.store.upsert import insert_new


async def add_community(tx: Tx, community: str, at: datetime) -> None:
    """Make sure that the community is there."""
    await insert_new(tx, communities, [{"id": community, "added_at": at, "generation": 0}])


async def community_names(tx: Tx) -> set[str]:
    """Return every community that something is stored about."""
    return set(await tx.scalars(select(communities.c.id)))
