"""Claims: somebody takes a case on for a while, renews that by working on it, and gives it back or lets it run out."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.actor import Actor
from bot.domain.authority import NOBODY, Ask, Deny
from bot.domain.case import Case, CaseState
from bot.domain.governance import Queue
from bot.domain.right import Deed, Right
from bot.domain.staff import Person
from bot.services.authorising import require, rule_on
from bot.services.cases.errors import wrong
from bot.services.cases.holding import change, hold_case, may, renew
from bot.services.cases.kinds import CLAIM_DUE, CLAIM_ENDS
from bot.services.cases.opening import due_timers, with_dues
from bot.services.cases.places import languages_of
from bot.services.cases.routing import OnDuty, read_duty, scope_of, whose_turn
from bot.services.cases.seeing import is_own, visible
from bot.services.escalating.ending import end_escalations
from bot.services.staff.knowing import Caller
from bot.services.work import Work
from bot.store.cases import waiting_cases
from bot.store.columns import new_id
from bot.store.notes import Audience, Note, NoteKind, add_note, skipped_since
from bot.store.queue_choices import chosen_queues, given_in_shift, note_given
from bot.store.timers import Timer, drop_timer, set_timers

#: for whoever is on no shift, what they skipped counts for so long
_SKIPPED_FOR = timedelta(hours=10)


async def claim(work: Work, caller: Caller, named: str, *, version: str = "") -> Case:
    """Let somebody take a case on, and return it; raises DeniedError, CaseError.

    Claiming one's own case again renews the claim.
    """
    case = await hold_case(work, caller, named, version=version)
    if is_own(case, caller) and case.is_held(work.now):
        return await renew(work, caller, case)
    ruling = await may(work, caller, case, Right.CLAIM)
    await _check_turn(work, caller, case)
    # a lead who presses on a case chose it by that
    if not caller.leads:
        await _check_choice(work, caller, case)
    return await _claimed(work, caller, caller.actor(ruling.mandate), case)


async def next_case(work: Work, caller: Caller, queue: str = "") -> Case | None:
    """Let somebody take on the gravest case that waits for them, of several the oldest; None when there is none.

    Of queues by choice, only those who chose are given cases, and no more a shift than the queue allows.
    """
    await require(work, caller, Right.CLAIM)
    assert caller.person is not None  # noqa: S101 - who isn't staff was denied
    skipped = await skipped_since(work.tx, work.community, caller.person.id, _since(work, caller))
    duty = await read_duty(work)
    full = await _full_queues(work, caller)
    for case in await waiting_cases(work.tx, work.community):
        if case.id in skipped or case.is_held(work.now) or (queue and case.queue != queue):
            continue
        if case.queue in full or not visible(case, caller, work.governance):
            continue
        if await _is_for(work, caller, case, duty):
            return await _claimed(work, caller, caller.actor(), await hold_case(work, caller, case.id))
    return None


async def _is_for(work: Work, caller: Caller, case: Case, duty: Sequence[OnDuty]) -> bool:
    languages = await languages_of(work, case)
    ruling = await rule_on(work, caller, Deed(right=Right.CLAIM), NOBODY, scope_of(work, case, languages))
    return not isinstance(ruling, Deny | Ask) and _has_turn(work, caller, case, duty, languages)


def _has_turn(
    work: Work, caller: Caller, case: Case, duty: Sequence[OnDuty], languages: frozenset[str]
) -> bool:  # fmt: skip
    """Return whether a case is somebody's to take: the own team's always, a partner's in its turn."""
    organisation = caller.organisation
    if organisation is None:
        return False
    turn = (case.served_by, whose_turn(work, case, duty, languages))
    return organisation.is_internal or organisation.id in turn


async def _check_turn(work: Work, caller: Caller, case: Case) -> None:
    if case.is_held(work.now):
        raise wrong("case.being_handled", case=case.number)
    if not _has_turn(work, caller, case, await read_duty(work), await languages_of(work, case)):
        raise wrong("case.being_handled", case=case.number)


async def _check_choice(work: Work, caller: Caller, case: Case) -> None:
    queue = work.governance.queues.get(case.queue)
    if queue is None or caller.person is None:
        return
    if queue.by_choice and queue.name not in await chosen_queues(work.tx, work.community, caller.person.id):
        raise wrong("case.by_choice", queue=queue.name)
    if queue.at_most is not None and queue.name in await _full_queues(work, caller):
        raise wrong("case.enough", queue=queue.name, count=queue.at_most)


async def _full_queues(work: Work, caller: Caller) -> set[str]:
    """Return the queues of which somebody is given nothing more now."""
    assert caller.person is not None  # noqa: S101 - nobody else is given cases
    assert caller.standing is not None  # noqa: S101 - likewise
    chosen = await chosen_queues(work.tx, work.community, caller.person.id)
    shift = caller.standing.shift
    given = {} if shift is None else await given_in_shift(work.tx, shift.id)
    return {
        queue.name
        for queue in work.governance.queues.values()
        if (queue.by_choice and queue.name not in chosen) or _is_full(queue, given, on_shift=shift is not None)
    }


def _is_full(queue: Queue, given: dict[str, int], *, on_shift: bool) -> bool:
    # what is capped a shift is given in shifts alone
    return queue.at_most is not None and (not on_shift or given.get(queue.name, 0) >= queue.at_most)


async def _claimed(work: Work, caller: Caller, actor: Actor, case: Case) -> Case:
    assert caller.person is not None  # noqa: S101 - authority said yes to a person
    await _count(work, caller, case)
    return await give_claim(work, actor, case, caller.person)


async def give_claim(work: Work, actor: Actor, case: Case, person: Person, *, what: str = "claimed") -> Case:
    """Return a held case as somebody's, for as long as a claim holds."""
    until = work.now + work.governance.claim_for
    await drop_timer(work.tx, CLAIM_DUE, work.community, case.id)
    await set_timers(
        work.tx, [Timer(kind=CLAIM_ENDS, community=work.community, subject=case.id, due_at=until)]
    )  # fmt: skip
    # whoever was called because nobody claimed it needn't come any more
    await end_escalations(work, case.id, "claimed", actor=actor, cause="claim")
    return await change(
        work, actor, case, what, {"person": person.id, "organisation": person.organisation},
        state=CaseState.CLAIMED, claimed_by=person.id, claimed_for=person.organisation, claimed_until=until,
        served_by=person.organisation,
    )  # fmt: skip


async def _count(work: Work, caller: Caller, case: Case) -> None:
    """Count a case of a capped queue in the shift in which it was given."""
    queue = work.governance.queues.get(case.queue)
    shift = None if caller.standing is None else caller.standing.shift
    if queue is None or queue.at_most is None or shift is None:
        return
    given = await given_in_shift(work.tx, shift.id)
    await note_given(work.tx, shift.id, {**given, queue.name: given.get(queue.name, 0) + 1})


async def release(work: Work, caller: Caller, named: str, *, version: str = "") -> Case:
    """Let a case go back to its queue; a lead may release anybody's. Raises DeniedError, CaseError."""
    case = await hold_case(work, caller, named, version=version)
    if case.state is not CaseState.CLAIMED:
        raise wrong("case.not_claimed", case=case.number)
    if not is_own(case, caller) and not caller.leads:
        raise wrong("case.being_handled", case=case.number)
    return await set_free(work, caller.actor(), case, "released")


async def set_free(
    work: Work, actor: Actor, case: Case, what: str, *, duty: Sequence[OnDuty] | None = None, **details: str
) -> Case:
    """Return a held case that nobody works on any more: routed anew, and due to be claimed again in its time."""
    working = await read_duty(work) if duty is None else duty
    free = with_dues(replace(case, claim_due=None), work.governance, work.now)
    turn = whose_turn(work, free, working, await languages_of(work, case))
    await drop_timer(work.tx, CLAIM_ENDS, work.community, case.id)
    await set_timers(work.tx, [one for one in due_timers(work.community, free) if one.kind == CLAIM_DUE])
    return await change(
        work, actor, case, what, details,
        state=CaseState.OPEN, claimed_by="", claimed_for="", claimed_until=None, served_by=turn,
        claim_due=free.claim_due,
    )  # fmt: skip


async def skip(work: Work, caller: Caller, named: str, *, version: str = "") -> Case:
    """Let somebody pass on a case without a reason: they aren't offered it again in this shift."""
    case = await hold_case(work, caller, named, version=version)
    await may(work, caller, case, Right.VIEW)
    await add_note(
        work.tx,
        work.community,
        Note(
            id=new_id(),
            case=case.id,
            kind=NoteKind.SKIP,
            actor=caller.actor(),
            visible_to=Audience.INTERNAL,
            at=work.now,
        ),
    )
    if is_own(case, caller):
        return await set_free(work, caller.actor(), case, "released")
    return case


def _since(work: Work, caller: Caller) -> datetime:
    """Return since when what somebody skipped counts: the beginning of their shift."""
    shift = None if caller.standing is None else caller.standing.shift
    return work.now - _SKIPPED_FOR if shift is None else shift.start
