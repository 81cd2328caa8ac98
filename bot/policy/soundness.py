"""What can still be tried of policies with errors: the rules in which there are none."""

from collections.abc import Iterable
from dataclasses import replace

from bot.policy.loaded import LoadedGuideline, LoadedRule
from bot.policy.places import Position
from bot.policy.problems import Problem
from bot.policy.source import Draft

#: files that rules don't depend on
_APART = ("organisations.yaml", "escalation.yaml")


def sound_part(draft: Draft) -> Draft:
    """Return the draft with the rules that have no error, and none at all where what they rest on has one."""
    errors = [problem for problem in draft.problems if not problem.is_warning]
    files = {guideline.file for guideline in draft.guidelines}
    broken = {file for file, document in draft.documents.items() if file not in files and not _is_apart(file)}
    unread = {problem.place.file for problem in errors} - set(draft.documents)
    rests_on = {draft.lists.reader.shown(path) for path in draft.lists.paths.values()} & unread
    if draft.community is None or rests_on or any(problem.place.file in broken for problem in errors):
        return replace(draft, guidelines=(), problems=[])
    named = set[str]()
    guidelines = tuple(_sound(guideline, errors, named) for guideline in draft.guidelines)
    return replace(draft, guidelines=guidelines, problems=[])


def _is_apart(file: str) -> bool:
    return file.rpartition("/")[2] in _APART


def _sound(guideline: LoadedGuideline, errors: Iterable[Problem], named: set[str]) -> LoadedGuideline:
    """Return the guideline with its sound rules; of rules with one name only the first is kept."""
    starts = sorted(place for path, place in guideline.document.values.items() if len(path) == 2 and path[0] == "rules")
    places = [(error.place.line, error.place.column) for error in errors if error.place.file == guideline.file]
    faulty = {_start(starts, place) for place in places}
    kept: list[LoadedRule] = []
    for rule in guideline.rules:
        name = f"{guideline.model.guideline}/{rule.model.id}"
        if name not in named and guideline.document.values[rule.path] not in faulty:
            kept.append(rule)
        named.add(name)
    return replace(guideline, rules=tuple(kept))


def _start(starts: Iterable[Position], place: Position) -> Position:
    """Return where the rule begins that a place lies in."""
    return max((start for start in starts if start <= place), default=(0, 0))
