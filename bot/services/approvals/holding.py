"""Holds an order until somebody approves it, with the interim measure at once."""

from dataclasses import dataclass, replace

from bot.domain.action import Action
from bot.domain.actor import Actor
from bot.domain.authority import Ask
from bot.domain.card import CardKind
from bot.domain.entry_kind import EntryKind
from bot.domain.governance import INTERNAL
from bot.domain.judgement import Mode
from bot.domain.milder import interim_of
from bot.domain.order import Order
from bot.domain.outcome import OutcomeKind
from bot.ledger.canonical import Plain
from bot.services.approvals.place import case_of, leads_place
from bot.services.approvals.requests import request_entry, request_timer
from bot.services.moderating.deciding import sealed_reason
from bot.services.moderating.imposing import Imposed, protect
from bot.services.record import Draft
from bot.services.showing.wanting import show
from bot.services.work import Work
from bot.store.accounts import lock_accounts
from bot.store.approvals import Approval, add_approval, note_reason, open_requests
from bot.store.columns import new_id
from bot.store.decisions import Decision, add_decisions
from bot.store.timers import set_timers

_KINDS = frozenset(kind.value for kind in OutcomeKind)


@dataclass(frozen=True, kw_only=True, slots=True)
class Held:
    """What waits."""

    #: surrogate of the approval
    approval: str
    #: surrogate of the decision that asks
    decision: str
    #: the interim measure
    actions: tuple[Action, ...] = ()


async def hold(work: Work, actor: Actor, order: Order, ask: Ask, *, reason: str = "") -> Held:
    """Hold an order, show its card to those who may approve it, and impose what holds meanwhile.

    Who asks for the same again while nobody answered joins their first request.
    """
    if order.account:
        await lock_accounts(work.tx, [order.account])
    waiting = await open_requests(work.tx, work.community, account=order.account) if order.account else []
    if not order.account and actor.who:
        waiting = await open_requests(work.tx, work.community, person=actor.who)
    before = next((one for one in waiting if one.person == actor.who and _is_same(one.order, order)), None)
    if before is not None:
        return Held(approval=before.id, decision=before.decision)
    order = await case_of(work, actor, order)
    decision = await _decide_to_ask(work, actor, order, ask)
    # one measure protects, however many ask
    protected = any(one.interim is not None for one in waiting)
    done = None if protected else await _protect(work, actor, order, ask, decision)
    approval = Approval(
        id=new_id(),
        decision=decision,
        case=order.case or None,
        order=order,
        actor=actor,
        cause=ask.code,
        whom=_whom(work, actor, order, ask),
        another=order.right in work.governance.by_another_organisation,
        interim=None if done is None else done.sanction or None,
        opened_at=work.now,
        due_at=work.now + work.governance.approve_within,
    )
    await open_request(work, approval)
    await _record_reason(work, approval, reason)
    if order.case:
        await show(work, CardKind.CASE, order.case, stream=None, case=order.case, severity=order.severity)
    return Held(approval=approval.id, decision=decision, actions=() if done is None else done.actions)


async def open_request(work: Work, approval: Approval) -> None:
    """Write a request, set its time, record it and show its card; what it refers to is written already."""
    await add_approval(work.tx, work.community, approval)
    await set_timers(work.tx, [request_timer(work.community, approval)])
    work.record(request_entry(approval, work.policies.version))
    await show(
        work, CardKind.APPROVAL, approval.id, stream=leads_place(work, approval.order.connection), case=approval.case,
        severity=approval.order.severity,
    )  # fmt: skip


def _is_same(one: Order, other: Order) -> bool:
    """Return whether two orders ask for the same; other messages and places are something else."""
    places = ("right", "account", "messages", "channel", "sanction", "on")
    if any(getattr(one, name) != getattr(other, name) for name in places):
        return False
    # whoever decides a case says so of that case
    return one.verdict is other.verdict and (one.verdict is None or one.case == other.case)


def _whom(work: Work, actor: Actor, order: Order, ask: Ask) -> str:
    """Return who is asked; where another organisation must decide, no partner is asked about its own people."""
    itself = order.right in work.governance.by_another_organisation and ask.whom == actor.organisation
    return INTERNAL if itself else ask.whom


async def _decide_to_ask(work: Work, actor: Actor, order: Order, ask: Ask) -> str:
    said: dict[str, str | int] = {"kind": OutcomeKind.ASK.value, "right": order.right.value, "target": ask.whom}
    if order.right.value in _KINDS:
        said["asked"] = order.right.value
    if order.lasts is not None:
        said["seconds"] = int(order.lasts.total_seconds())
    if order.guideline:
        said["rule"] = order.guideline
    decision = Decision(
        id=new_id(),
        case=order.case or None,
        account=order.account or None,
        actor=actor,
        rules=(order.guideline,) if order.guideline else (),
        outcomes=(said,),
        mode=Mode.LIVE,
        policy=work.policies.version,
        severity=order.severity,
    )
    await add_decisions(work.tx, work.community, [decision], work.now)
    return decision.id


async def _protect(work: Work, actor: Actor, order: Order, ask: Ask, decision: str) -> Imposed | None:
    """Impose what holds until somebody answered, on the asker's word: their mandate allows that much."""
    found = interim_of(order, ask.interim)
    if found is None:
        return None
    right, lasts = found
    measure = replace(order, right=right, lasts=lasts, purge=None, messages=())
    return await protect(work, actor, measure, asked=decision)


async def _record_reason(work: Work, approval: Approval, reason: str) -> None:
    """Record the decision that asks, with the asker's own words sealed; the card finds them by the entry's number."""
    order, tx = approval.order, work.tx
    details: dict[str, Plain] = {
        "decision": approval.decision,
        "mode": Mode.LIVE.value,
        "severity": int(order.severity),
        "outcomes": [{"kind": OutcomeKind.ASK.value, "right": order.right.value, "target": approval.whom}],
        "approval": approval.id,
    }
    if order.account:
        details["account"] = order.account
    if order.guideline:
        details["rules"] = [order.guideline]
    private = await sealed_reason(work, approval.actor, order.account or None, reason)

    async def noting(entry: int) -> None:
        await note_reason(tx, approval.id, entry)

    draft = Draft(
        kind=EntryKind.DECISION, actor=approval.actor, policy=work.policies.version, case=approval.case,
        details=details, private=private,
    )  # fmt: skip
    work.record(draft, noting=noting if private else None)
