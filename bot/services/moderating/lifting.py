"""Ends a sanction before its time, by somebody's decision."""

from bot.domain.action import Action
from bot.domain.actor import Actor
from bot.domain.judgement import Mode
from bot.domain.order import Order
from bot.services.intake.following import Follows
from bot.services.moderating.deciding import decide_on
from bot.services.notifying import notice_action
from bot.services.sanctioning import end_early
from bot.services.work import Work
from bot.store.columns import new_id
from bot.store.decisions import Decision


async def lift_sanction(
    work: Work, actor: Actor, order: Order, *, reason: str, asked: str
) -> tuple[str, tuple[Action, ...]]:
    """Lift the sanction that an order names, tell the member, and return the decision with what was planned.

    One that is over already is left as it is, and the decision says so by planning nothing.
    """
    decision = new_id()
    planned, drafts = await end_early(
        work.tx, work.community, [order.sanction], work.now, actor=actor, policy=work.policies.version
    )
    follows = Follows()
    if planned and order.account:
        follows.actions.append(
            notice_action(
                work, order.account, planned[0].connection, decision=decision, about="lifted",
                case=order.case or None, severity=order.severity,
            )
        )  # fmt: skip
    written = Decision(
        id=decision,
        case=order.case or None,
        account=order.account or None,
        actor=actor,
        rules=(),
        outcomes=({"kind": "lift", "target": order.sanction},),
        mode=Mode.LIVE,
        policy=work.policies.version,
        severity=order.severity,
    )
    told = await decide_on(work, written, follows, reason=reason, asked=asked)
    for draft in drafts:
        work.record(draft)
    return decision, (*planned, *told)
