"""Shifts: who is on duty for which organisation."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, insert, select, update

from bot.domain.staff import Shift
from bot.store.engine import Tx
from bot.store.tables import shifts

_OPEN = select(shifts).where(
    shifts.c.community == bindparam("community"),
    shifts.c.ended_at.is_(None),
    shifts.c.until > bindparam("now", type_=shifts.c.until.type),
)
_OF = _OPEN.where(shifts.c.person.in_(bindparam("people", expanding=True)))
_UNENDED = (
    select(shifts)
    .where(shifts.c.community == bindparam("community"), shifts.c.ended_at.is_(None))
    .order_by(shifts.c.id)
    .with_for_update()
)
_UNENDED_OF = _UNENDED.where(shifts.c.person.in_(bindparam("people", expanding=True)))
_UNENDED_IDS = _UNENDED.where(shifts.c.id.in_(bindparam("ids", expanding=True)))
_END = (
    update(shifts)
    .where(shifts.c.id == bindparam("_id"), shifts.c.ended_at.is_(None))
    .values(ended_at=bindparam("_at"), ended_by=bindparam("_by"))
)


async def shifts_of(tx: Tx, community: str, people: Collection[str], now: datetime) -> list[Shift]:
    """Return the shifts that people are on; what is over by its time isn't one any more."""
    values = {"community": community, "people": sorted(people), "now": now}
    return [_shift(row) for row in await tx.execute(_OF, values)]


async def on_duty(tx: Tx, community: str, now: datetime) -> list[Shift]:
    """Return every shift that somebody is on."""
    return [_shift(row) for row in await tx.execute(_OPEN, {"community": community, "now": now})]


async def unended_shifts(tx: Tx, community: str, people: Collection[str]) -> list[Shift]:
    """Return the shifts of people that nobody has ended yet, those over by their time among them, and hold them."""
    return [_shift(row) for row in await tx.execute(_UNENDED_OF, {"community": community, "people": sorted(people)})]


async def unended_of(tx: Tx, community: str, organisation: str) -> list[str]:
    """Return the people who are on shifts for an organisation that nobody has ended yet."""
    found = await tx.execute(_UNENDED, {"community": community})
    return [row.person for row in found if row.organisation == organisation]


async def hold_shifts(tx: Tx, community: str, ids: Collection[str]) -> list[Shift]:
    """Return those of the shifts that nobody has ended yet, and hold them."""
    return [_shift(row) for row in await tx.execute(_UNENDED_IDS, {"community": community, "ids": sorted(ids)})]


async def add_shift(tx: Tx, community: str, shift: Shift) -> None:
    """Begin a shift; the person is on none."""
    await tx.execute(
        insert(shifts).values(
            id=shift.id,
            community=community,
            person=shift.person,
            organisation=shift.organisation,
            start=shift.start,
            until=shift.until,
        )
    )


async def end_shifts(tx: Tx, ids: Collection[str], at: datetime, *, by: str) -> None:
    """End shifts; `by` says who or what did, as a code: person, time, contract, suspension."""
    if ids:
        await tx.execute(_END, [{"_id": one, "_at": at, "_by": by} for one in sorted(ids)])


async def note_handover(tx: Tx, shift: str, entry: int) -> None:
    """Say which entry of the ledger holds a shift's handover note."""
    await tx.execute(update(shifts).where(shifts.c.id == shift).values(note=entry))


def _shift(row: Row[Any]) -> Shift:
    return Shift(id=row.id, person=row.person, organisation=row.organisation, start=row.start, until=row.until)
