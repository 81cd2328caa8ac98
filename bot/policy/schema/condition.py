"""Conditions of a rule: read from YAML into a tree of signals with validated parameters."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from bot.i18n import phrase
from bot.policy.places import Path
from bot.policy.problems import ProblemLog, closest, shown
from bot.policy.schema.translation import note_errors
from bot.policy.signals import SIGNALS
from bot.policy.signals.base import Params, Signal

COMBINATORS = ("all", "any", "not")


@dataclass(frozen=True, kw_only=True, slots=True)
class AllOf:
    """Holds when every one of its conditions does."""

    #: at least one
    conditions: tuple["Condition", ...]
    #: where in the document
    path: Path


@dataclass(frozen=True, kw_only=True, slots=True)
class AnyOf:
    """Holds when one of its conditions does."""

    #: at least one
    conditions: tuple["Condition", ...]
    #: where in the document
    path: Path


@dataclass(frozen=True, kw_only=True, slots=True)
class Not:
    """Holds when its condition doesn't."""

    #: what must not hold
    condition: "Condition"
    #: where in the document
    path: Path


@dataclass(frozen=True, kw_only=True, slots=True)
class Use:
    """A signal with its parameters."""

    #: the kind of detector
    signal: Signal
    #: validated by the signal's own model
    params: Params
    #: where in the document the parameters stand
    path: Path


Condition = AllOf | AnyOf | Not | Use


def read_condition(raw: Any, path: Path, log: ProblemLog, signals: Mapping[str, Signal] = SIGNALS) -> Condition | None:
    """Return the condition that stands at `path`, or None where nothing of it can be used; problems are noted."""
    if not isinstance(raw, Mapping):
        hint = shown(raw) if isinstance(raw, str) else ""
        log.error(phrase("check.not_a_condition", found=shown(raw)), path, suggestion=closest(hint, signals))
        return None
    if not raw:
        log.error(phrase("check.empty_condition"), path)
        return None
    parts = [_read_part(str(name), value, (*path, name), log, signals) for name, value in raw.items()]
    found = tuple(part for part in parts if part is not None)
    if len(parts) == 1 or not found:
        return found[0] if found else None
    return AllOf(conditions=found, path=path)


def _read_part(name: str, value: Any, path: Path, log: ProblemLog, signals: Mapping[str, Signal]) -> Condition | None:
    if name in ("all", "any"):
        found = _read_several(value, path, log, signals)
        if not found:
            return None
        return AllOf(conditions=found, path=path) if name == "all" else AnyOf(conditions=found, path=path)
    if name == "not":
        inner = read_condition(value, path, log, signals)
        return None if inner is None else Not(condition=inner, path=path)
    if name not in signals:
        known = (*signals, *COMBINATORS)
        log.error(phrase("check.unknown_signal", name=shown(name)), path, suggestion=closest(name, known), key=True)
        return None
    return _read_signal(signals[name], value, path, log, signals)


def _read_several(raw: Any, path: Path, log: ProblemLog, signals: Mapping[str, Signal]) -> tuple[Condition, ...]:
    if not isinstance(raw, list) or not raw:
        log.error(phrase("check.not_conditions", found=shown(raw)), path)
        return ()
    read = [read_condition(item, (*path, index), log, signals) for index, item in enumerate(raw)]
    return tuple(condition for condition in read if condition is not None)


def _read_signal(
    signal: Signal, raw: Any, path: Path, log: ProblemLog, signals: Mapping[str, Signal]
) -> Condition | None:
    if raw is False:
        log.error(phrase("check.signal_false", name=signal.name), path)
        return None
    try:
        params = signal.params.model_validate(raw)
    except ValidationError as error:
        example = "" if isinstance(raw, Mapping) else signal.example
        note_errors(error, raw, path, log, signal.params, example=example)
        return None
    if isinstance(raw, Mapping):
        for field in nested_fields(signal.params):
            if field in raw:
                read_condition(raw[field], (*path, field), log, signals)
    return Use(signal=signal, params=params, path=path)


def nested_fields(params: type[Params]) -> tuple[str, ...]:
    """Return the parameters that hold a condition: those that take anything."""
    return tuple(name for name, field in params.model_fields.items() if field.annotation is Any)
