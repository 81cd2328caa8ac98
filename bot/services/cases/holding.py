"""Finds cases for whoever may see them, holds them, and writes each change down as a version of its own."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.domain.actor import Actor
from bot.domain.authority import Allow, Ask
from bot.domain.card import CardKind
from bot.domain.case import Case, CaseState
from bot.domain.entry_kind import EntryKind
from bot.domain.right import Right
from bot.ledger.canonical import Plain
from bot.services.authorising import require
from bot.services.cases.errors import CaseError, stale, unknown, wrong
from bot.services.cases.kinds import CLAIM_ENDS
from bot.services.cases.places import Whereabouts, whereabouts
from bot.services.cases.routing import scope_of
from bot.services.cases.seeing import is_own, visible
from bot.services.record import Draft
from bot.services.showing.digesting import redraw_digest
from bot.services.showing.hanging import case_stream
from bot.services.showing.wanting import show
from bot.services.staff.knowing import Caller
from bot.services.work import Work
from bot.store.accounts import lock_accounts
from bot.store.cases import case_numbered, lock_case, read_cases, save_case
from bot.store.timers import Timer, set_timers
from bot.store.waves import members_of

#: characters of a surrogate
_SURROGATE = 32


async def find_case(work: Work, caller: Caller, named: str) -> Case:
    """Return the case of a number or surrogate that somebody may see; raises DeniedError, CaseError.

    Whoever may look at no case at all is told so before anything is looked for.
    """
    await require(work, caller, Right.VIEW)
    name = named.strip().lstrip("#")
    if len(name) == _SURROGATE:
        case = (await read_cases(work.tx, work.community, [name])).get(name)
    else:
        case = await case_numbered(work.tx, work.community, name.upper())
    if case is None or not visible(case, caller, work.governance):
        raise unknown()
    if case.merged_into:
        return await find_case(work, caller, case.merged_into)
    return case


async def hold_case(work: Work, caller: Caller, named: str, *, version: str = "") -> Case:
    """Return an open case that nobody else changes now; raises DeniedError, CaseError.

    `version` is what the pressed card showed: of two who press at once, one acts, and the other is told.
    """
    found = await find_case(work, caller, named)
    # whoever decides about the member waits here, as for every decision about them
    await lock_members(work, found)
    case = await lock_case(work.tx, work.community, found.id)
    if case is None:
        raise unknown()
    if not case.is_open:
        raise wrong("case.closed", case=case.number)
    if version and version != str(case.version):
        raise _meanwhile(work, caller, case)
    return case


async def lock_members(work: Work, case: Case) -> None:
    """Keep whom a case is about as they are: members are locked before their case, by everybody."""
    await lock_accounts(work.tx, [case.account] if case.account else await members_of(work.tx, case.id))


def _meanwhile(work: Work, caller: Caller, case: Case) -> CaseError:
    """Return the error that says what became of a case whose card is old; who holds it, as far as the card shows it."""
    if case.state is not CaseState.CLAIMED:
        return wrong("case.stale_open", case=case.number)
    if is_own(case, caller):
        return wrong("case.stale_yours", case=case.number)
    own, person = caller.organisation, work.governance.roster.people.get(case.claimed_by)
    if person is None or own is None or not (own.is_internal or own.id == case.claimed_for):
        return wrong("case.stale_taken", case=case.number)
    return wrong("case.stale_claimed", case=case.number, who=person.alias)


def check_free(work: Work, caller: Caller, case: Case) -> None:
    """Raise CaseError where somebody else is handling a case; a lead may do so all the same."""
    if case.is_held(work.now) and not is_own(case, caller) and not caller.leads:
        raise wrong("case.being_handled", case=case.number)


async def may(work: Work, caller: Caller, case: Case, right: Right, place: Whereabouts | None = None) -> Allow | Ask:
    """Return authority's yes to casework, or that it must be asked for; raises DeniedError."""
    where = place if place is not None else await whereabouts(work, case)
    return await require(work, caller, right, scope=scope_of(work, case, where.languages))


async def change(
    work: Work, actor: Actor, case: Case, what: str, details: Mapping[str, Plain] | None = None, **changes: Any
) -> Case:
    """Write a change of a held case down, have it recorded and shown, and return the case as it is now.

    `what` is a code: claimed, released, passed, escalated, merged, claim_ended, returned. Raises CaseError when
    somebody else was quicker.
    """
    changed = replace(case, version=case.version + 1, **changes)
    if not await save_case(work.tx, changed):
        raise stale()
    work.record(
        Draft(
            kind=EntryKind.CASE_CHANGED,
            actor=actor,
            policy=work.policies.version,
            case=case.id,
            details={"change": what, **(details or {})},
        )
    )
    await show_case(work, changed)
    return changed


async def renew(work: Work, caller: Caller, case: Case) -> Case:
    """Return a held case with its claim renewed, where it is the caller's own: working on it keeps it."""
    if caller.person is None or case.state is not CaseState.CLAIMED or case.claimed_by != caller.person.id:
        return case
    until = work.now + work.governance.claim_for
    changed = replace(case, claimed_until=until, version=case.version + 1)
    if not await save_case(work.tx, changed):
        raise stale()
    await set_timers(
        work.tx, [Timer(kind=CLAIM_ENDS, community=work.community, subject=case.id, due_at=until)]
    )  # fmt: skip
    await show_case(work, changed)
    return changed


async def show_case(work: Work, case: Case) -> None:
    """Want the case's card at a new version; where it had none, as in a burst, it gets one now."""
    stream = case_stream(work.policies, work.governance, case)
    await show(work, CardKind.CASE, case.id, stream=stream, case=case.id, severity=case.severity)
    await redraw_digest(work, case)
