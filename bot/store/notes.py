"""Notes on cases: what people noted, asked, answered and handed over with; the words are in the ledger, sealed."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, bindparam, insert, select, update

from bot.domain.actor import Actor, read_actor
from bot.store.engine import Tx
from bot.store.tables import notes


class NoteKind(StrEnum):
    """What a note is."""

    NOTE = "note"
    QUESTION = "question"
    ANSWER = "answer"
    HANDOVER = "handover"
    ESCALATION = "escalation"
    #: somebody would rather not have this case: without words, and without a reason
    SKIP = "skip"


class Audience(StrEnum):
    """Who may read a note."""

    #: the writer's own organisation, and the community's team
    ORGANISATION = "organisation"
    #: the community's team
    INTERNAL = "internal"
    #: whoever may see the case
    EVERYONE = "everyone"


@dataclass(frozen=True, kw_only=True, slots=True)
class Note:
    """One note."""

    #: surrogate
    id: str
    #: surrogate of the case
    case: str
    #: what it is
    kind: NoteKind
    #: who wrote it, as they were
    actor: Actor
    #: who may read it
    visible_to: Audience
    #: surrogate of the question that it answers
    answers: str | None = None
    #: number of the ledger's entry that holds the words
    entry: int | None = None
    #: when
    at: datetime


_OF_CASES = (
    select(notes)
    .where(notes.c.community == bindparam("community"), notes.c.case.in_(bindparam("cases", expanding=True)))
    .order_by(notes.c.at, notes.c.id)
)
_BY_ID = select(notes).where(
    notes.c.community == bindparam("community"), notes.c.id.in_(bindparam("ids", expanding=True))
)
_ANSWERS = (
    select(notes)
    .where(notes.c.community == bindparam("community"), notes.c.answers.in_(bindparam("ids", expanding=True)))
    .order_by(notes.c.at, notes.c.id)
)
_SKIPPED = select(notes.c.case).where(
    notes.c.community == bindparam("community"),
    notes.c.person == bindparam("person"),
    notes.c.kind == NoteKind.SKIP.value,
    notes.c.at >= bindparam("since", type_=notes.c.at.type),
)
_ENTRY = update(notes).where(notes.c.id == bindparam("_id")).values(entry=bindparam("_entry"))


async def add_note(tx: Tx, community: str, note: Note) -> None:
    """Write a note; the number of its entry follows."""
    await tx.execute(
        insert(notes).values(
            id=note.id,
            community=community,
            case=note.case,
            kind=note.kind.value,
            actor=json.dumps(note.actor.record()),
            person=note.actor.who,
            organisation=note.actor.organisation,
            visible_to=note.visible_to.value,
            answers=note.answers,
            entry=note.entry,
            at=note.at,
        )
    )


async def note_entry(tx: Tx, note: str, entry: int) -> None:
    """Say which entry of the ledger holds a note's words."""
    await tx.execute(_ENTRY, {"_id": note, "_entry": entry})


async def notes_of(tx: Tx, community: str, cases: Collection[str]) -> list[Note]:
    """Return the notes on cases, oldest first; what somebody skipped isn't one."""
    found = await tx.execute(_OF_CASES, {"community": community, "cases": sorted(cases)})
    return [_note(row) for row in found if row.kind != NoteKind.SKIP.value]


async def read_notes(tx: Tx, community: str, ids: Collection[str]) -> dict[str, Note]:
    """Return notes by surrogate."""
    found = await tx.execute(_BY_ID, {"community": community, "ids": sorted(ids)})
    return {row.id: _note(row) for row in found}


async def answers_to(tx: Tx, community: str, questions: Collection[str]) -> list[Note]:
    """Return the answers to questions, oldest first."""
    found = await tx.execute(_ANSWERS, {"community": community, "ids": sorted(questions)})
    return [_note(row) for row in found]


async def skipped_since(tx: Tx, community: str, person: str, since: datetime) -> set[str]:
    """Return the cases that somebody skipped since a time."""
    values = {"community": community, "person": person, "since": since}
    return set(await tx.scalars(_SKIPPED, values))


def _note(row: Row[Any]) -> Note:
    return Note(
        id=row.id,
        case=row.case,
        kind=NoteKind(row.kind),
        actor=read_actor(json.loads(row.actor)),
        visible_to=Audience(row.visible_to),
        answers=row.answers,
        entry=row.entry,
        at=row.at,
    )
