"""What the ledger is told of a decision: surrogates and names of rules; what a member wrote goes along sealed."""

from collections.abc import Mapping
from typing import Any

from bot.domain.action import Action
from bot.domain.actor import scheduler
from bot.domain.entry_kind import EntryKind
from bot.domain.gap import Gap, GapState
from bot.domain.judgement import Finding
from bot.domain.message import Message, MessageKind
from bot.domain.retention import Retention
from bot.services.intake.book import Imposed
from bot.services.intake.following import Follows
from bot.services.intake.items import Judged
from bot.services.intake.translate import evidence_of
from bot.services.record import Draft, Private
from bot.store.columns import micros
from bot.store.decisions import Decision

#: who notices gaps and reads them back
_READER = scheduler("intake")
_OF_GAPS = {
    GapState.OPEN: EntryKind.GAP_OPENED,
    GapState.CLOSED: EntryKind.GAP_CLOSED,
    GapState.LOST: EntryKind.GAP_LOST,
}


def decision_draft(decision: Decision, judged: Judged, follows: Follows, *, sealing: bool) -> Draft:
    """Return the entry of a decision; with `sealing`, the message's text is evidence that goes along with it."""
    findings = [finding for finding in judged.judgement.findings if finding.mode is decision.mode]
    details: dict[str, Any] = {
        "decision": decision.id,
        "incident": decision.incident,
        "message": decision.message,
        "account": decision.account,
        "mode": decision.mode.value,
        "severity": int(decision.severity),
        "rules": list(decision.rules),
        "findings": [_finding(finding) for finding in findings],
        "outcomes": [dict(outcome) for outcome in decision.outcomes],
        "actions": [said_of_action(action) for action in follows.actions],
        "sanctions": [said_of_sanction(imposed) for imposed in follows.sanctions],
        "strikes": [{"id": strike.id, "amount": strike.amount} for strike in follows.strikes],
    }
    evidence = evidence_of(_told(judged.message)) if sealing else ""
    private = Private(
        field="details.evidence", account=decision.account or "", value=evidence, retention=Retention.EVIDENCE
    )
    return Draft(
        kind=EntryKind.DECISION,
        actor=decision.actor,
        policy=decision.policy,
        case=decision.case,
        details={key: value for key, value in details.items() if value not in (None, [])},
        private=(private,) if evidence else (),
    )


def _told(message: Message) -> str:
    """Return the member's own words that were judged: the text, or the names that they gave themselves."""
    return " / ".join(message.author.names) if message.kind is MessageKind.RENAME else message.text


def _finding(finding: Finding) -> Mapping[str, Any]:
    # what was recognised there may be the member's own words
    spans = [[span.start, span.end, span.how] for span in finding.spans]
    return {"rule": finding.rule, "severity": int(finding.severity), "spans": spans}


def said_of_action(action: Action) -> Mapping[str, Any]:
    """Return an action as the entry of its decision names it."""
    return {"id": action.id, "kind": action.kind.value, "target": action.target}


def said_of_sanction(imposed: Imposed) -> Mapping[str, Any]:
    """Return a sanction as the entry of its decision names it."""
    sanction = imposed.sanction
    # milliseconds, like the times of entries: a whole number of 53 bits holds every one of them
    until = None if sanction.until is None else micros(sanction.until) // 1000
    return {"id": sanction.id, "kind": sanction.kind.value, "until": until}


def gap_draft(gap: Gap) -> Draft:
    """Return the entry of a gap that opened, was read back, or is lost."""
    details: dict[str, str | int] = {"gap": gap.id, "channel": gap.channel, "cause": gap.cause.value}
    if gap.reason:
        details["reason"] = gap.reason
    return Draft(kind=_OF_GAPS[gap.state], actor=_READER, details=details)


def failure_draft(rule: str, reason: str, policy: str) -> Draft:
    """Return the entry of a rule that could not be evaluated."""
    return Draft(kind=EntryKind.RULE_FAILED, actor=_READER, policy=policy, details={"rule": rule, "reason": reason})
