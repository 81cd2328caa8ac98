"""Which policy set is active in a community."""

from sqlalchemy import bindparam, select, update

from bot.store.engine import Tx
from bot.store.tables import communities

_OF = communities.c.id == bindparam("of")
_ACTIVE = select(communities.c.policy).where(_OF)
_ACTIVATE = update(communities).where(_OF).values(policy=bindparam("to"))


async def active_policy(tx: Tx, community: str) -> str:
    """Return the version of the policy set that is active; empty before the first."""
    return (await tx.execute(_ACTIVE, {"of": community})).scalar_one_or_none() or ""


async def activate_policy(tx: Tx, community: str, version: str) -> None:
    """Name the policy set that is active from now on; the community is there."""
    await tx.execute(_ACTIVATE, {"of": community, "to": version})
