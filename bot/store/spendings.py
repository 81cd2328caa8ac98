"""What was spent of budgets: one row a target, counted within windows."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy import bindparam, delete, distinct, func, select

from bot.store.chunks import chunks
from bot.store.columns import new_id
from bot.store.engine import Tx
from bot.store.tables import budgets, spendings
from bot.store.upsert import insert_new, insert_rows


@dataclass(frozen=True, kw_only=True, slots=True)
class Spending:
    """One target that counts against a budget."""

    #: person:ID, organisation:ID, automation, rule:NAME
    scope: str
    #: the power that was used
    power: str
    #: surrogate of what it met
    target: str
    #: it was tried when nothing was left
    over: bool = False


def budget_scope(kind: str, name: str) -> str:
    """Return whose budget it is, as rows name it; a name too long for a row stands there as its digest."""
    scope = f"{kind}:{name}"
    return scope if len(scope) <= _LONGEST else f"{kind}:{sha256(name.encode()).hexdigest()[:48]}"


_LONGEST = 64
_LOCK = (
    select(budgets.c.scope)
    .where(budgets.c.community == bindparam("community"), budgets.c.scope.in_(bindparam("scopes", expanding=True)))
    .order_by(budgets.c.scope)
    .with_for_update()
)
_COUNT = select(func.count(distinct(spendings.c.target))).where(
    spendings.c.community == bindparam("community"),
    spendings.c.scope == bindparam("scope"),
    spendings.c.power == bindparam("power"),
    spendings.c.at > bindparam("since", type_=spendings.c.at.type),
)
_OVERRUNS = _COUNT.where(spendings.c.over > 0)
_OLD = (
    select(spendings.c.id)
    .where(
        spendings.c.community == bindparam("community"),
        spendings.c.at < bindparam("before", type_=spendings.c.at.type),
    )
    .order_by(spendings.c.at)
    .limit(bindparam("most"))
)
_TRIM = delete(spendings).where(spendings.c.id.in_(bindparam("ids", expanding=True)))


async def lock_budgets(tx: Tx, community: str, scopes: Collection[str]) -> None:
    """Keep everybody else from counting against these budgets until the transaction ends."""
    ordered = sorted(scopes)
    await insert_new(tx, budgets, [{"community": community, "scope": scope} for scope in ordered])
    if tx.dialect.name != "sqlite":  # who writes there is alone
        await tx.execute(_LOCK, {"community": community, "scopes": ordered})


async def count_spendings(tx: Tx, community: str, scope: str, power: str, since: datetime) -> int:
    """Return how many targets a power met since then, attempts with nothing left included."""
    values = {"community": community, "scope": scope, "power": power, "since": since}
    return int((await tx.execute(_COUNT, values)).scalar_one())


async def count_overruns(tx: Tx, community: str, scope: str, power: str, since: datetime) -> int:
    """Return how many targets were tried since then with nothing left."""
    values = {"community": community, "scope": scope, "power": power, "since": since}
    return int((await tx.execute(_OVERRUNS, values)).scalar_one())


async def add_spendings(tx: Tx, community: str, spent: Sequence[Spending], at: datetime) -> None:
    """Count targets."""
    rows = [
        {
            "id": new_id(),
            "community": community,
            "scope": one.scope,
            "power": one.power,
            "target": one.target,
            "at": at,
            "over": int(one.over),
        }
        for one in spent
    ]
    await insert_rows(tx, spendings, rows)


async def trim_spendings(tx: Tx, community: str, before: datetime, limit: int) -> int:
    """Forget what no window reaches back to any more, and return how many rows that were."""
    values = {"community": community, "before": before, "most": limit}
    old = (await tx.scalars(_OLD, values)).all()
    for part in chunks(old):
        await tx.execute(_TRIM, {"ids": part})
    return len(old)
