"""Begins an escalation: the path is copied as it is now, and its first step falls due."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.domain.actor import Actor, scheduler
from bot.domain.card import CardKind
from bot.domain.case import BY_ROUTING
from bot.domain.escalation import Escalations, find_path
from bot.domain.stepping import Position
from bot.policy.policy_set import PolicySet
from bot.ports import Keys
from bot.services.cases.kinds import ESCALATE_CASE
from bot.services.escalating.kinds import ESCALATION_STEP
from bot.services.escalating.recording import note
from bot.services.firing import under_policies
from bot.services.showing.wanting import show
from bot.services.timing import Handler
from bot.services.work import Work
from bot.store.columns import new_id
from bot.store.escalations import (
    RUNNING,
    CaseRow,
    Escalation,
    add_escalations,
    lock_cases,
    note_escalated,
    open_escalations,
)
from bot.store.timers import Timer, set_timers

_STARTER = scheduler("escalate")


@dataclass(frozen=True, kw_only=True, slots=True)
class Beginning:
    """An escalation that is to begin."""

    #: surrogate of the case
    case: str
    #: rule, person, claim, resolve, approval, appeal, report, hand
    cause: str
    #: names a path; empty leaves it to the routing
    path: str = ""
    #: the approval or appeal that it is about; empty for the case itself
    subject: str = ""


async def begin_escalation(
    work: Work, case: str, *, cause: str, path: str = "", subject: str = "", by: Actor = _STARTER
) -> str:
    """Begin a path for a case, unless one runs for the same cause and subject; return the escalation's surrogate.

    `path` names one; empty leaves it to the routing. `cause` is rule, person, claim, resolve, approval, appeal,
    report, hand; `subject` what of it that is about. Returns "" where the community has no paths, and for a case
    that isn't there or is closed.
    """
    wanted = Beginning(case=case, cause=cause, path=path, subject=subject)
    return (await begin_escalations(work, [wanted], by=by))[0]


async def begin_escalations(work: Work, wanted: Sequence[Beginning], *, by: Actor = _STARTER) -> list[str]:
    """Begin several like `begin_escalation`, in as many statements as for one; return their surrogates in order."""
    escalations = work.governance.escalations
    names = {one.case for one in wanted}
    if escalations is None or not escalations.paths:
        return ["" for _ in wanted]
    cases = await lock_cases(work.tx, work.community, names)
    running = {(one.case.id, one.cause, one.subject): one.id for one in await open_escalations(work.tx, names)}
    begun: list[Escalation] = []
    answers: list[str] = []
    for one in wanted:
        case, key = cases.get(one.case), (one.case, one.cause, one.subject)
        if key not in running:
            copy = None if case is None else _copy(work, one, case, escalations)
            if copy is not None:
                begun.append(copy)
                running[key] = copy.id
        answers.append(running.get(key, ""))
    await _write(work, begun, by)
    return answers


def _copy(work: Work, wanted: Beginning, case: CaseRow, escalations: Escalations) -> Escalation | None:
    # a rule may have named the path when it asked for one
    named = wanted.path or (case.escalated or "" if wanted.cause == "rule" else "")
    named = "" if named == BY_ROUTING else named
    path = None if case.is_closed else find_path(case.facts, escalations, named)
    if path is None:
        return None
    return Escalation(
        id=new_id(),
        case=case,
        path=path,
        contacts=escalations.contacts,
        position=Position(),
        state=RUNNING,
        cause=wanted.cause,
        subject=wanted.subject,
        started_at=work.now,
        due_at=work.now,
        acknowledged_by=None,
        ended_by="",
        version=1,
    )


async def _write(work: Work, begun: Sequence[Escalation], by: Actor) -> None:
    if not begun:
        return
    await add_escalations(work.tx, work.community, begun)
    # the first step is taken by the same hand as all others: nobody is told by two ways
    await set_timers(
        work.tx,
        [Timer(kind=ESCALATION_STEP, community=work.community, subject=one.id, due_at=work.now) for one in begun],
    )
    changed = {one.case.id: one for one in begun if one.case.escalated != one.path.name}
    await note_escalated(work.tx, {case: one.path.name for case, one in changed.items()})
    for one in begun:
        details = {"cause": one.cause} | ({"subject": one.subject} if one.subject else {})
        note(work, one, "began", by, **details)
    for case, one in changed.items():
        await show(work, CardKind.CASE, case, stream=None, case=case, severity=one.case.facts.severity)


def escalate_case_handler(keys: Keys, policies: Callable[[str], PolicySet | None]) -> Handler:
    """Return what fires `escalate_case` timers: a rule asked for a path, and it begins."""

    async def begin(work: Work, timers: Sequence[Timer]) -> None:
        await begin_escalations(
            work,
            [
                Beginning(
                    case=timer.subject,
                    cause=str(timer.details.get("cause") or "rule"),
                    path=str(timer.details.get("path") or ""),
                )
                for timer in timers
            ],
        )

    return under_policies(keys, policies, begin)


__all__ = ["ESCALATE_CASE", "Beginning", "begin_escalation", "begin_escalations", "escalate_case_handler"]
