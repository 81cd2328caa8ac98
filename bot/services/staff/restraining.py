"""Freezes and suspensions: whose rights are held, with everything that follows from it, in one recorded operation."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.actor import Actor
from bot.domain.entry_kind import EntryKind
from bot.domain.retention import Retention
from bot.domain.severity import Severity
from bot.domain.staff import Organisation, Person, RestraintKind, Roster
from bot.ledger.canonical import Plain
from bot.services.approvals.lapsing import lapse
from bot.services.cases.returning import return_cases
from bot.services.record import Draft, Private
from bot.services.showing.news import tell_leads
from bot.services.staff.knowing import Caller, seats_of
from bot.services.staff.leaving import off_duty
from bot.services.staff.unfit import unfit
from bot.services.work import Work
from bot.store.columns import new_id
from bot.store.restraints import (
    ORGANISATION,
    PERSON,
    Restraint,
    add_restraint,
    freezes_since,
    lift_restraints,
    restraints_of,
)

#: accounts that somebody who doesn't lead may hold within a day: a stolen account must not disarm everybody
FREEZES_A_DAY = 2
_DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Words:
    """Somebody's own words, kept sealed under their key."""

    #: surrogate of the account whose words they are
    account: str
    #: the words
    text: str

    @property
    def private(self) -> tuple[Private, ...]:
        """What a record keeps of them."""
        return (Private(field="details.text", account=self.account, value=self.text, retention=Retention.REASON),)


@dataclass(frozen=True, kw_only=True, slots=True)
class Counts:
    """What holding somebody's rights came to."""

    #: cases that went back
    cases: int = 0
    #: requests that lapsed
    requests: int = 0
    #: shifts that ended
    shifts: int = 0


async def freeze(work: Work, caller: Caller, person: Person, *, lasts: timedelta, why: str) -> Counts:
    """Hold an account for a while, on the word of a colleague or a lead; every seat of the same human is held.

    Whoever calls has asked authority. Raises UnfitError when it is held for longer already, and for whoever doesn't
    lead and has held too many accounts within the day.
    """
    reason = "lead" if caller.leads else "colleague"
    until = work.now + lasts
    holding = await restraints_of(work.tx, work.community, [person.id], work.now)
    freezes = [one for one in holding if one.kind is RestraintKind.FREEZE and one.of == PERSON]
    if any(one.until is None or one.until >= until for one in freezes):
        raise unfit("lead.frozen_already", alias=person.alias)
    if not caller.leads and caller.person is not None:
        recent = await freezes_since(work.tx, work.community, work.now - _DAY)
        roster = work.governance.roster
        # of one human several seats may be held at once
        mine = {one.id for one in seats_of(roster, caller.person)}
        held = {(one.start, _human(one.subject, roster)) for one in recent if one.by in mine}
        if len(held) >= FREEZES_A_DAY:
            raise unfit("lead.frozen_enough", count=FREEZES_A_DAY)
    words = Words(account=caller.account, text=why)
    return await hold_account(work, caller.actor(), person, until=until, reason=reason, words=words)


def _human(person: str, roster: Roster) -> str:
    known = roster.people.get(person)
    return person if known is None else min(one.id for one in seats_of(roster, known))


async def hold_account(
    work: Work, actor: Actor, person: Person, *, until: datetime | None, reason: str, words: Words | None = None
) -> Counts:
    """Hold every seat of the human who sits in this one, give their cases back, and tell the leads.

    `reason` is a code: colleague, lead, budget. Without `until` it holds until a lead ends it.
    """
    total = 0
    for seat in seats_of(work.governance.roster, person):
        held = Restraint(
            id=new_id(),
            kind=RestraintKind.FREEZE,
            of=PERSON,
            subject=seat.id,
            reason=reason,
            start=work.now,
            until=until,
        )
        cases = await return_cases(work, actor, person=seat.id, why="frozen")
        await add_restraint(work.tx, work.community, held, actor)
        details: dict[str, Plain] = {
            "restraint": held.id, "person": seat.id, "organisation": seat.organisation, "reason": reason,
            "cases": cases,
        }  # fmt: skip
        if until is not None:
            details["until"] = until.isoformat()
        work.record(
            Draft(
                kind=EntryKind.FROZEN,
                actor=actor,
                policy=work.policies.version,
                details=details,
                private=() if words is None else words.private,
            )
        )
        await tell_leads(work, held.id, severity=Severity.HIGH)
        total += cases
    return Counts(cases=total)


async def suspend_person(work: Work, caller: Caller, person: Person, *, why: str) -> Counts:
    """Let a person do nothing until a lead says otherwise: requests lapse, cases are rerouted, the shift ends.

    Whoever calls has asked authority. Raises UnfitError for somebody who is suspended already.
    """
    await _not_yet(work, PERSON, person.id, person.alias)
    actor = caller.actor()
    requests = await lapse(work, actor, person=person.id, why="suspended")
    shifts = await off_duty(work, actor, [person.id], by="suspension")
    # held before cases are routed: nothing comes back
    restraint = await _suspended(work, actor, PERSON, person.id)
    cases = await return_cases(work, actor, person=person.id, why="suspended")
    counts = Counts(cases=cases, requests=requests, shifts=shifts)
    await _record(work, actor, restraint, counts, Words(account=caller.account, text=why))
    return counts


async def suspend_organisation(work: Work, caller: Caller, organisation: Organisation, *, why: str) -> Counts:
    """Let a whole partner do nothing until a lead says otherwise, likewise.

    Raises UnfitError for the community's own team, and for a partner that is suspended already.
    """
    if organisation.is_internal:
        raise unfit("lead.own_team")
    await _not_yet(work, ORGANISATION, organisation.id, organisation.name)
    actor = caller.actor()
    requests = await lapse(work, actor, organisation=organisation.id, why="suspended")
    people = [one.id for one in work.governance.roster.of(organisation.id)]
    shifts = await off_duty(work, actor, people, by="suspension")
    restraint = await _suspended(work, actor, ORGANISATION, organisation.id)
    cases = await return_cases(work, actor, organisation=organisation.id, why="suspended")
    counts = Counts(cases=cases, requests=requests, shifts=shifts)
    await _record(work, actor, restraint, counts, Words(account=caller.account, text=why))
    return counts


async def _not_yet(work: Work, of: str, subject: str, name: str) -> None:
    holding = await restraints_of(work.tx, work.community, [subject], work.now)
    if any(one.kind is RestraintKind.SUSPENSION and one.of == of for one in holding):
        raise unfit("lead.suspended_already", whom=name)


async def _suspended(work: Work, actor: Actor, of: str, subject: str) -> Restraint:
    restraint = Restraint(
        id=new_id(), kind=RestraintKind.SUSPENSION, of=of, subject=subject, reason="lead", start=work.now
    )  # fmt: skip
    await add_restraint(work.tx, work.community, restraint, actor)
    return restraint


async def _record(work: Work, actor: Actor, restraint: Restraint, counts: Counts, words: Words) -> None:
    details: dict[str, Plain] = {
        "restraint": restraint.id,
        "of": restraint.of,
        "subject": restraint.subject,
        "shifts": counts.shifts,
        "requests": counts.requests,
        "cases": counts.cases,
    }
    work.record(
        Draft(
            kind=EntryKind.SUSPENDED,
            actor=actor,
            policy=work.policies.version,
            details=details,
            private=words.private,
        )
    )  # fmt: skip
    await tell_leads(work, restraint.id, severity=Severity.HIGH)


async def release(
    work: Work, caller: Caller, kind: RestraintKind, *, person: Person | None = None,
    organisation: Organisation | None = None, why: str = "",
) -> int:  # fmt: skip
    """End freezes or suspensions of a person or a partner, and return how many; cases don't come back.

    Whoever calls has asked authority. Raises UnfitError where there is nothing to end.
    """
    seats = (
        ()
        if person is None
        else seats_of(work.governance.roster, person)
        if kind is RestraintKind.FREEZE
        else (person,)
    )
    subjects = {(PERSON, one.id) for one in seats}
    if organisation is not None:
        subjects.add((ORGANISATION, organisation.id))
    found = await restraints_of(work.tx, work.community, {subject for _, subject in subjects}, work.now)
    ended = [one for one in found if one.kind is kind and (one.of, one.subject) in subjects]
    if not ended:
        raise unfit("lead.not_frozen" if kind is RestraintKind.FREEZE else "lead.not_suspended")
    await lift_restraints(work.tx, [one.id for one in ended], work.now)
    actor = caller.actor()
    words = Words(account=caller.account, text=why)
    for one in ended:
        work.record(
            Draft(
                kind=EntryKind.RESTORED,
                actor=actor,
                policy=work.policies.version,
                details={"restraint": one.id, "of": one.of, "subject": one.subject},
                private=words.private if why else (),
            )
        )
        await tell_leads(work, one.id)
    return len(ended)
