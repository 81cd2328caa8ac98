"""Handovers: what whoever goes off duty leaves to those of their organisation who come next."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import bindparam, func, select

from bot.domain.case import CaseState
from bot.store.engine import Tx
from bot.store.notes import NoteKind
from bot.store.tables import cases, notes, shifts


@dataclass(frozen=True, kw_only=True, slots=True)
class Handover:
    """What the end of a shift left behind."""

    #: who was on it
    person: str
    #: number of the ledger's entry that holds the note
    entry: int


_LAST_START = select(func.max(shifts.c.start)).where(
    shifts.c.community == bindparam("community"), shifts.c.organisation == bindparam("organisation")
)
_LEFT = (
    select(shifts.c.person, shifts.c.note)
    .where(
        shifts.c.community == bindparam("community"),
        shifts.c.organisation == bindparam("organisation"),
        shifts.c.note.is_not(None),
        shifts.c.ended_at >= bindparam("since", type_=shifts.c.start.type),
    )
    .order_by(shifts.c.ended_at, shifts.c.id)
)
_HANDED = (
    select(notes.c.entry, notes.c.case)
    .join(cases, cases.c.id == notes.c.case)
    .where(
        notes.c.community == bindparam("community"),
        notes.c.kind == NoteKind.HANDOVER.value,
        notes.c.entry.in_(bindparam("entries", expanding=True)),
        cases.c.state != CaseState.RESOLVED.value,
    )
    .order_by(notes.c.entry, cases.c.opened_at, cases.c.id)
)


async def left_for(tx: Tx, community: str, organisation: str) -> list[Handover]:
    """Return what was left since somebody of the organisation last came on duty, oldest first."""
    values = {"community": community, "organisation": organisation}
    since = (await tx.execute(_LAST_START, values)).scalar_one_or_none()
    if since is None:
        return []
    found = await tx.execute(_LEFT, {**values, "since": since})
    return [Handover(person=row.person, entry=row.note) for row in found]


async def handed_over(tx: Tx, community: str, entries: Collection[int]) -> list[tuple[int, str]]:
    """Return (entry, case) of the cases still open that were handed over with these entries' notes."""
    found = await tx.execute(_HANDED, {"community": community, "entries": sorted(entries)})
    return [(row.entry, row.case) for row in found]
