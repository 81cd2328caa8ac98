"""The jobs of a running program: what each tick does."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial

from bot.app.auditing import audit_escalations
from bot.app.community import CommunityRun
from bot.app.frame import Frame
from bot.app.policies import RunningPolicies
from bot.app.reconciling import reconcile_roles
from bot.app.stages import all_of
from bot.jobs import Job
from bot.policy.policy_set import PolicySet
from bot.ports import Keys
from bot.services.appeals.opening import APPEAL_DUE, APPEAL_MOOT
from bot.services.appeals.waiting import appeal_due_handler
from bot.services.approvals.requests import APPROVAL_DUE
from bot.services.approvals.waiting import approval_due_handler
from bot.services.breaking import GLASS_REVIEW, glass_review_handler
from bot.services.cases.falling_due import claim_due_handler, claim_ends_handler, resolve_due_handler
from bot.services.cases.kinds import CLAIM_DUE, CLAIM_ENDS, RESOLVE_DUE
from bot.services.escalating.beginning import ESCALATE_CASE, escalate_case_handler
from bot.services.escalating.digesting import escalation_digest_handler
from bot.services.escalating.kinds import ESCALATION_DIGEST, ESCALATION_STEP
from bot.services.escalating.stepping import escalation_step_handler
from bot.services.hands.asking import HAND_DUE
from bot.services.hands.waiting import hand_due_handler
from bot.services.intake.following import RAID_MODE_ENDS, SLOW_MODE_ENDS
from bot.services.ledger.checkpointing import checkpoint
from bot.services.outside.vanishing import GONE, gone_handler
from bot.services.performing import RENEW, RENEW_DOORS, renew, renew_doors
from bot.services.record import close_refusals
from bot.services.relaxing import relaxing
from bot.services.retention import RETAIN, Limits, retain_handler
from bot.services.sanctioning import EXPIRE, expiring
from bot.services.staff.contracts import (
    CERTIFICATE_DUE,
    CONTRACT_ENDS,
    CONTRACT_WINDS_DOWN,
    certificate_due_handler,
    contract_ends_handler,
    wind_down_handler,
)
from bot.services.staff.leaving import SHIFT_ENDS
from bot.services.staff.shifting import shift_ends_handler
from bot.services.subjects.erasing import forget_handler
from bot.services.subjects.forgetting import FORGET
from bot.services.subjects.requests import REQUEST_DUE, request_due_handler
from bot.services.timing import Handler, sweep
from bot.store.engine import Tx
from bot.store.timers import Timer

#: returns a community's active policies; None where it has none
Policies = Callable[[str], PolicySet | None]


def handlers(frame: Frame, limits: Callable[[], Limits]) -> Mapping[str, Handler]:
    """Return who fires which kind of timer; `limits` says how long rows are kept at that moment."""

    async def retain(tx: Tx, timers: Sequence[Timer], now: datetime) -> None:
        await retain_handler(frame.keys, limits())(tx, timers, now)

    return {**handlers_of(frame.keys, frame.policies.get, frame.leads_to), RETAIN: retain}


def handlers_of(
    keys: Keys, policies: Policies, leads_to: Callable[[str], bool] = lambda _: True
) -> Mapping[str, Handler]:
    """Return who fires which kind of timer that members and staff give rise to.

    `leads_to` says whether a pager knows an address by its reference.
    """
    return {
        EXPIRE: expiring(keys),
        APPEAL_DUE: appeal_due_handler(keys, policies),
        APPEAL_MOOT: appeal_due_handler(keys, policies),
        APPROVAL_DUE: approval_due_handler(keys, policies),
        CERTIFICATE_DUE: certificate_due_handler(keys, policies),
        CONTRACT_ENDS: contract_ends_handler(keys, policies),
        CONTRACT_WINDS_DOWN: wind_down_handler(keys, policies),
        RENEW: renew(keys),
        RENEW_DOORS: renew_doors(keys),
        SHIFT_ENDS: shift_ends_handler(keys, policies),
        SLOW_MODE_ENDS: relaxing(keys, SLOW_MODE_ENDS),
        RAID_MODE_ENDS: relaxing(keys, RAID_MODE_ENDS),
        FORGET: forget_handler(keys),
        GONE: gone_handler(keys, policies),
        GLASS_REVIEW: glass_review_handler(keys, policies),
        HAND_DUE: hand_due_handler(keys, policies),
        REQUEST_DUE: request_due_handler(keys),
        CLAIM_DUE: claim_due_handler(keys, policies),
        RESOLVE_DUE: resolve_due_handler(keys, policies),
        CLAIM_ENDS: claim_ends_handler(keys, policies),
        ESCALATE_CASE: escalate_case_handler(keys, policies),
        ESCALATION_STEP: escalation_step_handler(keys, policies, leads_to),
        ESCALATION_DIGEST: escalation_digest_handler(keys, policies, leads_to),
    }


def all_jobs(
    frame: Frame,
    firing: Mapping[str, Handler],
    communities: Sequence[CommunityRun],
    wake: Callable[[], None],
    running: RunningPolicies,
) -> list[Job]:
    """Return everything that is done again and again; `wake` tells performers that something was planned."""
    return [
        Job(name="timers", every=0.25, work=partial(_fire, frame, firing, wake)),
        Job(name="gaps", every=5.0, work=partial(_catch_up, communities)),
        Job(name="checkpoints", every=5.0, work=partial(_sign, frame, communities)),
        Job(name="refusals", every=30.0, work=partial(_close_refusals, frame)),
        Job(name="policies", every=2.0, work=partial(running.swap, frame, communities)),
        Job(name="saved", every=2.0, work=partial(running.look_at_folder, frame, communities)),
        Job(name="weighing", every=2.0, work=partial(running.weigh, frame, communities)),
        Job(name="escalations", every=60.0, work=partial(audit_escalations, frame)),
        Job(name="roles", every=60.0, work=partial(reconcile_roles, frame, communities, wake)),
        Job(name="watch", every=5.0, work=partial(_look, frame, communities)),
    ]


async def _fire(frame: Frame, firing: Mapping[str, Handler], wake: Callable[[], None]) -> None:
    swept = await sweep(frame.store, frame.clock, firing)
    frame.watch.metrics.swept(swept)
    frame.watch.strange_timers = swept.strange
    for failure in swept.failed:
        frame.tell.error(
            "timer_failed",
            kind=failure.kind,
            community=failure.community,
            timer=failure.timer,
            dead=failure.dead,
            problem=failure.error,
        )
    if swept.fired:
        wake()


async def _catch_up(communities: Sequence[CommunityRun]) -> None:
    await all_of([community.catch_up() for community in communities])


async def _sign(frame: Frame, communities: Sequence[CommunityRun]) -> None:
    for community in communities:
        # whoever owns the intake signs; all others would only meet at the head
        if community.intake is not None:
            await checkpoint(frame.store, frame.keys, frame.clock, community.community, frame.witnesses)


async def _close_refusals(frame: Frame) -> None:
    async with frame.store.writing() as tx:
        await close_refusals(tx, frame.keys, frame.clock.now())


async def _look(frame: Frame, communities: Sequence[CommunityRun]) -> None:
    await frame.watch.look(frame.store)
    for connection in (one for community in communities for one in community.connections):
        if connection.performer is not None:
            ended = (await connection.performer.numbers()).outcomes
            totals = {(kind.value, state.value): count for (kind, state), count in ended.items()}
            frame.watch.metrics.outcomes(connection.name, totals)
