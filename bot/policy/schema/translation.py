"""What pydantic refuses, said in words an admin can act on, at the place where it stands."""

import re
from collections.abc import Container, Iterable, Mapping
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from bot.i18n import Phrase, phrase
from bot.policy.places import KEY_MARK, Path, locate
from bot.policy.problems import ProblemLog, closest, shown
from bot.policy.schema.shapes import keys_at

_QUOTED = re.compile(r"'([^']*)'")
#: what people write → what it may stand for
_SYNONYMS = {"on": "live", "yes": "live", "enabled": "live", "active": "live", "no": "off", "disabled": "off"}
#: pydantic's error type → entry that names what is expected
_EXPECTED = {
    "string_type": "expected_text",
    "int_type": "expected_whole",
    "int_parsing": "expected_whole",
    "int_from_float": "expected_whole",
    "float_type": "expected_number",
    "float_parsing": "expected_number",
    "bool_type": "expected_boolean",
    "bool_parsing": "expected_boolean",
    "tuple_type": "expected_list",
    "list_type": "expected_list",
    "set_type": "expected_list",
    "frozen_set_type": "expected_list",
    "dict_type": "expected_mapping",
    "mapping_type": "expected_mapping",
    "model_type": "expected_mapping",
    "model_attributes_type": "expected_mapping",
    "time_delta_type": "not_a_duration",
    "time_delta_parsing": "not_a_duration",
    "string_pattern_mismatch": "wrong_form",
}
#: pydantic's error type → (entry, key of the limit in the error's context)
_BOUNDS = {
    "greater_than": ("must_exceed", "gt"),
    "greater_than_equal": ("too_small", "ge"),
    "less_than": ("must_stay_below", "lt"),
    "less_than_equal": ("too_big", "le"),
    "too_short": ("too_few", "min_length"),
    "string_too_short": ("too_few", "min_length"),
    "too_long": ("too_many", "max_length"),
    "string_too_long": ("too_many", "max_length"),
}


def note_errors(
    error: ValidationError, raw: Any, path: Path, log: ProblemLog, model: type[BaseModel], *, example: str = ""
) -> None:
    """Note every error of a validation at its place; of a union's branches only the most fitting one.

    `example` is what could stand in place of the whole, where nothing of it is right.
    """
    errors = [(locate(raw, detail["loc"]), detail) for detail in error.errors(include_url=False)]
    for where, detail in _most_fitting(errors):
        _note(detail, (*path, *where), log, model, example="" if where else example)


def broken_paths(error: ValidationError, raw: Any, replaceable: Container[object] = ()) -> tuple[Path, ...]:
    """Return the parts of `raw` without which the rest may be valid; missing keys that are replaceable don't count."""
    return tuple(
        locate(raw, detail["loc"])
        for detail in error.errors(include_url=False)
        if not (detail["type"] == "missing" and len(detail["loc"]) == 1 and detail["loc"][0] in replaceable)
    )


def _most_fitting(errors: list[tuple[Path, ErrorDetails]]) -> Iterable[tuple[Path, ErrorDetails]]:
    """Yield one error a place, and none around a place that lies deeper, for that branch fitted better."""
    plain = {"missing", "extra_forbidden"}
    by_place: dict[tuple[Path, str], ErrorDetails] = {}
    for where, detail in errors:
        name = str(detail["loc"][-1]) if detail["type"] in plain and detail["loc"] else ""
        by_place.setdefault((where, name), detail)
    around = {where[:length] for where, _ in by_place for length in range(len(where))}
    for (where, name), detail in by_place.items():
        # a list whose items are faulty also counts as too short
        branch = detail["type"] == "too_short" or (len(detail["loc"]) > len(where) and detail["type"] not in plain)
        if not (branch and where in around and not name):
            yield where, detail


def _note(detail: ErrorDetails, place: Path, log: ProblemLog, model: type[BaseModel], *, example: str) -> None:
    kind, steps = detail["type"], detail["loc"]
    if kind == "missing":
        log.error(phrase("check.missing_key", name=str(steps[-1])), place, key=True)
    elif kind == "extra_forbidden":
        name = str(steps[-1])
        near = closest(name, keys_at(model, steps[:-1]))
        log.error(phrase("check.unknown_key", name=shown(name)), place, suggestion=near, key=True)
    else:
        expected = _expected(detail.get("ctx", {}))
        suggestion = _meant(detail["input"], expected)
        message = _message(detail, expected)
        log.error(message, place, suggestion=suggestion, example=example, key=KEY_MARK in steps)


def _expected(context: Mapping[str, Any]) -> list[str]:
    """Return the words that an error's context says are possible."""
    told = str(context.get("expected", ""))
    return [*context.get("possible", ()), *_QUOTED.findall(told), *(["true"] if told == "True" else ())]


def _meant(found: Any, expected: list[str]) -> str:
    """Return the expected word that was meant, or nothing."""
    if not isinstance(found, str) or expected == ["true"]:
        return ""
    synonym = _SYNONYMS.get(found.casefold(), "")
    return synonym if synonym in expected else closest(found, expected)


def _message(detail: ErrorDetails, expected: list[str]) -> Phrase:
    kind, context, found = detail["type"], detail.get("ctx", {}), shown(detail["input"])
    if kind == "check":
        return phrase(context["entry"], found=found)
    if kind in ("enum", "literal_error"):
        return phrase("check.not_one_of", found=found, expected=", ".join(expected))
    if kind == "string_type" and not isinstance(detail["input"], Mapping | list) and detail["input"] is not None:
        return phrase("check.expected_quoted_text", found=found)
    if kind in _EXPECTED:
        return phrase(f"check.{_EXPECTED[kind]}", found=found)
    if kind in _BOUNDS:
        entry, limit = _BOUNDS[kind]
        return phrase(f"check.{entry}", found=found, limit=context[limit])
    reason = str(context.get("error") or detail["msg"])
    return phrase("check.refused", found=found, reason=shown(reason))
