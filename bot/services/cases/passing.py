"""Passing cases on: to a colleague with a note, to the leads by a path, into another case about the same thing."""

from dataclasses import replace

from bot.domain.actor import Actor
from bot.domain.authority import NOBODY, Ask, Deny
from bot.domain.card import CardKind
from bot.domain.case import BY_ROUTING, Case, CaseState
from bot.domain.entry_kind import EntryKind
from bot.domain.message import AccountRef
from bot.domain.right import Deed, Right
from bot.domain.staff import Person
from bot.services.approvals.lapsing import lapse
from bot.services.authorising import rule_on
from bot.services.cases.claiming import give_claim
from bot.services.cases.discussing import end_threads
from bot.services.cases.errors import stale, wrong
from bot.services.cases.holding import change, check_free, find_case, hold_case, may, renew, show_case
from bot.services.cases.kinds import OF_OPEN_CASES
from bot.services.cases.noting import write_note
from bot.services.cases.places import languages_of
from bot.services.cases.routing import scope_of
from bot.services.cases.seeing import visible
from bot.services.escalating.beginning import begin_escalation
from bot.services.escalating.ending import end_escalations
from bot.services.record import Draft
from bot.services.showing.wanting import show
from bot.services.staff.knowing import Caller, standing_of
from bot.services.work import Work
from bot.store.approvals import move_requests, open_requests, taken_over
from bot.store.cases import save_case
from bot.store.notes import NoteKind
from bot.store.reports import move_reports
from bot.store.timers import drop_timer
from bot.store.waves import move_traces


async def pass_on(work: Work, caller: Caller, named: str, to: Person, note: str) -> Case:
    """Hand a case over to somebody who may take it on, with a note; raises DeniedError, CaseError."""
    case = await hold_case(work, caller, named)
    ruling = await may(work, caller, case, Right.PASS)
    check_free(work, caller, case)
    taker = await _as_caller(work, caller, to)
    scope = scope_of(work, case, await languages_of(work, case))
    leave = await rule_on(work, taker, Deed(right=Right.CLAIM), NOBODY, scope)
    if isinstance(leave, Deny | Ask) or not visible(case, taker, work.governance):
        raise wrong("case.cannot_take", case=case.number)
    await write_note(work, caller, case, NoteKind.HANDOVER, note)
    return await give_claim(work, caller.actor(ruling.mandate), case, to, what="passed")


async def _as_caller(work: Work, caller: Caller, person: Person) -> Caller:
    """Return somebody as if they had given a command themselves, as far as their rights go."""
    return Caller(
        account="",
        ref=_account_of(person, caller.ref),
        person=person,
        organisation=work.governance.roster.organisations[person.organisation],
        standing=await standing_of(work.tx, work.community, person, work.now),
        seats=1,
    )


def _account_of(person: Person, like: AccountRef) -> AccountRef:
    """Return an account of somebody's, on the same platform where they have one: it leads to all their seats."""
    platform = next(one for one in (like.platform, *person.accounts) if one in person.accounts)
    workspace, user = person.accounts[platform]
    return AccountRef(platform=platform, workspace=workspace or like.workspace, user=user)


async def escalate(work: Work, caller: Caller, named: str, why: str) -> Case:
    """Have a case's path begin, with the reason as a note, and return the case; raises DeniedError, CaseError."""
    case = await hold_case(work, caller, named)
    ruling = await may(work, caller, case, Right.ESCALATE)
    if why:
        await write_note(work, caller, case, NoteKind.ESCALATION, why)
    if case.escalated is None:
        case = await change(work, caller.actor(ruling.mandate), case, "escalated", escalated=BY_ROUTING)
    await begin_escalation(work, case.id, cause="person", by=caller.actor(ruling.mandate))
    return await renew(work, caller, case)


async def merge(work: Work, caller: Caller, named: str, into: str) -> Case:
    """Let one case take up another about the same member, and return it; raises DeniedError, CaseError."""
    found, other = await find_case(work, caller, named), await find_case(work, caller, into)
    if found.id == other.id or found.account != other.account or found.about is not other.about:
        raise wrong("case.not_alike", case=found.number, into=other.number)
    # in one order, as everybody locks cases
    held = {name: await hold_case(work, caller, name) for name in sorted((found.id, other.id))}
    if len({one.id for one in held.values()}) < len(held):
        # somebody merged them just now
        raise stale()
    case, kept = held[found.id], held[other.id]
    for one in (case, kept):
        check_free(work, caller, one)
    rulings = [await may(work, caller, one, Right.DECIDE) for one in (case, kept)]
    if any(isinstance(one, Ask) for one in rulings):
        raise wrong("case.not_alone", case=case.number)
    actor = caller.actor(rulings[-1].mandate)
    await take_up(work, actor, case, kept)
    graver = max(case.severity, kept.severity)
    return await change(
        work, actor, kept, "merged", {"from": case.id}, severity=graver, escalated=kept.escalated or case.escalated
    )  # fmt: skip


async def _take_requests(work: Work, actor: Actor, case: Case, into: Case) -> None:
    """Let what waits for somebody's yes wait with the case that takes another one up, its path included.

    Only what was asked about the case itself lapses: its verdict is nobody's any more.
    """
    waiting = [
        one for one in await open_requests(work.tx, work.community, case=case.id) if one.order.right is not Right.DECIDE
    ]
    await move_requests(work.tx, [*waiting, *await taken_over(work.tx, work.community, case.id)], into.id)
    await lapse(work, actor, case=case.id, why="merged")
    for one in waiting:
        if one.due_at <= work.now:
            await begin_escalation(work, into.id, cause="approval", subject=one.id)
        await show(work, CardKind.APPROVAL, one.id, stream=None, case=into.id, severity=one.order.severity)


async def take_up(work: Work, actor: Actor, case: Case, into: Case) -> None:
    """Close a held case because another one takes it up; its reports go along, its decisions stay where they are."""
    await move_reports(work.tx, case.id, into.id)
    await move_traces(work.tx, case.id, into.id)
    await _take_requests(work, actor, case, into)
    for kind in OF_OPEN_CASES:
        await drop_timer(work.tx, kind, work.community, case.id)
    closed = replace(
        case, state=CaseState.RESOLVED, merged_into=into.id, closed_at=work.now, claimed_by="", claimed_for="",
        claimed_until=None, version=case.version + 1,
    )  # fmt: skip
    if not await save_case(work.tx, closed):
        raise stale()
    work.record(
        Draft(
            kind=EntryKind.CASE_CLOSED,
            actor=actor,
            policy=work.policies.version,
            case=case.id,
            details={"merged": into.id},
        )
    )
    await end_escalations(work, case.id, "case_closed", actor=actor)
    await show_case(work, closed)
    await end_threads(work, actor, closed)
