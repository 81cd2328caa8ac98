"""What a rule asks people for: a request beside each action that is held."""

from collections.abc import Iterator

from bot.domain.actor import automation
from bot.domain.governance import INTERNAL
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


def requests(
    book: Book, deciding: Deciding, permitted: Permitted, follows: Follows, findings: tuple[Finding, ...]
) -> Iterator[Approval]:
    """Yield the requests for what is only asked for, each with the action that waits for it."""
    held = {action.key: action for action in follows.actions}
    governance = book.state.governance
    for outcome in permitted.outcomes:
        right = None if outcome.asked is None else RIGHTS.get(outcome.asked)
        if outcome.kind is not OutcomeKind.ASK or outcome.asked is None or right is None:
            continue
        action = held.get(f"ask:{deciding.decision}:{outcome.asked.value}")
        if action is None:
            continue
        rule = rule_behind(findings, permitted.instead.get(outcome, outcome))
        asks = outcome.target or governance.automation.asks.get(right, INTERNAL)
        yield Approval(
            id=new_id(),
            decision=deciding.decision,
            case=deciding.case,
            action=action.id,
            order=_order(deciding, outcome, right, rule.partition("/")[0]),
            actor=automation(rule),
            cause="budget" if outcome in permitted.spent else "asks",
            whom=asked_of(asks, right, governance, book.now),
            opened_at=book.now,
            due_at=book.now + governance.approve_within,
        )


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
