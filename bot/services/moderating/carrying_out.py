"""Carries out an order that authority allowed, or that somebody approved: a decision, and all that follows from it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.domain.action import Action
from bot.domain.actor import Actor
from bot.domain.order import Order
from bot.domain.outcome import Outcome
from bot.domain.right import Right
from bot.services.approvals.holding import hold
from bot.services.moderating.climbing import asking_for
from bot.services.moderating.imposing import impose_order, placed
from bot.services.moderating.lifting import lift_sanction
from bot.services.moderating.opening import open_doors
from bot.services.staff.proposing import compare_orders
from bot.services.work import Work


@dataclass(frozen=True, kw_only=True, slots=True)
class Done:
    """What carrying out an order came to."""

    #: surrogate of the decision
    decision: str
    #: what was planned
    actions: tuple[Action, ...] = ()
    #: surrogate of the sanction that it imposed; empty for none
    sanction: str = ""
    #: what the ladder added, or has somebody asked for; None for nothing
    step: Outcome | None = None


#: what else carries orders out, by the right they take: rooms that have orders of their own put themselves down here
CARRIERS: dict[Right, Callable[[Work, Actor, Order, str, str], Awaitable[Done]]] = {}


async def carry_out(work: Work, actor: Actor, order: Order, *, reason: str = "", asked: str = "") -> Done:
    """Decide and plan what an order says, on somebody's word; `asked` is the decision that asked for it.

    What the ladder adds to a strike is done or held with it.
    """
    if order.right in CARRIERS:
        return await CARRIERS[order.right](work, actor, order, reason, asked)
    order = await placed(work, order)
    await compare_orders(work, order)
    if order.right is Right.LIFT:
        decision, planned = await lift_sanction(work, actor, order, reason=reason, asked=asked)
        return Done(decision=decision, actions=planned)
    if order.right is Right.RAID_MODE and not order.on:
        decision, planned = await open_doors(work, actor, order, reason=reason, asked=asked)
        return Done(decision=decision, actions=planned)
    imposed = await impose_order(work, actor, order, reason=reason, asked=asked)
    step = imposed.step
    if step is not None and step.is_asked:
        await hold(work, step.actor, step.order, asking_for(step))
    return Done(
        decision=imposed.decision,
        actions=imposed.actions,
        sanction=imposed.sanction,
        step=None if step is None else step.said,
    )
