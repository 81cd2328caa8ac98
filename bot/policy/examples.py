"""Tries every rule on its own examples: what it must match, and what it must let pass."""

from collections.abc import Iterator

from bot.i18n import Phrase, phrase
from bot.policy.detection import Evidence
from bot.policy.evaluate import evaluate, inspect_message
from bot.policy.loaded import LoadedGuideline, LoadedRule
from bot.policy.places import Path
from bot.policy.policy_set import PolicySet, Rule
from bot.policy.problems import Problem, shown
from bot.policy.rehearsal import Rehearsal, alone, rehearse, suited, suited_time
from bot.policy.schema.guideline import ExampleModel
from bot.policy.source import Draft
from bot.policy.tracing import Result, Trace, leaves, trace

__all__ = ["run_examples"]

_MOST_SHOWN = 3
_SCOPES = {
    Result.EXCUSED: "compile.example_excused",
    Result.OTHER_CHANNEL: "compile.example_other_channel",
    Result.OTHER_MEMBER: "compile.example_other_member",
    Result.OTHER_HOUR: "compile.example_other_hour",
}


def run_examples(policies: PolicySet, draft: Draft) -> list[Problem]:
    """Return an error for every example that its rule doesn't judge as it says.

    Each is judged by its rule alone, as if that were live everywhere; what came before is what the example itself says.
    """
    compiled = {rule.name: rule for rule in policies.rules}
    problems: list[Problem] = []
    for guideline in draft.guidelines:
        for loaded in guideline.rules:
            rule = compiled.get(f"{guideline.model.guideline}/{loaded.model.id}")
            if rule is not None:
                problems += _try_rule(rule, loaded, guideline, policies)
    return problems


def _try_rule(rule: Rule, loaded: LoadedRule, guideline: LoadedGuideline, policies: PolicySet) -> Iterator[Problem]:
    only = alone(policies, rule)
    for example, path, must_match in _examples(loaded):
        fault = _fault(example, only, loaded, guideline, must_match=must_match)
        if fault is not None:
            yield Problem(place=guideline.document.at((*loaded.path, "examples", *path)), message=fault)


def _examples(loaded: LoadedRule) -> Iterator[tuple[ExampleModel, Path, bool]]:
    for index, example in enumerate(loaded.model.examples.match):
        yield example, ("match", index), True
    for index, example in enumerate(loaded.model.examples.passing):
        yield example, ("pass", index), False


def _fault(
    example: ExampleModel, only: PolicySet, loaded: LoadedRule, guideline: LoadedGuideline, *, must_match: bool
) -> Phrase | None:
    """Return what is wrong with an example, or None when it is judged as it says."""
    rule = only.rules[0]
    suit = suited(example, rule, only)
    staged = rehearse(suit, only, suited_time(suit, rule, only))
    judgement = evaluate(staged.policies, staged.message, staged.facts, staged.history, staged.message.at)
    if judgement.failures:
        return phrase("compile.example_failed", rule=rule.name, reason=judgement.failures[0].reason)
    matched = bool(judgement.findings)
    if matched:
        seen = judgement.findings[0]
        texts = [f"“{shown(staged.message.text[span.start : span.end])}”" for span in seen.spans]
        return None if must_match else _caught(rule, texts, staged, loaded, guideline)
    found = _traced(staged, loaded, guideline)
    if found.result is Result.UNKNOWN:
        return phrase("compile.example_unknown", rule=rule.name, missing=", ".join(found.missing))
    return _missed(rule, example, found) if must_match else None


def _traced(staged: Rehearsal, loaded: LoadedRule, guideline: LoadedGuideline) -> Trace:
    plan, inspection, _ = inspect_message(
        staged.policies, staged.message, staged.facts, staged.history, staged.message.at
    )
    return trace(plan.rules[0], loaded, guideline.document, plan.channel, inspection)


def _caught(rule: Rule, texts: list[str], staged: Rehearsal, loaded: LoadedRule, guideline: LoadedGuideline) -> Phrase:
    if not texts:
        when = _traced(staged, loaded, guideline).when
        texts = [leaf.name for leaf in leaves(when)] if when is not None else []
    return phrase("compile.example_caught", rule=rule.name, what=_listed(texts))


def _missed(rule: Rule, example: ExampleModel, found: Trace) -> Phrase:
    text = shown(example.text)
    if found.result in _SCOPES:
        return phrase(_SCOPES[found.result], rule=rule.name, text=text)
    failing = [leaf.name for leaf in leaves(found.when)] if found.when is not None else []
    if found.when is None or not found.when.parts or isinstance(found.when.answer, Evidence):
        return phrase("compile.example_missed", rule=rule.name, text=text)
    return phrase("compile.example_missed_by", rule=rule.name, text=text, conditions=_listed(failing))


def _listed(parts: list[str]) -> str:
    known = list(dict.fromkeys(parts))
    return ", ".join(known[:_MOST_SHOWN]) + (", …" if len(known) > _MOST_SHOWN else "")
