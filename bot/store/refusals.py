"""Refusals that repeat: counted in a row while their window is open."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, delete, select

from bot.store.columns import fields
from bot.store.engine import Tx
from bot.store.tables import refusals
from bot.store.upsert import insert


@dataclass(frozen=True, kw_only=True, slots=True)
class Window:
    """What repeated while a window was open."""

    #: where
    community: str
    #: digest of who was refused what, and why
    key: str
    #: how often after the first
    count: int
    #: JSON of the entry without its count
    draft: str


_COLUMNS = (refusals.c.community, refusals.c.key, refusals.c.count, refusals.c.draft)
_CLOSED = (
    delete(refusals)
    .where(refusals.c.community == bindparam("of"), refusals.c.key == bindparam("same"))
    .returning(*_COLUMNS)
)
_DUE = (
    select(*_COLUMNS)
    .where(refusals.c.closes_at <= bindparam("now"))
    .order_by(refusals.c.community, refusals.c.closes_at, refusals.c.key)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)
_GONE = delete(refusals).where(refusals.c.community == bindparam("of"), refusals.c.key == bindparam("same"))


async def count_refusal(  # noqa: PLR0917 - a row's parts in their order
    tx: Tx, community: str, key: str, draft: str, at: datetime, closes_at: datetime
) -> int | None:
    """Return how many came before in the same window, 0 for the first; None when that window is over.

    The row stays locked until the transaction ends.
    """
    row = {"community": community, "key": key, "count": 0, "draft": draft, "closes_at": closes_at}
    counted = (
        insert(tx, refusals)
        .values(row)
        .on_conflict_do_update(
            index_elements=["community", "key"],
            set_={"count": refusals.c.count + 1},
            where=refusals.c.closes_at > at,
        )
        .returning(refusals.c.count)
    )
    count: int | None = (await tx.execute(counted)).scalar_one_or_none()
    return count


async def close_window(tx: Tx, community: str, key: str) -> Window | None:
    """Return what was counted, and forget it."""
    row = (await tx.execute(_CLOSED, {"of": community, "same": key})).one_or_none()
    return None if row is None else Window(**fields(row))


async def close_windows(tx: Tx, now: datetime, most: int) -> list[Window]:
    """Return the windows that are over, by community, and forget them; those in somebody's hands are left."""
    found = [Window(**fields(row)) for row in await tx.execute(_DUE, {"now": now, "most": most})]
    if found:
        await tx.execute(_GONE, [{"of": window.community, "same": window.key} for window in found])
    return found
