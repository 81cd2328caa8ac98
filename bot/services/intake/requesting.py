"""What a rule asks people for: one request for each member and sanction, beside the action that it holds."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.domain.actor import automation
from bot.domain.governance import INTERNAL
from bot.domain.joining import takes_up
from bot.domain.judgement import Finding
from bot.domain.mandates import asked_of
from bot.domain.order import Order
from bot.domain.outcome import Outcome, OutcomeKind
from bot.domain.right import Right
from bot.services.intake.book import Book
from bot.services.intake.following import Deciding, Follows
from bot.services.intake.permitting import RIGHTS, Permitted, rule_behind
from bot.store.approvals import Approval
from bot.store.columns import new_id


@dataclass(frozen=True, kw_only=True, slots=True)
class Asking:
    """Something that is only asked for."""

    #: what follows
    outcome: Outcome
    #: as an order
    order: Order
    #: the rule that asks
    rule: str
    #: why: asks, budget
    cause: str
    #: the organisation that decides
    whom: str


def askings(
    book: Book, deciding: Deciding, permitted: Permitted, findings: tuple[Finding, ...]
) -> Iterator[Asking]:  # fmt: skip
    """Yield what is only asked for, in order."""
    governance = book.state.governance
    for outcome in permitted.outcomes:
        right = None if outcome.asked is None else RIGHTS.get(outcome.asked)
        if outcome.kind is not OutcomeKind.ASK or right is None:
            continue
        rule = rule_behind(findings, permitted.instead.get(outcome, outcome))
        asks = outcome.target or governance.automation.asks.get(right, INTERNAL)
        yield Asking(
            outcome=outcome,
            order=_order(deciding, outcome, right, rule.partition("/")[0]),
            rule=rule,
            cause="budget" if outcome in permitted.spent else "asks",
            whom=asked_of(asks, right, governance, book.now),
        )


def join(book: Book, deciding: Deciding, asked: Sequence[Asking]) -> dict[Outcome, str]:
    """Have requests that wait take up what is asked for once more, and return those: outcome → the request."""
    joined: dict[Outcome, str] = {}
    for one in asked:
        waiting = book.waiting.get(deciding.account, [])
        for place, approval in enumerate(waiting):
            order = takes_up(approval.order, one.order) if approval.whom == one.whom else None
            if order is None:
                continue
            waiting[place] = book.requests[approval.id] = approval.taking_up(order)
            joined[one.outcome] = approval.id
            break
    return joined


def ask(
    book: Book, deciding: Deciding, asked: Sequence[Asking], joined: Mapping[Outcome, str], follows: Follows
) -> None:
    """Open a request for each thing that joined none, with the action that waits for it."""
    held = {action.key: action for action in follows.actions}
    for one in asked:
        kind = one.outcome.asked
        action = None if kind is None else held.get(f"ask:{deciding.decision}:{kind.value}")
        if one.outcome in joined or action is None:
            continue
        approval = Approval(
            id=new_id(),
            decision=deciding.decision,
            case=deciding.case,
            action=action.id,
            order=one.order,
            actor=automation(one.rule),
            cause=one.cause,
            whom=one.whom,
            opened_at=book.now,
            due_at=book.now + book.state.governance.approve_within,
        )
        book.waiting.setdefault(deciding.account, []).append(approval)
        book.requests[approval.id] = approval


def _order(deciding: Deciding, outcome: Outcome, right: Right, guideline: str) -> Order:
    """Return what is asked for as an order, so that somebody's yes carries it out like anybody's."""
    slow = right is Right.SLOW_MODE
    return Order(
        right=right,
        account=deciding.account,
        connection=deciding.connection.name,
        messages=(deciding.message,) if right is Right.DELETE else (),
        channel=deciding.channel if slow else None,
        lasts=outcome.lasts if slow else outcome.duration,
        every=outcome.duration if slow else None,
        purge=outcome.purge,
        guideline=guideline,
        case=deciding.case or "",
        severity=deciding.severity,
    )
