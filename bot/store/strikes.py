"""Strikes as rows: marks on members' records."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select

from bot.domain.ladder import Strike
from bot.store.chunks import chunks
from bot.store.engine import Tx
from bot.store.tables import strikes
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
