"""The audit: looks past all timers for escalations that are stuck, pages, and mends what it can."""

from collections.abc import Sequence
from datetime import datetime

from bot.domain.action import Action, ActionKind
from bot.domain.actor import scheduler
from bot.domain.entry_kind import EntryKind
from bot.domain.severity import Severity
from bot.policy.policy_set import PolicySet
from bot.ports import Keys
from bot.services.cases.kinds import ESCALATE_CASE
from bot.services.escalating.ending import note_ended
from bot.services.escalating.kinds import ESCALATION_STEP
from bot.services.performing import PAGER
from bot.services.performing.paging import plan_pages
from bot.services.record import Draft
from bot.services.work import Work, begin_work
from bot.store.auditing import Finding, Stuck, stuck_escalations
from bot.store.columns import new_id
from bot.store.engine import Store
from bot.store.escalations import lock_escalations
from bot.store.timers import Timer, drop_timers, set_timers

_AUDITOR = scheduler("escalation_audit")


async def audit(store: Store, keys: Keys, policies: PolicySet, now: datetime) -> list[Finding]:
    """Return the community's stuck escalations; they are paged about, once an hour each, and mended.

    Whoever asks may say that all is well only when nothing is returned. A missing timer is set, an escalation that was
    to begin begins, one whose case is closed ends; one that is overdue in spite of its timer is for people to look at.
    Raises UnavailableError when the database doesn't answer.
    """
    escalations = policies.governance.escalations
    async with store.reading() as tx:
        found = await stuck_escalations(tx, policies.community, now, step=ESCALATION_STEP, begin=ESCALATE_CASE)
    if escalations is None or not escalations.paths:
        found = [one for one in found if one.stuck is not Stuck.NOT_BEGUN]
    if found:
        async with store.writing() as tx:
            work = await begin_work(tx, keys, policies, now)
            await _mend(work, found)
            await _page(work, found)
            await work.finish()
    return found


async def _mend(work: Work, found: Sequence[Finding]) -> None:
    community, now = work.community, work.now
    timers = [
        Timer(kind=ESCALATION_STEP, community=community, subject=one.escalation, due_at=one.due_at or now)
        for one in found
        if one.stuck is Stuck.NO_TIMER and one.escalation is not None
    ]
    timers += [
        Timer(
            kind=ESCALATE_CASE,
            community=community,
            subject=one.case,
            due_at=now,
            details={"cause": "rule", "path": one.path},
        )
        for one in found
        if one.stuck is Stuck.NOT_BEGUN
    ]
    await set_timers(work.tx, timers)
    closed = [one.escalation for one in found if one.stuck is Stuck.CLOSED_CASE and one.escalation is not None]
    await drop_timers(work.tx, ESCALATION_STEP, community, closed)
    held = await lock_escalations(work.tx, closed)
    alive = [one for one in held.values() if not one.ended_by]
    await note_ended(work, {one.id: "case_closed" for one in alive}, alive, _AUDITOR)


async def _page(work: Work, found: Sequence[Finding]) -> None:
    """Page about each finding once an hour: what stays stuck is told again."""
    hour = work.now.strftime("%Y-%m-%dT%H")
    pages = {one.case: (one, _about(work, one, hour)) for one in found}
    drafts = await plan_pages(work.tx, [page for _, page in pages.values()], work.now)
    for community, draft in drafts:
        if community == work.community:
            work.record(draft)
    for one, page in pages.values():
        if any(draft.case == page.case for _, draft in drafts):
            details = {"finding": one.stuck.value} | ({"escalation": one.escalation} if one.escalation else {})
            work.record(
                Draft(
                    kind=EntryKind.ESCALATION_STUCK,
                    actor=_AUDITOR,
                    policy=work.policies.version,
                    case=one.case,
                    details=details,
                )
            )


def _about(work: Work, one: Finding, hour: str) -> Action:
    return Action(
        id=new_id(),
        community=work.community,
        connection=PAGER,
        key=f"page:stuck:{one.stuck.value}:{one.escalation or one.case}:{hour}",
        kind=ActionKind.PAGE,
        target=f"page:{new_id()}",
        severity=Severity.HIGH,
        decision="",
        case=one.case,
        details={"about": f"stuck_{one.stuck.value}", "subject": one.escalation or one.case, "number": one.number},
        due_at=work.now,
    )
