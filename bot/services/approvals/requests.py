"""What belongs to every request, whoever asks: its timer and its entry."""

from bot.domain.entry_kind import EntryKind
from bot.ledger.canonical import Plain
from bot.services.record import Draft
from bot.store.approvals import Approval
from bot.store.timers import Timer

#: kind of the timers that begin the path of what nobody answered; their subject is the approval
APPROVAL_DUE = "approval_due"


def request_timer(community: str, approval: Approval) -> Timer:
    """Return the timer of an open request."""
    return Timer(kind=APPROVAL_DUE, community=community, subject=approval.id, due_at=approval.due_at)


def request_entry(approval: Approval, policy: str) -> Draft:
    """Return the entry of an open request."""
    said = {
        "approval": approval.id,
        "decision": approval.decision,
        "right": approval.order.right.value,
        "whom": approval.whom,
        "cause": approval.cause,
        "account": approval.order.account,
        "interim": approval.interim,
    }
    details: dict[str, Plain] = {name: value for name, value in said.items() if value}
    return Draft(
        kind=EntryKind.APPROVAL_ASKED, actor=approval.actor, policy=policy, case=approval.case, details=details
    )  # fmt: skip
