"""Two policy sets over the same messages: whose judgement differs, by which rules, and what came of it."""

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum

from bot.domain.judgement import Finding, Judgement
from bot.domain.message import Message
from bot.domain.outcome import Outcome
from bot.services.replay.aftermath import Aftermath
from bot.services.replay.samples import Sample, take_sample
from bot.services.replay.spelling import spell

EXAMPLES_A_RULE = 3
EXAMPLES_KEPT = 60


class Trait(StrEnum):
    """In what a rule that matches in both sets can differ."""

    MODE = "mode"
    SEVERITY = "severity"
    OUTCOMES = "outcomes"


@dataclass(frozen=True, kw_only=True, slots=True)
class Turn:
    """One rule that matches in both sets, and differs in one trait."""

    #: `guideline/rule`
    rule: str
    #: in what it differs
    trait: Trait
    #: as it is now, in the policy's words
    now: str
    #: as it is in the other set
    against: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """A message that the two policy sets judge differently, and why."""

    #: the message, cut to what explains the change
    sample: Sample
    #: rules that matched now and not with the other set
    only_now: tuple[str, ...]
    #: rules that matched with the other set and not now
    only_against: tuple[str, ...]
    #: what differs in rules that matched in both
    turns: tuple[Turn, ...]
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
    #: messages it matched in both, differently: by what differs
    turns: Counter[Turn] = field(default_factory=Counter)


@dataclass(kw_only=True, slots=True)
class Comparison:
    """Running counts of what differs; the four kinds of change add up to `changed`."""

    #: incidents, strikes and the ladder under the other set
    aftermath: Aftermath = field(default_factory=Aftermath)
    #: messages that the other set flags
    flagged: int = 0
    #: messages judged differently
    changed: int = 0
    #: flagged now alone
    flagged_now: int = 0
    #: flagged with the other set alone
    flagged_against: int = 0
    #: flagged with both, by other rules
    other_rules: int = 0
    #: flagged by the same rules, with another mode, severity or outcome
    same_rules: int = 0
    #: by rule
    rules: dict[str, RuleShift] = field(default_factory=dict)
    #: outcomes under the present set
    outcomes_now: Counter[Outcome] = field(default_factory=Counter)
    #: outcomes under the other set
    outcomes_against: Counter[Outcome] = field(default_factory=Counter)
    #: a few changes, of every kind
    examples: list[Change] = field(default_factory=list)
    #: how many examples show a kind of change
    shown: Counter[tuple[object, ...]] = field(default_factory=Counter)
    #: rules that the other set could not evaluate
    failures: int = 0

    def compare(self, message: Message, now: Judgement, against: Judgement) -> bool:
        """Count both judgements of one message, and return whether they differ."""
        rules_now = {finding.rule for finding in now.findings}
        rules_against = {finding.rule for finding in against.findings}
        turns = turns_of(now.findings, against.findings)
        self._count_rules(rules_now, rules_against, turns)
        self.outcomes_now.update(now.outcomes)
        self.outcomes_against.update(against.outcomes)
        self.failures += len(against.failures)
        if against.findings:
            self.flagged += 1
            self.aftermath.follow(against, message.at)
        if rules_now == rules_against and not turns and set(now.outcomes) == set(against.outcomes):
            return False
        self.changed += 1
        if not rules_against:
            self.flagged_now += 1
        elif not rules_now:
            self.flagged_against += 1
        elif rules_now == rules_against:
            self.same_rules += 1
        else:
            self.other_rules += 1
        self._show(message, now, against, turns)
        return True

    def _count_rules(self, now: set[str], against: set[str], turns: tuple[Turn, ...]) -> None:
        for rule in now | against:
            shift = self.rules.get(rule)
            if shift is None:
                shift = self.rules[rule] = RuleShift()
            shift.both += rule in now and rule in against
            shift.only_now += rule not in against
            shift.only_against += rule not in now
        for turn in turns:
            self.rules[turn.rule].turns[turn] += 1

    def _show(self, message: Message, now: Judgement, against: Judgement, turns: tuple[Turn, ...]) -> None:
        only_now = _without(now.findings, against.findings)
        only_against = _without(against.findings, now.findings)
        here, there = (tuple(finding.rule for finding in some) for some in (only_now, only_against))
        kind = (here, there, turns)
        if self.shown[kind] >= EXAMPLES_A_RULE or len(self.examples) >= EXAMPLES_KEPT:
            return
        self.shown[kind] += 1
        spans = [span for finding in (only_now + only_against or now.findings) for span in finding.spans]
        change = Change(
            sample=take_sample(message, spans),
            only_now=here,
            only_against=there,
            turns=turns,
            outcomes=now.outcomes,
            outcomes_against=against.outcomes,
        )
        self.examples.append(change)


def _without(findings: tuple[Finding, ...], others: tuple[Finding, ...]) -> tuple[Finding, ...]:
    known = {finding.rule for finding in others}
    return tuple(finding for finding in findings if finding.rule not in known)


def turns_of(now: tuple[Finding, ...], against: tuple[Finding, ...]) -> tuple[Turn, ...]:
    """Return what differs in the rules that matched in both."""
    others = {finding.rule: finding for finding in against}
    turns: list[Turn] = []
    for here in now:
        there = others.get(here.rule)
        if there is None:
            continue
        for trait, one, other in (
            (Trait.MODE, here.mode.value, there.mode.value),
            (Trait.SEVERITY, here.severity.word, there.severity.word),
            (Trait.OUTCOMES, _spelled(here.outcomes), _spelled(there.outcomes)),
        ):
            if one != other:
                turns.append(Turn(rule=here.rule, trait=trait, now=one, against=other))
    return tuple(turns)


def _spelled(outcomes: tuple[Outcome, ...]) -> str:
    return ", ".join(sorted(map(spell, outcomes)))
