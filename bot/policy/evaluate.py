"""The evaluator: one message, what is known, what came before → the judgement. Pure; everything reuses it."""

from datetime import datetime, timedelta
from functools import lru_cache
from itertools import chain
from zoneinfo import ZoneInfo

from bot.domain.facts import Facts
from bot.domain.judgement import Failure, Finding, Judgement, Mode, Want, WantKind
from bot.domain.merge import merge
from bot.domain.message import NO_MENTIONS, Message, MessageKind
from bot.domain.outcome import Outcome, OutcomeKind
from bot.policy.detection import Answer, Evidence, Trigger
from bot.policy.features import features_of
from bot.policy.history import History
from bot.policy.inspection import Inspection
from bot.policy.likeness import likeness_of
from bot.policy.policy_set import Plan, PolicySet, Rule, Window

#: what may still follow when a message is judged late
_LATE = frozenset({OutcomeKind.DELETE, OutcomeKind.CASE})
_MOST_SPANS = 50

_LINK, _MENTION, _ATTACHMENT = int(Trigger.LINK), int(Trigger.MENTION), int(Trigger.ATTACHMENT)
_FORWARDED, _EDITED, _JOIN, _REPLY = int(Trigger.FORWARDED), int(Trigger.EDITED), int(Trigger.JOIN), int(Trigger.REPLY)


def evaluate(policies: PolicySet, message: Message, facts: Facts, history: History, now: datetime) -> Judgement:
    """Return the findings on a message and what should follow.

    Rules that can't be decided without an outside answer put it among the `wants`; once it is known, the message is
    evaluated again. A rule that fails is recorded among the `failures`, and the others are judged all the same.
    """
    plan, inspection, fired = inspect_message(policies, message, facts, history, now)
    woken = [plan.woken[anchor] for anchor in fired if anchor in plan.woken]
    findings: list[Finding] = []
    failures = [Failure(rule=part, reason=reason) for part, reason in inspection.scan.broken]
    numbers = sorted({*plan.always, *chain.from_iterable(woken)}) if woken else plan.always
    if message.kind is MessageKind.RENAME:
        numbers = [number for number in numbers if _is_about_names(plan.rules[number], inspection)]
    for number in numbers:
        _try(plan.rules[number], inspection, findings, failures)
    links = len(inspection.links) if _LINK in fired and policies.watch else 0
    features = features_of(inspection, policies.watch, links=links)
    wants = tuple(dict.fromkeys(inspection.wants)) if inspection.wants else ()
    if not findings:  # by position, as for most messages this is all: naming the fields takes twice as long
        return Judgement(message.ref, policies.version, (), (), (), wants, tuple(failures), features)
    findings.sort(key=lambda finding: -finding.severity)
    late = now - message.acted_at > policies.act_within
    return Judgement(
        ref=message.ref,
        version=policies.version,
        findings=tuple(findings),
        outcomes=_outcomes(findings, Mode.LIVE, late=late),
        shadow=_outcomes(findings, Mode.SHADOW, late=late),
        wants=wants,
        failures=tuple(failures),
        features=features,
        likeness=likeness_of(inspection, findings) if policies.wave_within is not None else None,
    )


def inspect_message(
    policies: PolicySet, message: Message, facts: Facts, history: History, now: datetime
) -> tuple[Plan, Inspection, set[int]]:
    """Return what holds in the message's channel, what rules may look at, and the ids that wake them."""
    plan = policies.plan(message.channel)
    scan, fired = policies.scanner.scan(message.text, plan.languages, message.author.names)
    _note_triggers(message, fired)
    at, zone = message.at.timestamp(), policies.zone
    # by position: naming the fields takes twice as long, and this runs for every message
    inspection = Inspection(message, facts, history, now, at, plan.languages, zone, scan, [], [], (), {})
    return plan, inspection, fired


def _note_triggers(message: Message, fired: set[int]) -> None:
    """Add what wakes rules apart from the text."""
    if message.mentions is not NO_MENTIONS:
        fired.add(_MENTION)
    if message.attachments:
        fired.add(_ATTACHMENT)
    if message.reply_to is not None:
        fired.add(_REPLY)
    if message.forwarded:
        fired.add(_FORWARDED)
    if message.edited_at is not None:
        fired.add(_EDITED)
    if message.kind is MessageKind.JOIN:
        fired.add(_JOIN)


def _try(rule: Rule, inspection: Inspection, findings: list[Finding], failures: list[Failure]) -> None:
    """Add the finding if the rule matches, or the failure if it can't be evaluated."""
    before = len(inspection.wants)
    try:
        answer = _ask(rule, inspection)
    except Exception as error:  # noqa: BLE001 - one broken signal must not silence the other rules
        failures.append(Failure(rule=rule.name, reason=type(error).__name__))
        answer = False
    if answer is not None:
        del inspection.wants[before:]
    if isinstance(answer, Evidence):
        findings.append(
            Finding(
                rule=rule.name,
                guideline=rule.guideline,
                severity=rule.severity,
                mode=rule.mode,
                spans=answer.spans[:_MOST_SPANS],
                notes=answer.notes,
                outcomes=rule.outcomes,
                care=rule.care,
                copies=rule.copies,
            )
        )


def _is_about_names(rule: Rule, inspection: Inspection) -> bool:
    """Return whether a rule looks at names, and sees in these what it looks for."""
    return any(isinstance(one.probe(inspection), Evidence) for one in rule.when.of_names())


def _ask(rule: Rule, inspection: Inspection) -> Answer:
    """Return whether a rule matches, its scopes and exceptions included."""
    in_scope = _is_in_scope(rule, inspection)
    if in_scope is False:
        return False
    answer = rule.when.probe(inspection)
    if not isinstance(answer, Evidence):
        return answer
    if rule.unless is not None:
        inspection.focus = answer.spans
        try:
            excused = rule.unless.probe(inspection)
        finally:
            inspection.focus = ()
        if isinstance(excused, Evidence):
            return False
        if excused is None:
            return None
    return answer if in_scope else None


def _is_in_scope(rule: Rule, inspection: Inspection) -> bool | None:
    """Return whether the rule holds for this author at this hour; None when the author's roles aren't known."""
    if rule.window is not None and not is_open(rule.window, inspection.message.at):
        return False
    if rule.roles is None and not rule.not_roles:
        return True
    roles = inspection.message.author.roles
    if roles is None:
        inspection.wants.append(Want(kind=WantKind.MEMBER, subject=inspection.message.author.key))
        return None
    return (rule.roles is None or bool(roles & rule.roles)) and not roles & rule.not_roles


@lru_cache(maxsize=64)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def is_open(window: Window, at: datetime) -> bool:
    """Return whether a time lies in a part of the day; a part that spans midnight belongs to the day it begins on."""
    local = at.astimezone(_zone(window.zone))
    now, day = local.time(), local.weekday()
    if window.start <= window.end:
        return window.start <= now < window.end and day in window.days
    if now >= window.start:
        return day in window.days
    return now < window.end and (local - timedelta(days=1)).weekday() in window.days


def _outcomes(findings: list[Finding], mode: Mode, *, late: bool) -> tuple[Outcome, ...]:
    """Return what follows from the findings of one mode, merged by the law of `bot.domain.merge`.

    Where one of them is of a `care` guideline, its notice, its case and its escalation go first. A live one protects
    from what shadow rules would do, too; one in shadow protects from nothing that is done.
    """
    chosen = [finding for finding in findings if finding.mode is mode]
    if not chosen:
        return ()
    helping = any(finding.care and finding.mode in (mode, Mode.LIVE) for finding in findings)
    if helping:
        chosen.sort(key=lambda finding: not finding.care)
    merged = merge([outcome for finding in chosen for outcome in finding.outcomes], helping=helping)
    return tuple(outcome for outcome in merged if outcome.kind in _LATE) if late else merged
