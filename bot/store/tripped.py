"""Rules that dropped to shadow because they sanctioned too many: they stay there until a lead applies policies."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import bindparam, delete, select

from bot.store.engine import Tx
from bot.store.tables import tripped_rules
from bot.store.upsert import insert

_TRIPPED = select(tripped_rules.c.rule).where(tripped_rules.c.community == bindparam("of"))
_ALL = select(tripped_rules.c.community, tripped_rules.c.rule)
_CLEAR = delete(tripped_rules).where(tripped_rules.c.community == bindparam("of"))


async def tripped(tx: Tx, community: str) -> set[str]:
    """Return the rules of a community that are in shadow, whatever its policies say of their mode."""
    return set(await tx.scalars(_TRIPPED, {"of": community}))


async def all_tripped(tx: Tx) -> Mapping[str, frozenset[str]]:
    """Return the same of every community that has any."""
    found: dict[str, set[str]] = {}
    for community, rule in await tx.execute(_ALL):
        found.setdefault(community, set()).add(rule)
    return {community: frozenset(rules) for community, rules in found.items()}


async def trip(tx: Tx, community: str, rule: str, policy: str, at: datetime) -> bool:
    """Put a rule into shadow, and return whether it wasn't there before; `policy` is the version it did that under."""
    statement = insert(tx, tripped_rules).values(community=community, rule=rule, policy=policy, at=at)
    return (await tx.execute(statement.on_conflict_do_nothing().inline())).rowcount == 1


async def clear(tx: Tx, community: str) -> int:
    """Let every rule be as the policies say, and return how many that changes."""
    return (await tx.execute(_CLEAR, {"of": community})).rowcount
