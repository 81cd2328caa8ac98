"""What people propose while they observe, and how it compares with what was decided."""

from datetime import timedelta

from bot.domain.actor import scheduler
from bot.domain.comparing import Compared, compare_with, compare_with_verdict
from bot.domain.entry_kind import EntryKind
from bot.domain.order import Order
from bot.domain.right import Right
from bot.domain.verdict import Verdict
from bot.services.record import Draft
from bot.services.staff.knowing import Caller
from bot.services.work import Work
from bot.store.columns import new_id
from bot.store.proposals import Proposal, add_proposal, note_compared, proposals_about, proposals_of_case

#: for so long a proposal about a member waits for what is decided about them
WAITS = timedelta(days=7)
#: who holds proposals against decisions: nobody in particular
_COMPARER = scheduler("compare")


async def propose(work: Work, caller: Caller, order: Order) -> None:
    """Note what somebody would have done, to be compared with the real decision."""
    actor = caller.actor()
    proposal = Proposal(id=new_id(), person=actor.who, organisation=actor.organisation, order=order)
    await add_proposal(work.tx, work.community, proposal, work.now)
    work.record(
        Draft(
            kind=EntryKind.PROPOSED,
            actor=actor,
            policy=work.policies.version,
            case=order.case or None,
            details={
                "proposal": proposal.id,
                "person": proposal.person,
                "organisation": proposal.organisation,
                "right": order.right.value,
            },
        )
    )


async def compare(work: Work, case: str, decided: Order | Verdict) -> int:
    """Hold what was proposed about a case against what was decided, and return how many proposals that were.

    An order is held against proposed orders, a verdict against whatever is left: call it last when a case is closed.
    """
    waiting = await proposals_of_case(work.tx, work.community, case)
    if isinstance(decided, Order):
        return await _hold_against(work, waiting, decided)
    for one in waiting:
        await _note(work, one, compare_with_verdict(one.order, decided))
    return len(waiting)


async def compare_orders(work: Work, order: Order) -> int:
    """Hold what was proposed about a member against an order that was carried out, likewise."""
    if not order.account:
        return 0
    waiting = await proposals_about(work.tx, work.community, order.account, work.now - WAITS)
    about = [one for one in waiting if not (one.order.case and order.case and one.order.case != order.case)]
    return await _hold_against(work, about, order)


async def _hold_against(work: Work, waiting: list[Proposal], order: Order) -> int:
    orders = [one for one in waiting if one.order.right is not Right.DECIDE]
    for one in orders:
        await _note(work, one, compare_with(one.order, order))
    return len(orders)


async def _note(work: Work, proposal: Proposal, result: Compared) -> None:
    await note_compared(work.tx, proposal.id, result.value, work.now)
    work.record(
        Draft(
            kind=EntryKind.PROPOSAL_COMPARED,
            actor=_COMPARER,
            policy=work.policies.version,
            case=proposal.order.case or None,
            details={
                "proposal": proposal.id,
                "person": proposal.person,
                "organisation": proposal.organisation,
                "result": result.value,
            },
        )
    )
