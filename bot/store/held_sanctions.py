"""Reads the sanctions that hold in a community, for whoever looks for one of them."""

from datetime import datetime

from sqlalchemy import bindparam, or_, select

from bot.domain.outcome import OutcomeKind
from bot.domain.sanction import Sanction
from bot.store.engine import Tx
from bot.store.tables import sanctions

#: the newest so many
_MOST = 100
_HELD = (
    select(sanctions)
    .where(
        sanctions.c.community == bindparam("community"),
        sanctions.c.lifted_at.is_(None),
        sanctions.c.start <= bindparam("at", type_=sanctions.c.start.type),
        or_(sanctions.c.until.is_(None), sanctions.c.until > bindparam("at", type_=sanctions.c.until.type)),
    )
    .order_by(sanctions.c.start.desc(), sanctions.c.id)
    .limit(_MOST)
)
_OF_ONE = _HELD.where(sanctions.c.account == bindparam("account"))


async def held_sanctions(tx: Tx, community: str, account: str | None, at: datetime) -> list[Sanction]:
    """Return the newest sanctions that hold at a time, of one member or, with None, of everybody; newest first."""
    given = {"community": community, "at": at}
    found = await (tx.execute(_HELD, given) if account is None else tx.execute(_OF_ONE, {**given, "account": account}))
    return [
        Sanction(
            id=row.id, account=row.account, kind=OutcomeKind(row.kind), start=row.start, until=row.until,
            lifted_at=row.lifted_at,
        )
        for row in found
    ]  # fmt: skip
