"""Seats: a partner's lead brings people in and lets them go, within the contract and within the lead's own rights."""

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.authority import narrowed
from bot.domain.delegation import DelegationError, parse_delegation
from bot.domain.entry_kind import EntryKind
from bot.domain.message import Member
from bot.domain.staff import MODERATOR, PARTNER_LEAD, Delegation, Mandate, Organisation, Person, Phase, Roster
from bot.ledger.canonical import Plain
from bot.services.approvals.lapsing import lapse
from bot.services.cases.returning import return_cases
from bot.services.record import Draft
from bot.services.staff.governing import govern, write_delegation
from bot.services.staff.knowing import Caller
from bot.services.staff.leaving import off_duty
from bot.services.staff.unfit import UnfitError, unfit
from bot.services.work import Work
from bot.store.columns import new_id
from bot.store.restraints import restraints_of
from bot.store.seats import Seat, add_seat, end_seats, filled_seats, people_ever_seated
from bot.store.spendings import lock_budgets

#: what counting seats is done under: one a community, for aliases are unique in it
_COUNTING = "seats"
#: letters and digits of any language, and what stands within names; nothing that a platform could take for a command
_ALIAS = re.compile(r"\w[\w .'’-]{0,30}\w")
_LANGUAGE = re.compile(r"[a-z]{2,3}")

_CLOSED = {
    Phase.NO_AGREEMENT: "partner.no_agreement",
    Phase.WINDING_DOWN: "partner.winding_down",
    Phase.ENDED: "partner.ended",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """Whom somebody wants to seat."""

    #: the account; its key is the surrogate
    member: Member
    #: what members may see
    alias: str
    #: languages moderated in, as they were typed; empty for all
    languages: str = ""
    #: the part of the own rights, as it was typed; empty for all of the role's
    only: str = ""


async def seat(work: Work, caller: Caller, organisation: Organisation, wanted: Wanted) -> Person:
    """Fill a seat of a partner, and return who sits there now: a newcomer, who observes.

    Whoever calls has asked authority. Raises UnfitError where the contract has no seat, the alias or account is taken,
    or the delegation would widen anything.
    """
    if organisation.is_internal:
        raise unfit("partner.own_team")
    closed = _CLOSED.get(organisation.phase(work.now))
    if closed is not None:
        raise unfit(closed, organisation=organisation.name)
    alias = _alias(wanted.alias)
    languages = _languages(wanted.languages)
    only = _delegation(wanted.only, own_mandates(organisation, caller))
    await lock_budgets(work.tx, work.community, [_COUNTING])
    # what the work began with may be older than the lock
    roster = (await govern(work.tx, work.policies)).roster
    await _check_account(work, roster, organisation, wanted.member)
    if any(one.alias.casefold() == alias.casefold() for one in roster.people.values()):
        raise unfit("partner.alias_taken", alias=alias)
    limit = None if organisation.contract is None else organisation.contract.seats
    if limit is not None and len(roster.of(organisation.id)) >= limit:
        raise unfit("partner.full", seats=limit)
    filled = Seat(
        id=new_id(),
        person=_new_person(roster),
        organisation=organisation.id,
        role=MODERATOR,
        alias=alias,
        ref=wanted.member.account,
        account=wanted.member.key,
        languages=languages,
        only=None if only is None else write_delegation(only),
        filled_at=work.now,
    )
    actor = caller.actor()
    await add_seat(work.tx, work.community, filled, actor)
    details: dict[str, Plain] = {
        "person": filled.person, "organisation": filled.organisation, "account": filled.account,
    }  # fmt: skip
    if filled.only is not None:
        details["only"] = filled.only
    work.record(Draft(kind=EntryKind.SEAT_FILLED, actor=actor, policy=work.policies.version, details=details))
    return (await govern(work.tx, work.policies)).roster.people[filled.person]


def own_mandates(organisation: Organisation, caller: Caller) -> tuple[Mandate, ...]:
    """Return what whoever seats somebody has to give: of a partner's lead no more than they hold themselves."""
    person = caller.person
    only = person.only if person is not None and person.organisation == organisation.id else None
    return tuple(narrowed(one, only) for one in organisation.mandates if one.role == MODERATOR)


async def _check_account(work: Work, roster: Roster, organisation: Organisation, member: Member) -> None:
    """Raise UnfitError for whoever can't be seated there.

    Why an account of the own team, or of somebody who is held, can't be seated is nothing that a partner is told.
    """
    ref = member.account
    if ref is None or member.bot:
        raise unfit("partner.not_an_account")
    people = roster.with_account(ref)
    if any(one.organisation == organisation.id for one in people):
        raise unfit("partner.seated_already")
    # somebody who leads must not have to say for whom they work because a partner seated them
    if any(roster.organisations[one.organisation].is_internal for one in people):
        raise unfit("partner.not_to_be_seated")
    known = {one.id for one in people} | set(await people_ever_seated(work.tx, work.community, member.key))
    if known and await restraints_of(work.tx, work.community, known, work.now):
        raise unfit("partner.not_to_be_seated")


def _alias(text: str) -> str:
    alias = " ".join(text.split())
    if not _ALIAS.fullmatch(alias):
        raise unfit("partner.bad_alias")
    return alias


def _languages(text: str) -> tuple[str, ...]:
    found = [one.strip().lower() for one in text.split(",") if one.strip()]
    for one in found:
        if not _LANGUAGE.fullmatch(one):
            raise unfit("partner.bad_language", given=one[:20])
    return tuple(dict.fromkeys(found))


def _delegation(text: str, own: Sequence[Mandate]) -> Delegation | None:
    try:
        return parse_delegation(text, own)
    except DelegationError as error:
        raise UnfitError(error.said) from None


def _new_person(roster: Roster) -> str:
    """Return a fresh id that says nothing; names of the policies stay free."""
    while True:
        fresh = f"seat-{secrets.token_hex(4)}"
        if fresh not in roster.people:
            return fresh


@dataclass(frozen=True, kw_only=True, slots=True)
class Unseated:
    """What letting somebody go came to."""

    #: requests that lapsed
    requests: int
    #: cases that went back
    cases: int


async def unseat(work: Work, caller: Caller, person: Person) -> Unseated:
    """Empty a seat: its shift ends, open requests lapse, and cases go back to their queues.

    Raises UnfitError for somebody of the policies, and for whoever leads the partner.
    """
    seats = [one for one in await filled_seats(work.tx, work.community) if one.person == person.id]
    if not seats or person.role == PARTNER_LEAD:
        raise unfit("partner.of_the_policies", alias=person.alias)
    actor = caller.actor()
    requests = await lapse(work, actor, person=person.id, why="unseated")
    cases = await return_cases(work, actor, person=person.id, why="unseated")
    await off_duty(work, actor, [person.id], by="seat")
    await end_seats(work.tx, work.community, [person.id], work.now)
    details: dict[str, Plain] = {
        "person": person.id, "organisation": person.organisation, "requests": requests, "cases": cases,
    }  # fmt: skip
    work.record(Draft(kind=EntryKind.SEAT_EMPTIED, actor=actor, policy=work.policies.version, details=details))
    return Unseated(requests=requests, cases=cases)
