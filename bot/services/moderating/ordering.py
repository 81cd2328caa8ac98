"""Gives an order: authority is asked, and what is allowed is carried out, what must be asked for held, at once."""

from dataclasses import dataclass, replace

from bot.domain.action import Action
from bot.domain.authority import Allow, Ask, Deny, Scope, Target
from bot.domain.milder import interim_of
from bot.domain.order import Order
from bot.domain.outcome import Outcome
from bot.domain.right import COUNTED
from bot.services.approvals.holding import hold
from bot.services.authorising import DeniedError, rule_on
from bot.services.moderating.carrying_out import carry_out
from bot.services.overrunning import note_overrun
from bot.services.spending import scopes_of, spend, spent_by, targets_of
from bot.services.staff.knowing import Caller
from bot.services.staff.proposing import propose
from bot.services.staff.reviewing import sample
from bot.services.work import Work


@dataclass(frozen=True, kw_only=True, slots=True)
class Given:
    """What became of an order."""

    #: authority's word
    ruling: Allow | Ask
    #: surrogate of the decision; empty for a proposal
    decision: str = ""
    #: what was planned: the deed itself, or the interim measure
    actions: tuple[Action, ...] = ()
    #: surrogate of the approval that it waits for; empty when it waits for none
    approval: str = ""
    #: surrogate of the sanction that it imposed; empty for none
    sanction: str = ""
    #: what the ladder added to it, or has somebody asked for; None for nothing
    step: Outcome | None = None


async def give_order(
    work: Work, caller: Caller, order: Order, target: Target, scope: Scope, *, reason: str = ""
) -> Given:
    """Carry out, hold or note an order, and return which; raises DeniedError.

    `reason` are the orderer's own words: they are kept sealed. Whoever finds a budget used up is held for approval,
    and frozen when they go on.
    """
    ruling = await rule_on(work, caller, order.deed, target, scope)
    if isinstance(ruling, Deny):
        raise DeniedError(ruling, order.right)
    if isinstance(ruling, Ask):
        if ruling.is_proposal:
            await propose(work, caller, order)
            return Given(ruling=ruling)
        if ruling.code == "budget":
            await note_overrun(work, caller, order)
        else:
            await _spend(work, caller, order)
        ruling = await _within_budget(work, caller, order, ruling)
        held = await hold(work, caller.actor(ruling.mandate), order, ruling, reason=reason)
        measure = interim_of(order, ruling.interim)
        if held.actions and measure is not None and measure[0] is not order.right:
            await _spend(work, caller, replace(order, right=measure[0]))
        return Given(ruling=ruling, decision=held.decision, actions=held.actions, approval=held.approval)
    done = await carry_out(work, caller.actor(ruling.mandate), order, reason=reason)
    await _spend(work, caller, order)
    if ruling.sampled:
        await sample(work, caller, done.decision)
    return Given(ruling=ruling, decision=done.decision, actions=done.actions, sanction=done.sanction, step=done.step)


async def _within_budget(work: Work, caller: Caller, order: Order, ask: Ask) -> Ask:
    """Return a question without what would hold meanwhile, where the budget of that measure is used up.

    Whoever asks for bans imposes no more timeouts by it than they may impose.
    """
    measure = interim_of(order, ask.interim)
    if measure is None or measure[0] is order.right or caller.person is None or caller.organisation is None:
        return ask
    spent = await spent_by(work, caller.person, caller.organisation, measure[0])
    return ask if all(one.allows(1) for one in spent) else replace(ask, interim=None)


async def _spend(work: Work, caller: Caller, order: Order) -> None:
    if order.right in COUNTED and caller.person is not None and caller.organisation is not None:
        scopes = scopes_of(caller.person, caller.organisation)
        await spend(work, scopes, order.right, targets_of(order), over=False)
