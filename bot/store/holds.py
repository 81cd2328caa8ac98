"""Legal holds: what may not be erased for now."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select, update

from bot.store.engine import Tx
from bot.store.tables import legal_holds


@dataclass(frozen=True, kw_only=True, slots=True)
class Hold:
    """An order that a member's data be kept."""

    #: surrogate
    id: str
    #: the community
    community: str
    #: surrogate of the member's account
    account: str
    #: where the order is filed; never what it says
    reference: str
    #: since when
    placed_at: datetime
    #: until when; None while it holds
    released_at: datetime | None = None


_FIELDS = ("id", "community", "account", "reference", "placed_at", "released_at")
_COLUMNS = tuple(legal_holds.c[name] for name in _FIELDS)


async def add_hold(tx: Tx, hold: Hold) -> None:
    """Store a hold; whoever calls has locked the account's row, so that no erasure overtakes it."""
    await tx.execute(insert(legal_holds), {name: getattr(hold, name) for name in _FIELDS})


async def active_holds(tx: Tx, accounts: Collection[str]) -> list[Hold]:
    """Return the holds on these accounts, the oldest first."""
    statement = select(*_COLUMNS).where(
        legal_holds.c.account.in_(sorted(accounts)), legal_holds.c.released_at.is_(None)
    )
    found = await tx.execute(statement.order_by(legal_holds.c.placed_at, legal_holds.c.id))
    return [Hold(**dict(zip(_FIELDS, row, strict=True))) for row in found]


async def community_holds(tx: Tx, community: str) -> list[Hold]:
    """Return every hold of a community, the oldest first."""
    statement = select(*_COLUMNS).where(legal_holds.c.community == community, legal_holds.c.released_at.is_(None))
    found = await tx.execute(statement.order_by(legal_holds.c.placed_at, legal_holds.c.id))
    return [Hold(**dict(zip(_FIELDS, row, strict=True))) for row in found]


async def end_hold(tx: Tx, hold: str, at: datetime) -> None:
    """Note that a hold was released."""
    await tx.execute(update(legal_holds).where(legal_holds.c.id == hold).values(released_at=at))
