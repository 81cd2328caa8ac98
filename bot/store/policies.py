"""Which policy set is active in a community."""

from collections.abc import Mapping

from sqlalchemy import bindparam, select, update

from bot.store.engine import Tx
from bot.store.tables import communities, policy_proposals

_OF = communities.c.id == bindparam("of")
_ACTIVE = select(communities.c.policy).where(_OF)
_ACTIVATE = update(communities).where(_OF).values(policy=bindparam("to"))
_HOLD = _ACTIVE.with_for_update()
_ALL = select(communities.c.id, communities.c.policy)
#: of each community, the mode that went with what was applied last
_MODES = (
    select(policy_proposals.c.community, policy_proposals.c.mode)
    .where(policy_proposals.c.state == "applied")
    .order_by(policy_proposals.c.decided_at, policy_proposals.c.id.desc())
)
_MODE = _MODES.where(policy_proposals.c.community == bindparam("of"))


async def active_policy(tx: Tx, community: str) -> str:
    """Return the version of the policy set that is active; empty before the first."""
    return (await tx.execute(_ACTIVE, {"of": community})).scalar_one_or_none() or ""


async def hold_active_policy(tx: Tx, community: str) -> str:
    """Return the same, and let nobody name another until the transaction ends."""
    return (await tx.execute(_HOLD, {"of": community})).scalar_one_or_none() or ""


async def active_mode(tx: Tx, community: str) -> str:
    """Return the mode that a lead gave the community with the policies applied last; empty before the first."""
    modes = list(await tx.scalars(_MODE.with_only_columns(policy_proposals.c.mode), {"of": community}))
    return modes[-1] if modes else ""


async def active_policies(tx: Tx) -> Mapping[str, tuple[str, str]]:
    """Return the active version and the mode of every community that has one."""
    modes = {row.community: row.mode for row in await tx.execute(_MODES)}
    return {community: (version, modes.get(community, "")) for community, version in await tx.execute(_ALL) if version}


async def activate_policy(tx: Tx, community: str, version: str) -> None:
    """Name the policy set that is active from now on; the community is there."""
    await tx.execute(_ACTIVATE, {"of": community, "to": version})
