"""Whose turn a case is: of the organisations that serve its queue the first that has somebody on duty for it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.domain.actor import Actor, ActorKind
from bot.domain.authority import NOBODY, Allow, Facts, Scope, decide
from bot.domain.card import CardKind
from bot.domain.case import About, Case
from bot.domain.entry_kind import EntryKind
from bot.domain.governance import Governance, Queue
from bot.domain.right import Deed, Right
from bot.domain.staff import Person, Standing
from bot.services.cases.places import languages_of
from bot.services.record import Draft
from bot.services.showing.wanting import show
from bot.services.staff.knowing import standing_of
from bot.services.work import Work
from bot.store.cases import save_case, unclaimed_cases
from bot.store.shifts import on_duty


@dataclass(frozen=True, kw_only=True, slots=True)
class OnDuty:
    """Somebody who is on shift now."""

    #: who
    person: Person
    #: how they stand
    standing: Standing


async def read_duty(work: Work) -> list[OnDuty]:
    """Return everybody who is on duty now."""
    people = work.governance.roster.people
    shifts = await on_duty(work.tx, work.community, work.now)
    working = [people[one.person] for one in shifts if one.person in people]
    return [
        OnDuty(person=one, standing=await standing_of(work.tx, work.community, one, work.now)) for one in working
    ]  # fmt: skip


def whose_turn(work: Work, case: Case, duty: Sequence[OnDuty], languages: frozenset[str] = frozenset()) -> str:
    """Return the organisation whose turn a case is; empty where there is nobody at all.

    A complaint about somebody who moderates is never a partner's, nor is what waits in the community's own queue.
    """
    governance = work.governance
    queue = governance.queues.get(case.queue)
    if queue is None or case.about is not About.MEMBER:
        return _own_team(governance)
    scope = scope_of(work, case, languages)
    for organisation in queue.served_by:
        if any(one.person.organisation == organisation and _may_claim(work, one, scope) for one in duty):
            return organisation
    return _otherwise(queue, governance)


def scope_of(
    work: Work, case: Case, languages: frozenset[str] = frozenset(), *, channel: str | None = None
) -> Scope:  # fmt: skip
    """Return where a case belongs, as authority asks."""
    return Scope(
        community=work.community, channel=channel, languages=languages, queue=case.queue, severity=case.severity
    )


def _may_claim(work: Work, one: OnDuty, scope: Scope) -> bool:
    facts = Facts(community=work.community, governance=work.governance, standing=one.standing)
    actor = Actor(kind=ActorKind.PERSON, who=one.person.id, organisation=one.person.organisation)
    return isinstance(decide(actor, Deed(right=Right.CLAIM), NOBODY, scope, work.now, facts), Allow)


def _otherwise(queue: Queue, governance: Governance) -> str:
    return queue.otherwise if queue.otherwise in governance.roster.organisations else _own_team(governance)


def _own_team(governance: Governance) -> str:
    team = governance.roster.internal
    return "" if team is None else team.id


async def reroute_waiting(work: Work, actor: Actor) -> int:
    """Route every case anew that waits for somebody, and return how many moved."""
    waiting = await unclaimed_cases(work.tx, work.community)
    duty = await read_duty(work) if waiting else []
    return sum([await reroute(work, actor, one, duty) for one in waiting])


async def reroute(work: Work, actor: Actor, case: Case, duty: Sequence[OnDuty]) -> bool:
    """Route one case anew that this transaction holds, and return whether it moved."""
    turn = whose_turn(work, case, duty, await languages_of(work, case))
    if turn == case.served_by:
        return False
    await save_case(work.tx, replace(case, served_by=turn, version=case.version + 1))
    details = {"change": "routed", "to": turn} if turn else {"change": "routed"}
    work.record(
        Draft(
            kind=EntryKind.CASE_CHANGED, actor=actor, policy=work.policies.version, case=case.id, details=details
        )
    )  # fmt: skip
    await show(work, CardKind.CASE, case.id, stream=None, case=case.id, severity=case.severity)
    return True
