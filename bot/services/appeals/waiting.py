"""Nobody heard an appeal in time: the path begins, and the appeal stays open."""

from collections.abc import Callable, Sequence

from bot.domain.actor import scheduler
from bot.domain.card import CardKind
from bot.domain.entry_kind import EntryKind
from bot.domain.verdict import AppealState
from bot.policy.policy_set import PolicySet
from bot.ports import Keys
from bot.services.appeals.closing import moot
from bot.services.appeals.opening import APPEAL_DUE
from bot.services.escalating.beginning import begin_escalation
from bot.services.firing import under_policies
from bot.services.record import Draft
from bot.services.showing.wanting import show
from bot.services.timing import Handler
from bot.services.work import Work
from bot.store.accounts import account_refs, lock_accounts
from bot.store.appeals import Appeal, appeals_by_id, decided, lock_appeal
from bot.store.timers import Timer

_ACTOR = scheduler(APPEAL_DUE)


def appeal_due_handler(keys: Keys, policies: Callable[[str], PolicySet | None]) -> Handler:
    """Return what fires when an appeal waited for as long as the community lets it."""

    async def due(work: Work, timers: Sequence[Timer]) -> None:
        found = await appeals_by_id(work.tx, [timer.subject for timer in timers])
        await lock_accounts(work.tx, {one.account for one in found.values()})
        for name in sorted(found):
            appeal = await lock_appeal(work.tx, work.community, name)
            if appeal is not None and appeal.state is AppealState.OPEN:
                await _call(work, appeal)

    return under_policies(keys, policies, due)


async def _call(work: Work, appeal: Appeal) -> None:
    about = await decided(work.tx, work.community, appeal.decision)
    known = await account_refs(work.tx, [appeal.account])
    if about is None or about.undone or about.forgotten or appeal.account not in known:
        await moot(work, _ACTOR, appeal)
        return
    if appeal.case is not None:
        await begin_escalation(work, appeal.case, cause="appeal", subject=appeal.id)
    draft = Draft(
        kind=EntryKind.APPEAL_LATE, actor=_ACTOR, policy=work.policies.version, case=appeal.case,
        details={"appeal": appeal.id},
    )  # fmt: skip
    work.record(draft)
    await show(work, CardKind.APPEAL, appeal.id, stream=None, case=appeal.case)
