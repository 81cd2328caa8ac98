"""Values of policies in one line, in the policies' own words: what stands on both sides of an arrow."""

from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime, time, timedelta
from enum import Enum, IntEnum
from typing import Any

from bot.domain.budget import Budget
from bot.domain.duration import show_duration
from bot.domain.outcome import Outcome
from bot.domain.right import Permission
from bot.services.replay.spelling import spell

#: stands for nothing at all
NOTHING = "–"


def plainly(value: Any) -> str:
    """Return a value as policies would spell it; what a part of it leaves empty isn't said."""
    if value is None or value in ("", (), frozenset()):
        return NOTHING
    for kind, spelling in _SPELLINGS:
        if isinstance(value, kind):
            return str(spelling(value))
    return _parts(value) if is_dataclass(value) else str(value)


def _permission(value: Permission) -> str:
    return value.right.value if value.up_to is None else f"{value.right.value} up to {show_duration(value.up_to)}"


def _mapping(value: Mapping[Any, Any]) -> str:
    return ", ".join(f"{plainly(key)}: {plainly(part)}" for key, part in value.items()) or NOTHING


def _parts(value: Any) -> str:
    said = ((one.name, getattr(value, one.name)) for one in fields(value))
    return f"({'; '.join(f'{name} {plainly(part)}' for name, part in said if plainly(part) != NOTHING)})"


#: the first sort that a value is of
_SPELLINGS: tuple[tuple[type, Callable[[Any], str]], ...] = (
    (bool, lambda value: str(value).lower()),
    (IntEnum, lambda value: value.name.lower()),
    (Enum, lambda value: value.value),
    (timedelta, show_duration),
    (datetime, lambda value: f"{value:%Y-%m-%d %H:%M} UTC"),
    (time, lambda value: f"{value:%H:%M}"),
    (Outcome, spell),
    (Budget, lambda value: f"{value.limit} per {show_duration(value.within)}"),
    (Permission, _permission),
    (Mapping, _mapping),
    (frozenset, lambda value: ", ".join(sorted(map(plainly, value)))),
    (tuple, lambda value: ", ".join(map(plainly, value))),
)
