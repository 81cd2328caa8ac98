"""Decides what an order brings about by itself, and what the ladder adds to it: the part that needs nobody's yes."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from bot.domain.action import Action
from bot.domain.actor import Actor
from bot.domain.card import CardKind
from bot.domain.effect import write_outcome
from bot.domain.judgement import Mode
from bot.domain.message import PlatformName
from bot.domain.order import Order
from bot.domain.outcome import Outcome, OutcomeKind
from bot.domain.place import Connection
from bot.domain.right import Right
from bot.domain.verdict import Verdict
from bot.services.appeals.codes import offer_code
from bot.services.intake.following import Deciding, Follows, follow
from bot.services.moderating.climbing import LADDER, Step, take_step
from bot.services.moderating.deciding import decide_on
from bot.services.notifying import notice_action
from bot.services.showing.wanting import show
from bot.services.work import Work
from bot.store.accounts import account_refs, lock_accounts
from bot.store.columns import new_id
from bot.store.decisions import Decision
from bot.store.strikes import has_struck


@dataclass(frozen=True, kw_only=True, slots=True)
class Imposed:
    """What an order came to."""

    #: surrogate of the decision
    decision: str
    #: what was planned
    actions: tuple[Action, ...]
    #: surrogate of the sanction that it imposed; empty for none
    sanction: str = ""
    #: the step of the ladder that was reached
    step: Step | None = None


_SANCTIONS: Mapping[Right, OutcomeKind] = {
    Right.TIMEOUT: OutcomeKind.TIMEOUT,
    Right.QUARANTINE: OutcomeKind.QUARANTINE,
    Right.KICK: OutcomeKind.KICK,
    Right.BAN: OutcomeKind.BAN,
}
_REMOVALS = frozenset({OutcomeKind.KICK, OutcomeKind.BAN})


async def placed(work: Work, order: Order) -> Order:
    """Return an order with the connection through which its member is reached; nobody else decides about them now."""
    if not order.account:
        return order
    await lock_accounts(work.tx, [order.account])
    ref = (await account_refs(work.tx, [order.account])).get(order.account)
    if ref is None:  # forgotten: whatever is planned finds nobody
        return order
    return replace(order, connection=Connection(platform=ref.platform, workspace=ref.workspace).name)


async def protect(work: Work, actor: Actor, order: Order, *, asked: str) -> Imposed:
    """Impose what holds while somebody is asked; it counts no strike, and its notice says that it is only for now."""
    return await _impose(work, actor, await placed(work, order), reason="", asked=asked, interim=True)


async def impose_order(work: Work, actor: Actor, order: Order, *, reason: str, asked: str) -> Imposed:
    """Decide and plan what an order says; what a step of the ladder asks for is the caller's to hold."""
    return await _impose(work, actor, order, reason=reason, asked=asked, interim=False)


async def _impose(work: Work, actor: Actor, order: Order, *, reason: str, asked: str, interim: bool) -> Imposed:
    decision = new_id()
    outcomes = _outcomes(order)
    step: Step | None = None
    if not interim and await _strikes(work, order):
        outcomes = (*outcomes, Outcome(kind=OutcomeKind.STRIKE, amount=1))
        step = await take_step(work, order, outcomes)
    added = None if step is None or step.is_asked else step.outcome
    if added is not None:
        outcomes = (*outcomes, added)
    follows = _follow(work, order, decision, outcomes, interim=interim)
    written = Decision(
        id=decision,
        case=order.case or None,
        message=order.messages[0] if order.messages else None,
        account=order.account or None,
        actor=actor,
        rules=(order.guideline,) if order.guideline else (),
        outcomes=tuple(_said(one, order, added) for one in outcomes),
        mode=Mode.LIVE,
        policy=work.policies.version,
        severity=order.severity,
    )
    kept = await decide_on(work, written, follows, reason=reason, asked=asked)
    if any(one.kind in _SANCTIONS.values() for one in outcomes):
        await offer_code(work, decision, order.account)
    if order.case:
        await show(work, CardKind.CASE, order.case, stream=None, case=order.case, severity=order.severity)
    sanction = follows.sanctions[0].sanction.id if follows.sanctions else ""
    return Imposed(decision=decision, actions=kept, sanction=sanction, step=step)


def _outcomes(order: Order) -> tuple[Outcome, ...]:
    """Return what an order brings about by itself."""
    kind = _SANCTIONS.get(order.right)
    notice = Outcome(kind=OutcomeKind.NOTICE, target=order.guideline)
    if kind is not None:
        purge = order.purge if kind is OutcomeKind.BAN else None
        # a kick is over as soon as it is done
        duration = None if kind is OutcomeKind.KICK else order.lasts
        return (Outcome(kind=kind, duration=duration, purge=purge), notice)
    match order.right:
        case Right.DELETE:
            told = (notice,) if order.guideline and order.account else ()
            return (Outcome(kind=OutcomeKind.DELETE), *told)
        case Right.SLOW_MODE:
            return (Outcome(kind=OutcomeKind.SLOW_MODE, duration=order.every, lasts=order.lasts),)
        case Right.RAID_MODE:
            return (Outcome(kind=OutcomeKind.RAID_MODE, duration=order.lasts),)
        case Right.NOTICE | Right.WARN:
            return (notice,)
        case _:
            raise ValueError(order.right)


async def _strikes(work: Work, order: Order) -> bool:
    """Return whether an order counts a strike: one outburst counts once, and a hacked account never."""
    if order.right is not Right.WARN and order.right not in _SANCTIONS:
        return False
    if order.verdict in (Verdict.HACKED_ACCOUNT, Verdict.NO_VIOLATION):
        return False
    return not (order.case and await has_struck(work.tx, order.case, order.account))


def _said(outcome: Outcome, order: Order, step: Outcome | None) -> dict[str, str | int]:
    """Return an outcome as records keep it, with what asks for it: the guideline cited, or the ladder."""
    return {**write_outcome(outcome), "rule": LADDER if outcome is step else order.guideline}


def _follow(work: Work, order: Order, decision: str, outcomes: tuple[Outcome, ...], *, interim: bool) -> Follows:
    """Return what outcomes become; a removal waits a moment for its notice."""
    platform, _, workspace = order.connection.partition("/")
    deciding = Deciding(
        community=work.community,
        decision=decision,
        message="",
        account=order.account,
        channel=order.channel or 0,
        connection=Connection(platform=PlatformName(platform), workspace=workspace),
        severity=order.severity,
        now=work.now,
        at=work.now,
        incident=decision,
        case=order.case or None,
    )
    follows = Follows()
    told = [one for one in outcomes if one.kind is OutcomeKind.NOTICE]
    if told:
        first = any(one.kind in _REMOVALS for one in outcomes)
        follows.actions.append(
            notice_action(
                work, order.account, order.connection, decision=decision, guideline=order.guideline,
                case=order.case or None, severity=order.severity, first=first, channel=order.channel, interim=interim,
            )
        )  # fmt: skip
    for one in outcomes:
        if one.kind is OutcomeKind.DELETE:
            for message in order.messages:
                _join(follows, follow(replace(deciding, message=message), (one,)))
        elif one.kind is not OutcomeKind.NOTICE:
            _join(follows, follow(deciding, (one,)))
    return follows


def _join(follows: Follows, more: Follows) -> None:
    follows.actions += more.actions
    follows.sanctions += more.sanctions
    follows.strikes += more.strikes
    follows.timers += more.timers
