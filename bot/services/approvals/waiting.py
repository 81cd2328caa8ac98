"""Nobody answered: silence never approves, it begins the path, and the request stays open."""

from collections.abc import Callable, Sequence

from bot.domain.actor import scheduler
from bot.domain.card import CardKind
from bot.domain.entry_kind import EntryKind
from bot.domain.verdict import ApprovalState
from bot.policy.policy_set import PolicySet
from bot.ports import Keys
from bot.services.approvals.requests import APPROVAL_DUE
from bot.services.escalating.beginning import begin_escalation
from bot.services.firing import under_policies
from bot.services.record import Draft
from bot.services.showing.wanting import show
from bot.services.timing import Handler
from bot.services.work import Work
from bot.store.accounts import lock_accounts
from bot.store.approvals import approvals_by_id, lock_approval
from bot.store.timers import Timer

_ACTOR = scheduler(APPROVAL_DUE)


def approval_due_handler(keys: Keys, policies: Callable[[str], PolicySet | None]) -> Handler:
    """Return what fires when a request waited for as long as the community lets it."""

    async def due(work: Work, timers: Sequence[Timer]) -> None:
        found = await approvals_by_id(work.tx, [timer.subject for timer in timers])
        await lock_accounts(work.tx, {one.order.account for one in found.values() if one.order.account})
        for name in sorted(found):
            approval = await lock_approval(work.tx, work.community, name)
            if approval is None or approval.state is not ApprovalState.OPEN:
                continue
            if approval.case is not None:
                await begin_escalation(work, approval.case, cause="approval", subject=approval.id)
            draft = Draft(
                kind=EntryKind.APPROVAL_LATE, actor=_ACTOR, policy=work.policies.version, case=approval.case,
                details={"approval": approval.id},
            )  # fmt: skip
            work.record(draft)
            await show(
                work, CardKind.APPROVAL, approval.id, stream=None, case=approval.case, severity=approval.order.severity
            )  # fmt: skip

    return under_policies(keys, policies, due)
