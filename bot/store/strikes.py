"""Strikes as rows: marks on members' records."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select, update

from bot.domain.ladder import Strike
from bot.store.chunks import chunks
from bot.store.engine import Tx
from bot.store.tables import decisions, strikes
from bot.store.upsert import insert_rows

_COUNTING = (
    select(strikes.c.account, strikes.c.at, strikes.c.amount)
    .where(
        strikes.c.community == bindparam("community"),
        strikes.c.account.in_(bindparam("accounts", expanding=True)),
        strikes.c.at > bindparam("after"),
        strikes.c.revoked_at.is_(None),
    )
    .order_by(strikes.c.at, strikes.c.id)
)
_OF_CASE = (
    select(strikes.c.id)
    .join(decisions, decisions.c.id == strikes.c.decision)
    .where(
        decisions.c.case == bindparam("case"),
        strikes.c.account == bindparam("account"),
        strikes.c.revoked_at.is_(None),
    )
    .limit(1)
)
_OF_DECISIONS = (
    select(strikes.c.id, strikes.c.account, strikes.c.decision, strikes.c.amount, strikes.c.at)
    .where(strikes.c.decision.in_(bindparam("ids", expanding=True)), strikes.c.revoked_at.is_(None))
    .order_by(strikes.c.id)
    .with_for_update()
)
_REVOKE = update(strikes).where(strikes.c.id == bindparam("_id")).values(revoked_at=bindparam("_at"))


@dataclass(frozen=True, kw_only=True, slots=True)
class NewStrike:
    """A strike that was decided."""

    #: surrogate
    id: str
    #: surrogate of the member
    account: str
    #: surrogate of the decision
    decision: str
    #: how much it weighs
    amount: int
    #: when it counts from
    at: datetime


async def counting_strikes(
    tx: Tx, community: str, accounts: Collection[str], after: datetime
) -> dict[str, list[Strike]]:
    """Return the members' strikes since a time that nobody took back, oldest first."""
    found: dict[str, list[Strike]] = defaultdict(list)
    for part in chunks(accounts):
        for account, at, amount in await tx.execute(
            _COUNTING, {"community": community, "accounts": part, "after": after}
        ):
            found[account].append(Strike(at=at, amount=amount))
    return dict(found)


async def add_strikes(tx: Tx, community: str, given: Sequence[NewStrike]) -> None:
    """Write strikes."""
    rows: list[dict[str, Any]] = [
        {
            "id": one.id,
            "community": community,
            "account": one.account,
            "decision": one.decision,
            "amount": one.amount,
            "at": one.at,
        }
        for one in given
    ]
    await insert_rows(tx, strikes, rows)


async def has_struck(tx: Tx, case: str, account: str) -> bool:
    """Return whether a decision about a case gave the member a strike that nobody took back."""
    return await tx.scalar(_OF_CASE, {"case": case, "account": account}) is not None


async def strikes_of_decisions(tx: Tx, ids: Collection[str]) -> list[NewStrike]:
    """Return the strikes that decisions gave and nobody took back, and keep them so."""
    found: list[NewStrike] = []
    for part in chunks(sorted(ids)):
        found += [NewStrike(**row._mapping) for row in await tx.execute(_OF_DECISIONS, {"ids": part})]  # noqa: SLF001 - SQLAlchemy's public accessor in spite of its name
    return found


async def revoke_strikes(tx: Tx, ids: Collection[str], at: datetime) -> None:
    """Write down that strikes were taken back."""
    if ids:
        await tx.execute(_REVOKE, [{"_id": one, "_at": at} for one in sorted(ids)])
