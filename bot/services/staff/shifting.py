"""Shifts: who is on duty for whom, what they hand over at the end, and the queues that they choose."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from bot.domain.actor import Actor, scheduler
from bot.domain.authority import narrowed
from bot.domain.case import Case
from bot.domain.entry_kind import EntryKind
from bot.domain.retention import Retention
from bot.domain.staff import LONGEST_SHIFT, PARTNER_LEAD, Person, Shift
from bot.ledger.canonical import Plain
from bot.policy.policy_set import PolicySet
from bot.ports import Keys
from bot.services.cases.returning import return_cases
from bot.services.cases.routing import reroute_waiting
from bot.services.cases.seeing import visible
from bot.services.firing import under_policies
from bot.services.record import Draft, Private
from bot.services.staff.knowing import Caller, seats_of
from bot.services.staff.leaving import SHIFT_ENDS
from bot.services.staff.unfit import unfit
from bot.services.timing import Handler
from bot.services.unsealing import sealed_text
from bot.services.work import Work
from bot.store.cases import read_cases, worked_on
from bot.store.columns import new_id
from bot.store.handovers import handed_over, left_for
from bot.store.notes import Audience, Note, NoteKind, add_note, note_entry
from bot.store.queue_choices import choose_queue, chosen_queues, leave_queue
from bot.store.shifts import add_shift, end_shifts, hold_shifts, note_handover, unended_shifts
from bot.store.timers import Timer, drop_timer, set_timers

#: who ends shifts that nobody ended
_ENDER = scheduler(SHIFT_ENDS)


@dataclass(frozen=True, kw_only=True, slots=True)
class Left:
    """What somebody of the organisation left for whoever comes on duty next."""

    #: what members may see of who left it
    alias: str
    #: their words
    note: str
    #: numbers of the cases that are still open
    cases: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Started:
    """A shift that has just begun."""

    #: the shift
    shift: Shift
    #: what was left, oldest first
    left: tuple[Left, ...]


async def start_shift(work: Work, caller: Caller) -> Started:
    """Let somebody be on duty for the organisation as whose person they come, for ten hours at most.

    Whoever calls has asked authority. Raises UnfitError while the same human is on a shift.
    """
    person = caller.person
    assert person is not None  # noqa: S101 - authority denies whoever isn't of the roster
    for before in await unended_shifts(
        work.tx, work.community, [one.id for one in seats_of(work.governance.roster, person)]
    ):
        if before.until > work.now:
            raise unfit("shift.on_one")
        # its timer is about to end it
        await _end(work, _ENDER, before, by="time")
    left = await _left(work, caller, person)
    shift = Shift(
        id=new_id(),
        person=person.id,
        organisation=person.organisation,
        start=work.now,
        until=work.now + LONGEST_SHIFT,
    )
    await add_shift(work.tx, work.community, shift)
    await set_timers(work.tx, [_timer(work.community, shift)])
    actor = replace(caller.actor(), shift=shift.id)
    details = {
        "shift": shift.id, "person": person.id, "organisation": person.organisation, "until": shift.until.isoformat(),
    }  # fmt: skip
    work.record(Draft(kind=EntryKind.SHIFT_STARTED, actor=actor, policy=work.policies.version, details=details))
    await reroute_waiting(work, actor)
    return Started(shift=shift, left=tuple(left))


async def _left(work: Work, caller: Caller, person: Person) -> list[Left]:
    """Return what was left; a note that came with a case which isn't theirs to see stays closed."""
    left = await left_for(work.tx, work.community, person.organisation)
    handed = await handed_over(work.tx, work.community, [one.entry for one in left])
    cases = await read_cases(work.tx, work.community, {case for _, case in handed})
    found = []
    for one in left:
        theirs = [cases[case] for entry, case in handed if entry == one.entry and case in cases]
        if not all(visible(case, caller, work.governance) for case in theirs):
            continue
        note = await sealed_text(work.tx, work.keys, work.community, one.entry, "details.text")
        if note is None:
            continue
        writer = work.governance.roster.people.get(one.person)
        alias = one.person if writer is None else writer.alias
        found.append(Left(alias=alias, note=note, cases=tuple(case.number for case in theirs)))
    return found


async def open_claims(work: Work, person: str) -> list[Case]:
    """Return the cases that somebody works on, and keep them so."""
    return [one for one in await worked_on(work.tx, work.community, person=person) if one.claimed_by == person]


async def end_shift(work: Work, caller: Caller, *, note: str = "") -> int:
    """End the shift somebody is on, and return how many cases went back to their queues, with the note.

    Raises UnfitError for whoever is on none.
    """
    standing, person = caller.standing, caller.person
    held = [] if person is None else await unended_shifts(work.tx, work.community, [person.id])
    shift = next((one for one in held if standing is not None and standing.shift and one.id == standing.shift.id), None)
    if shift is None:
        raise unfit("shift.on_none")
    words = (
        Private(field="details.text", account=caller.account, value=note, retention=Retention.NOTE) if note else None
    )  # fmt: skip
    return await _end(work, caller.actor(), shift, by="person", words=words)


async def _end(work: Work, actor: Actor, shift: Shift, *, by: str, words: Private | None = None) -> int:
    """End a shift: what was claimed goes back, and the note with it."""
    claims = await open_claims(work, shift.person)
    notes = [await _handed(work, actor, case) for case in claims] if words is not None else []
    cases = await return_cases(work, actor, person=shift.person, why="shift")
    await end_shifts(work.tx, [shift.id], work.now, by=by)
    await drop_timer(work.tx, SHIFT_ENDS, work.community, shift.id)
    details: dict[str, Plain] = {
        "shift": shift.id, "person": shift.person, "organisation": shift.organisation, "by": by, "cases": cases,
    }  # fmt: skip

    async def noting(entry: int) -> None:
        await note_handover(work.tx, shift.id, entry)
        for note in notes:
            await note_entry(work.tx, note, entry)

    work.record(
        Draft(
            kind=EntryKind.SHIFT_ENDED,
            actor=actor,
            policy=work.policies.version,
            details=details,
            private=() if words is None else (words,),
        ),
        noting=None if words is None else noting,
    )
    # whoever is left may have another turn
    await reroute_waiting(work, actor)
    return cases


async def _handed(work: Work, actor: Actor, case: Case) -> str:
    note = Note(
        id=new_id(),
        case=case.id,
        kind=NoteKind.HANDOVER,
        actor=actor,
        visible_to=Audience.ORGANISATION,
        at=work.now,
    )
    await add_note(work.tx, work.community, note)
    return note.id


async def choose(work: Work, caller: Caller, queue: str, *, on: bool) -> None:
    """Let somebody be given cases of a queue by choice, or no longer.

    Raises UnfitError for a queue that isn't given by choice, and for one that no mandate of theirs names.
    """
    person, organisation = caller.person, caller.organisation
    assert person is not None  # noqa: S101 - authority denies whoever isn't of the roster
    assert organisation is not None  # noqa: S101 - likewise
    held = [
        narrowed(one, person.only) for one in organisation.mandates if person.role in (one.role, PARTNER_LEAD)
    ]  # fmt: skip
    if not any(queue in one.queues for one in held):
        raise unfit("commands.unknown_queue", given=queue)
    if not work.governance.queues[queue].by_choice:
        raise unfit("shift.not_by_choice", queue=queue)
    chosen = queue in await chosen_queues(work.tx, work.community, person.id)
    if chosen is on:
        raise unfit("shift.chosen_already" if on else "shift.not_chosen", queue=queue)
    if on:
        await choose_queue(work.tx, work.community, person.id, queue, work.now)
    else:
        await leave_queue(work.tx, work.community, person.id, queue)
    details: dict[str, Plain] = {"person": person.id, "queue": queue, "on": int(on)}
    work.record(
        Draft(kind=EntryKind.QUEUE_CHOSEN, actor=caller.actor(), policy=work.policies.version, details=details)
    )  # fmt: skip


def shift_ends_handler(keys: Keys, policies: Callable[[str], PolicySet | None]) -> Handler:
    """Return what ends shifts by themselves after ten hours."""

    async def handle(work: Work, timers: Sequence[Timer]) -> None:
        for shift in await hold_shifts(work.tx, work.community, [timer.subject for timer in timers]):
            if shift.until > work.now:
                await set_timers(work.tx, [_timer(work.community, shift)])
            else:
                await _end(work, _ENDER, shift, by="time")

    return under_policies(keys, policies, handle)


def _timer(community: str, shift: Shift) -> Timer:
    return Timer(kind=SHIFT_ENDS, community=community, subject=shift.id, due_at=shift.until)
