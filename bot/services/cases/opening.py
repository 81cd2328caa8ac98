"""What a case is given when it comes to be: its guideline, whose turn it is, and by when it is to be looked at."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain.case import Case
from bot.domain.governance import Governance
from bot.services.cases.kinds import CLAIM_DUE, RESOLVE_DUE
from bot.services.cases.routing import read_duty, whose_turn
from bot.services.work import Work
from bot.store.timers import Timer


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """What a rule found about a member, as far as their case is about it."""

    #: the guideline of the gravest rule
    guideline: str = ""
    #: the languages spoken where it was found
    languages: frozenset[str] = frozenset()


async def opened_cases(work: Work, cases: Sequence[Case], found: Mapping[str, Found]) -> list[Case]:
    """Return new cases with everything that they are given; `found` is by case."""
    if not cases:
        return []
    duty = await read_duty(work)
    made = []
    for case in cases:
        told = found.get(case.id, Found())
        known = with_dues(replace(case, guideline=case.guideline or told.guideline), work.governance, work.now)
        made.append(replace(known, served_by=whose_turn(work, known, duty, told.languages)))
    return made


def with_dues(case: Case, governance: Governance, now: datetime) -> Case:
    """Return a case with the times by which it is to be claimed and resolved, counted from now.

    What is due earlier stays so: a case that becomes graver is due sooner, and none later.
    """
    queue = governance.queues.get(case.queue)
    if queue is None:
        return case
    claim, resolve = queue.claim_within.get(case.severity), queue.resolve_within.get(case.severity)
    return replace(
        case,
        claim_due=_earlier(case.claim_due, None if claim is None else now + claim),
        resolve_due=_earlier(case.resolve_due, None if resolve is None else now + resolve),
    )


def _earlier(one: datetime | None, other: datetime | None) -> datetime | None:
    return min((at for at in (one, other) if at is not None), default=None)


def due_timers(community: str, case: Case) -> list[Timer]:
    """Return the timers of an open case that is to be claimed and resolved by some time."""
    dues = ((CLAIM_DUE, case.claim_due), (RESOLVE_DUE, case.resolve_due))
    return [
        Timer(kind=kind, community=community, subject=case.id, due_at=at) for kind, at in dues if at is not None
    ]  # fmt: skip
