"""What happens to cases by itself: nobody claimed one in time, nobody resolved it in time, a claim ran out."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime

from bot.domain.actor import scheduler
from bot.domain.case import Case, CaseState
from bot.policy.policy_set import PolicySet
from bot.ports import Keys
from bot.services.cases.claiming import set_free
from bot.services.cases.kinds import CLAIM_DUE, CLAIM_ENDS, RESOLVE_DUE
from bot.services.cases.routing import read_duty, reroute
from bot.services.escalating.beginning import begin_escalation
from bot.services.firing import under_policies
from bot.services.timing import Handler
from bot.services.work import Work
from bot.store.cases import lock_case
from bot.store.timers import Timer, set_timers

Policies = Callable[[str], PolicySet | None]


def claim_due_handler(keys: Keys, policies: Policies) -> Handler:
    """Return what fires when a case should have been claimed: it is routed anew, and its path begins."""
    return _handler(keys, policies, _claim_due)


def resolve_due_handler(keys: Keys, policies: Policies) -> Handler:
    """Return what fires when a case should have been resolved: its path begins."""
    return _handler(keys, policies, _resolve_due)


def claim_ends_handler(keys: Keys, policies: Policies) -> Handler:
    """Return what fires when a claim ends: whoever didn't work on the case gives it back to its queue."""
    return _handler(keys, policies, _claim_ends)


def _handler(keys: Keys, policies: Policies, fall_due: Callable[[Work, Case], Awaitable[None]]) -> Handler:
    async def handle(work: Work, timers: Sequence[Timer]) -> None:
        # in one order, as everybody locks cases
        for subject in sorted({timer.subject for timer in timers}):
            case = await lock_case(work.tx, work.community, subject)
            if case is not None and case.is_open:
                await fall_due(work, case)

    return under_policies(keys, policies, handle)


async def _claim_due(work: Work, case: Case) -> None:
    if case.state is not CaseState.OPEN or not await _is_due(work, case, CLAIM_DUE, case.claim_due):
        return
    await reroute(work, scheduler(CLAIM_DUE), case, await read_duty(work))
    await begin_escalation(work, case.id, cause="claim")


async def _resolve_due(work: Work, case: Case) -> None:
    if await _is_due(work, case, RESOLVE_DUE, case.resolve_due):
        await begin_escalation(work, case.id, cause="resolve")


async def _claim_ends(work: Work, case: Case) -> None:
    if case.state is CaseState.CLAIMED and await _is_due(work, case, CLAIM_ENDS, case.claimed_until):
        await set_free(work, scheduler(CLAIM_ENDS), case, "claim_ended", person=case.claimed_by)


async def _is_due(work: Work, case: Case, kind: str, at: datetime | None) -> bool:
    """Return whether it is time; what was renewed meanwhile fires again at its new time."""
    if at is None:
        return False
    if at > work.now:
        await set_timers(work.tx, [Timer(kind=kind, community=work.community, subject=case.id, due_at=at)])
        return False
    return True
