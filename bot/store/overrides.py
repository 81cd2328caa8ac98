"""Overrides: an owner broke the glass, for a while and with a reason that somebody else reviews."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, func, insert, select, update

from bot.domain.actor import Actor
from bot.store.engine import Tx
from bot.store.tables import overrides


@dataclass(frozen=True, kw_only=True, slots=True)
class Override:
    """One override."""

    #: surrogate
    id: str
    #: the owner
    person: str
    #: since
    start: datetime
    #: ends by itself then
    until: datetime
    #: by then somebody else has to look at it
    review_due: datetime
    #: when somebody did
    reviewed_at: datetime | None = None


_OPEN = select(func.max(overrides.c.until)).where(
    overrides.c.community == bindparam("community"),
    overrides.c.person == bindparam("person"),
    overrides.c.until > bindparam("now", type_=overrides.c.until.type),
)
_OF = select(overrides).where(overrides.c.community == bindparam("community"))
_ONE = _OF.where(overrides.c.id == bindparam("override")).with_for_update()
_SOME = _OF.where(overrides.c.id.in_(bindparam("ids", expanding=True)))
_UNREVIEWED = (
    select(overrides)
    .where(overrides.c.community == bindparam("community"), overrides.c.reviewed_at.is_(None))
    .order_by(overrides.c.start, overrides.c.id)
)


async def open_override(tx: Tx, community: str, person: str, now: datetime) -> datetime | None:
    """Return until when somebody's override holds; None when none does."""
    found: datetime | None = await tx.scalar(_OPEN, {"community": community, "person": person, "now": now})
    return found


async def add_override(tx: Tx, community: str, one: Override) -> None:
    """Write an override down."""
    await tx.execute(
        insert(overrides).values(
            id=one.id,
            community=community,
            person=one.person,
            start=one.start,
            until=one.until,
            review_due=one.review_due,
        )
    )


async def note_reason(tx: Tx, override: str, entry: int) -> None:
    """Say which entry of the ledger holds an override's reason."""
    await tx.execute(update(overrides).where(overrides.c.id == override).values(reason=entry))


async def unreviewed(tx: Tx, community: str) -> list[Override]:
    """Return the overrides that nobody has looked at yet, oldest first."""
    return [_override(row) for row in await tx.execute(_UNREVIEWED, {"community": community})]


async def find_override(tx: Tx, community: str, override: str) -> Override | None:
    """Return an override, and keep everybody else from reviewing it; None where there is none."""
    row = (await tx.execute(_ONE, {"community": community, "override": override})).one_or_none()
    return None if row is None else _override(row)


async def find_overrides(tx: Tx, community: str, ids: Collection[str]) -> list[Override]:
    """Return overrides by their surrogates."""
    return [_override(row) for row in await tx.execute(_SOME, {"community": community, "ids": sorted(ids)})]


async def review(tx: Tx, override: str, actor: Actor, at: datetime) -> bool:
    """Write down who looked at an override, and return whether nobody had before."""
    values = {"reviewed_by": json.dumps(actor.record()), "reviewed_at": at}
    statement = update(overrides).where(overrides.c.id == override, overrides.c.reviewed_at.is_(None))
    return (await tx.execute(statement.values(**values))).rowcount == 1


def _override(row: Row[Any]) -> Override:
    return Override(
        id=row.id,
        person=row.person,
        start=row.start,
        until=row.until,
        review_due=row.review_due,
        reviewed_at=row.reviewed_at,
    )
