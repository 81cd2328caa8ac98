"""Notes on cases: words of those who work on them, sealed, and read by those they are meant for."""

from dataclasses import dataclass

from bot.domain.case import Case
from bot.domain.entry_kind import EntryKind
from bot.domain.retention import Retention
from bot.domain.right import Right
from bot.ports import Keys
from bot.services.cases.errors import wrong
from bot.services.cases.holding import hold_case, may, renew
from bot.services.record import Draft, Private
from bot.services.staff.knowing import Caller
from bot.services.unsealing import sealed_text
from bot.services.work import Work
from bot.store.cases import taken_up
from bot.store.columns import new_id
from bot.store.engine import Tx
from bot.store.notes import Audience, Note, NoteKind, add_note, note_entry, notes_of


@dataclass(frozen=True, kw_only=True, slots=True)
class Readable:
    """A note with its words."""

    #: the note
    note: Note
    #: what it says; None where that was erased or is past its time
    text: str | None


async def note(work: Work, caller: Caller, named: str, text: str, *, audience: Audience, version: str = "") -> Case:
    """Note something on a case, and return it; raises DeniedError, CaseError.

    A partner's people write for their own organisation or for everybody on the case: what only the community's team
    reads is that team's to write.
    """
    case = await hold_case(work, caller, named, version=version)
    await may(work, caller, case, Right.NOTE)
    if audience is Audience.INTERNAL and (caller.organisation is None or not caller.organisation.is_internal):
        raise wrong("case.not_internal")
    await write_note(work, caller, case, NoteKind.NOTE, text, audience=audience)
    return await renew(work, caller, case)


async def write_note(
    work: Work,
    caller: Caller,
    case: Case,
    kind: NoteKind,
    text: str,
    *,
    audience: Audience = Audience.ORGANISATION,
    answers: str | None = None,
) -> Note:
    """Write a note down with its words sealed, as the member's or else the writer's, and return it."""
    written = Note(
        id=new_id(), case=case.id, kind=kind, actor=caller.actor(), visible_to=audience, answers=answers, at=work.now
    )
    await add_note(work.tx, work.community, written)
    details = {"note": written.id, "kind": kind.value, "visible_to": audience.value}
    if answers is not None:
        details["answers"] = answers

    async def noting(entry: int) -> None:
        await note_entry(work.tx, written.id, entry)

    private = Private(
        field="details.text", account=case.account or caller.account, value=text, retention=Retention.NOTE
    )
    work.record(
        Draft(
            kind=EntryKind.CASE_NOTED,
            actor=written.actor,
            policy=work.policies.version,
            case=case.id,
            details=details,
            private=(private,),
        ),
        noting=noting,
    )
    return written


async def readable_notes(work: Work, caller: Caller, case: Case) -> list[Readable]:
    """Return the notes on a case that somebody may read, oldest first."""
    merged = await taken_up(work.tx, work.community, case.id)
    every = await notes_of(work.tx, work.community, [case.id, *merged])
    theirs = {one.id for one in every if may_read(one, caller)}
    # an answer is for whoever may read its question
    held = [one for one in every if (one.answers or one.id) in theirs]
    return [await open_note(work.tx, work.keys, work.community, one) for one in held]


async def open_note(tx: Tx, keys: Keys, community: str, one: Note) -> Readable:
    """Return a note with its words."""
    text = None if one.entry is None else await sealed_text(tx, keys, community, one.entry, "details.text")
    return Readable(note=one, text=text)


def may_read(one: Note, caller: Caller) -> bool:
    """Return whether a note is meant for somebody who may see its case."""
    organisation = caller.organisation
    if organisation is None:
        return False
    if organisation.is_internal or one.visible_to is Audience.EVERYONE:
        return True
    return one.visible_to is Audience.ORGANISATION and one.actor.organisation == organisation.id


def writer_of(one: Note, caller: Caller, work: Work) -> str:
    """Return what the writer of a note is called for a reader; empty where that is another partner's person."""
    person = work.governance.roster.people.get(one.actor.who)
    own = caller.organisation
    if person is None or own is None:
        return ""
    writers = work.governance.roster.organisations.get(person.organisation)
    known = own.is_internal or own.id == person.organisation or (writers is not None and writers.is_internal)
    return person.alias if known else ""
