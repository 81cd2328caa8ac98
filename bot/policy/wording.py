"""Rules in the policy's own words: what a reader is shown of a condition, in one line."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.policy.loaded import LoadedRule
from bot.policy.source import Draft


@dataclass(frozen=True, kw_only=True, slots=True)
class RuleWords:
    """What a rule says of when and where it holds, as its file spells it."""

    #: when it matches
    when: str
    #: what keeps it from matching; empty for nothing
    unless: str = ""
    #: in which channels, for whom and at what time it holds; empty for always
    scope: str = ""


def words_of(draft: Draft) -> Mapping[str, RuleWords]:
    """Return the words of every rule by its name, `guideline/rule`."""
    return {
        f"{guideline.model.guideline}/{rule.model.id}": _words(rule)
        for guideline in draft.guidelines
        for rule in guideline.rules
    }


def _words(rule: LoadedRule) -> RuleWords:
    model = rule.model
    scopes = (("in", model.channels), ("by", model.members), ("at", model.at))
    said = {
        name: scope.model_dump(mode="json", by_alias=True, exclude_defaults=True)
        for name, scope in scopes
        if scope is not None
    }
    return RuleWords(
        when=spelt(model.when),
        unless="" if model.unless is None else spelt(model.unless),
        scope=spelt(said),
    )


def spelt(value: Any, *, outer: bool = True) -> str:
    """Return a value as a policy file could spell it in one line; the outermost braces are left away."""
    match value:
        case Mapping():
            inner = ", ".join(f"{key}: {spelt(part, outer=False)}" for key, part in value.items())
            return inner if outer else f"{{{inner}}}"
        case list() | tuple():
            return f"[{', '.join(spelt(part, outer=False) for part in value)}]"
        case bool():
            return str(value).lower()
        case None:
            return "null"
        case _:
            return "".join(sign if sign.isprintable() else "·" for sign in str(value))
