"""Two policy sets over the same messages: whose judgement differs, and by which rules."""

from collections import Counter
from dataclasses import dataclass, field

from bot.domain.judgement import Finding, Judgement
from bot.domain.message import Message
from bot.domain.outcome import Outcome
from bot.services.replay.samples import Sample, take_sample

EXAMPLES_A_RULE = 3
EXAMPLES_KEPT = 60


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """A message that the two policy sets judge differently."""

    #: the message, cut to what explains the change
    sample: Sample
    #: rules that matched now and not with the other set
    only_now: tuple[str, ...]
    #: rules that matched with the other set and not now
    only_against: tuple[str, ...]
    #: what follows now
    outcomes: tuple[Outcome, ...]
    #: what follows with the other set
    outcomes_against: tuple[Outcome, ...]


@dataclass(kw_only=True, slots=True)
class RuleShift:
    """One rule's findings under both policy sets."""

    #: messages it matched in both
    both: int = 0
    #: messages it matched now alone
    only_now: int = 0
    #: messages it matched with the other set alone
    only_against: int = 0


@dataclass(kw_only=True, slots=True)
class Comparison:
    """Running counts of what differs."""

    #: messages judged differently
    changed: int = 0
    #: flagged now alone
    flagged_now: int = 0
    #: flagged with the other set alone
    flagged_against: int = 0
    #: same rules, other outcomes
    outcomes_only: int = 0
    #: by rule
    rules: dict[str, RuleShift] = field(default_factory=dict)
    #: outcomes under the present set
    outcomes_now: Counter[Outcome] = field(default_factory=Counter)
    #: outcomes under the other set
    outcomes_against: Counter[Outcome] = field(default_factory=Counter)
    #: a few changes, of every kind
    examples: list[Change] = field(default_factory=list)
    #: how many examples show a kind of change
    shown: Counter[tuple[tuple[str, ...], tuple[str, ...]]] = field(default_factory=Counter)
    #: rules that the other set could not evaluate
    failures: int = 0

    def compare(self, message: Message, now: Judgement, against: Judgement) -> bool:
        """Count both judgements of one message, and return whether they differ."""
        rules_now = {finding.rule for finding in now.findings}
        rules_against = {finding.rule for finding in against.findings}
        for rule in rules_now | rules_against:
            shift = self.rules.get(rule)
            if shift is None:
                shift = self.rules[rule] = RuleShift()
            shift.both += rule in rules_now and rule in rules_against
            shift.only_now += rule not in rules_against
            shift.only_against += rule not in rules_now
        self.outcomes_now.update(now.outcomes)
        self.outcomes_against.update(against.outcomes)
        self.failures += len(against.failures)
        same_outcomes = set(now.outcomes) == set(against.outcomes)
        if rules_now == rules_against and same_outcomes:
            return False
        self.changed += 1
        self.flagged_now += not rules_against
        self.flagged_against += not rules_now
        self.outcomes_only += rules_now == rules_against
        self._show(message, now, against)
        return True

    def _show(self, message: Message, now: Judgement, against: Judgement) -> None:
        only_now = _without(now.findings, against.findings)
        only_against = _without(against.findings, now.findings)
        kind = (tuple(finding.rule for finding in only_now), tuple(finding.rule for finding in only_against))
        if self.shown[kind] >= EXAMPLES_A_RULE or len(self.examples) >= EXAMPLES_KEPT:
            return
        self.shown[kind] += 1
        spans = [span for finding in (only_now + only_against or now.findings) for span in finding.spans]
        change = Change(
            sample=take_sample(message, spans),
            only_now=kind[0],
            only_against=kind[1],
            outcomes=now.outcomes,
            outcomes_against=against.outcomes,
        )
        self.examples.append(change)


def _without(findings: tuple[Finding, ...], others: tuple[Finding, ...]) -> tuple[Finding, ...]:
    known = {finding.rule for finding in others}
    return tuple(finding for finding in findings if finding.rule not in known)
