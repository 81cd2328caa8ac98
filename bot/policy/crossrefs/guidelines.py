"""Guideline files: ids occur once, scopes and outcomes name things that exist, care only helps."""

from bot.i18n import phrase
from bot.policy.crossrefs.names import Names
from bot.policy.crossrefs.outcomes import check_care, check_outcomes
from bot.policy.loaded import LoadedCommunity, LoadedGuideline, LoadedRule
from bot.policy.places import Path
from bot.policy.problems import ProblemLog


def check_guidelines(guidelines: tuple[LoadedGuideline, ...], community: LoadedCommunity | None, names: Names) -> None:
    """Note what guideline files name and nothing defines, and what they say twice."""
    files: dict[str, str] = {}
    for guideline in guidelines:
        name = guideline.model.guideline
        if files.setdefault(name, guideline.file) != guideline.file:
            message = phrase("check.duplicate_guideline", name=name, file=files[name])
            guideline.log.error(message, ("guideline",))
        _check_guideline(guideline, community, names)


def check_languages(texts: dict[str, str], path: Path, community: LoadedCommunity | None, log: ProblemLog) -> None:
    """Warn of languages of the community in which a text is missing."""
    missing = [language for language in community.model.languages if language not in texts] if community else []
    if missing:
        log.warning(phrase("check.language_missing", languages=", ".join(missing)), path, key=True)


def _check_guideline(guideline: LoadedGuideline, community: LoadedCommunity | None, names: Names) -> None:
    model, log = guideline.model, guideline.log
    check_languages(model.title, ("title",), community, log)
    check_languages(model.text, ("text",), community, log)
    seen: set[str] = set()
    for rule in guideline.rules:
        if rule.model.id in seen:
            log.error(phrase("check.duplicate_rule", name=rule.model.id), ("rules", rule.number, "id"))
        seen.add(rule.model.id)
        _check_scopes(rule, names, log)
        check_outcomes(rule.then, community, names, log.plain())
        if model.care:
            check_care(rule.then, community.responses if community else {}, log.plain())


def _check_scopes(rule: LoadedRule, names: Names, log: ProblemLog) -> None:
    path: Path = ("rules", rule.number)
    for kind, key, scope in (("channel", "in", rule.model.channels), ("role", "by", rule.model.members)):
        if scope is None:
            continue
        names.check_all(kind, scope.only, (*path, key, "only"), log)
        names.check_all(kind, scope.but, (*path, key, "not"), log)
        if not scope.only and not scope.but:
            log.error(phrase("check.empty_scope"), (*path, key))
        if scope.only and scope.but:
            log.error(phrase("check.mixed_scope"), (*path, key))
    for key, examples in (("match", rule.model.examples.match), ("pass", rule.model.examples.passing)):
        for index, example in enumerate(examples):
            place = (*path, "examples", key, index)
            if example.channel is not None:
                names.check("channel", example.channel, (*place, "channel"), log)
            names.check_all("role", example.roles or (), (*place, "roles"), log)
