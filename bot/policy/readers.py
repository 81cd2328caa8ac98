"""Documents → loaded files: models validated, conditions and outcomes read."""

from collections.abc import Mapping
from typing import Any

from bot.i18n import phrase
from bot.policy.loaded import (
    LoadedCommunity,
    LoadedEscalation,
    LoadedGuideline,
    LoadedOrganisations,
    LoadedRule,
)
from bot.policy.places import Document, Path
from bot.policy.problems import Problem, ProblemLog, shown
from bot.policy.schema.community import CommunityFile
from bot.policy.schema.condition import read_condition
from bot.policy.schema.escalation import EscalationFile
from bot.policy.schema.guideline import GuidelineFile
from bot.policy.schema.organisations import OrganisationsFile
from bot.policy.schema.outcome import read_outcomes
from bot.policy.schema.reading import read_model
from bot.policy.schema.types import rejoin_commas

_TEXTS = ("title", "text", "shown_as")
#: what takes the place of faulty keys, so that the rest of the file is checked all the same
_STAND_INS = {"title": {"en": "?"}, "text": {"en": "?"}}


def read_community_file(document: Document | None, found: list[Problem], folder: str) -> LoadedCommunity | None:
    """Return what `community.yaml` holds, or None when nothing of it is valid."""
    if document is None or _is_empty(document, found):
        return None
    model, log = read_model(CommunityFile, ProblemLog(document=document, found=found), {"community": folder})
    if model is None:
        return None
    if model.community != folder:
        log.error(phrase("check.other_folder", name=model.community, folder=folder), ("community",))
    responses = {name: read_outcomes(raw, ("responses", name), log) for name, raw in model.responses.items()}
    rungs = model.ladder.steps.items() if model.ladder else ()
    ladder = {strikes: read_outcomes(raw, ("ladder", "steps", strikes), log) for strikes, raw in rungs}
    return LoadedCommunity(model=model, log=log, responses=responses, ladder=ladder)


def read_guideline(document: Document | None, found: list[Problem]) -> LoadedGuideline | None:
    """Return what a guideline file holds, or None when nothing of it is valid."""
    if document is None or _is_empty(document, found):
        return None
    start = ProblemLog(document=document, found=found)
    model, log = read_model(GuidelineFile, start, _STAND_INS | {"guideline": document.stem})
    _note_cut_texts(document.data, (), start)
    if model is None:
        return None
    numbers = {log.origin(("rules", number)): number for number in range(len(model.rules))}
    read = [_read_rule(path, raw, model, numbers, start) for path, raw in _raw_rules(document.data)]
    rules = tuple(rule for rule in read if rule is not None)
    return LoadedGuideline(file=document.file, model=model, document=document, log=log, rules=rules)


def read_organisations(document: Document | None, found: list[Problem]) -> LoadedOrganisations | None:
    """Return what `organisations.yaml` holds, or None when it is absent, empty or not valid."""
    if document is None or document.data is None:
        return None
    start = ProblemLog(document=document, found=found)
    model, log = read_model(OrganisationsFile, start)
    if isinstance(document.data, list):
        for index, item in enumerate(document.data):
            _note_cut_texts(item, (index,), start)
    return None if model is None else LoadedOrganisations(models=model.root, log=log)


def read_escalation(document: Document | None, found: list[Problem]) -> LoadedEscalation | None:
    """Return what `escalation.yaml` holds, or None when it is absent, empty or not valid."""
    if document is None or document.data is None:
        return None
    model, log = read_model(EscalationFile, ProblemLog(document=document, found=found))
    return None if model is None else LoadedEscalation(model=model, log=log)


def _is_empty(document: Document, found: list[Problem]) -> bool:
    if document.data is None:
        ProblemLog(document=document, found=found).error(phrase("check.empty_file"), ())
    return document.data is None


def _raw_rules(data: Any) -> list[tuple[Path, Mapping[str, Any]]]:
    rules = data.get("rules") if isinstance(data, Mapping) else None
    listed = rules if isinstance(rules, list) else []
    return [(("rules", index), raw) for index, raw in enumerate(listed) if isinstance(raw, Mapping)]


def _read_rule(
    path: Path, raw: Mapping[str, Any], model: GuidelineFile, numbers: Mapping[Path, int], log: ProblemLog
) -> LoadedRule | None:
    """Return a rule with its conditions and outcomes, or None when its other keys are faulty; these are noted still."""
    when = read_condition(raw["when"], (*path, "when"), log) if "when" in raw else None
    unless = read_condition(raw["unless"], (*path, "unless"), log) if "unless" in raw else None
    then = read_outcomes(raw["then"], (*path, "then"), log) if "then" in raw else ()
    if path not in numbers:
        return None
    number = numbers[path]
    return LoadedRule(model=model.rules[number], path=path, number=number, when=when, unless=unless, then=then)


def _note_cut_texts(raw: Any, path: Path, log: ProblemLog) -> None:
    """Warn of texts that an unquoted comma cut in two, though they were put together again."""
    if not isinstance(raw, Mapping):
        return
    for name in _TEXTS:
        texts = raw.get(name)
        whole = rejoin_commas(texts)
        if whole is not texts and isinstance(texts, Mapping):
            for key in texts:
                if key not in whole:
                    log.warning(phrase("check.comma_cut", rest=shown(key)), (*path, name, key), key=True)
