"""Values that policy files are made of: names, durations, hours, budgets, zones, references to secrets."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Annotated, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, WithJsonSchema
from pydantic_core import PydanticCustomError

from bot.domain.budget import Budget
from bot.domain.duration import parse_duration
from bot.domain.severity import Severity

_DURATION = r"^\d{1,6}\s?[smhdw]$"
_HOURS = re.compile(r"([01]\d|2[0-3]):([0-5]\d)\s?-\s?([01]\d|2[0-3]):([0-5]\d)")
_BUDGET = re.compile(r"(\d{1,9})\s+per\s+(\d{1,6}\s?[smhdw])")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})?")
_LONGEST = timedelta(days=3_660)


class Shape(BaseModel):
    """Part of a policy file: unknown keys are errors, values never change."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


@dataclass(frozen=True, kw_only=True, slots=True)
class Hours:
    """A part of every day; when `start` lies behind `end` it spans midnight."""

    #: first minute, local time
    start: time
    #: the minute it is over
    end: time


def refuse(entry: str, *possible: str) -> PydanticCustomError:
    """Return the error with which a validator refuses a value: a catalogue key, and the words that are possible."""
    return PydanticCustomError("check", "{entry}", {"entry": entry, "possible": possible})


def _read_duration(value: Any) -> Any:
    if isinstance(value, timedelta):
        return value
    try:
        duration = parse_duration(value) if isinstance(value, str) else None
    except (ValueError, OverflowError):
        duration = None
    if duration is None or duration > _LONGEST:
        raise refuse("check.not_a_duration")
    return duration


def _read_positive_duration(value: Any) -> Any:
    duration = _read_duration(value)
    if not duration:
        raise refuse("check.empty_duration")
    return duration


def _read_hours(value: Any) -> Any:
    form = _HOURS.fullmatch(value) if isinstance(value, str) else None
    if form is None or form[1] + form[2] == form[3] + form[4]:
        raise refuse("check.not_hours")
    return Hours(start=time(int(form[1]), int(form[2])), end=time(int(form[3]), int(form[4])))


def _read_budget(value: Any) -> Any:
    form = _BUDGET.fullmatch(value) if isinstance(value, str) else None
    if form is None:
        raise refuse("check.not_a_budget")
    return Budget(limit=int(form[1]), within=_read_positive_duration(form[2]))


def _read_zone(value: Any) -> Any:
    try:
        return ZoneInfo(value if isinstance(value, str) else "").key
    except (ValueError, OSError, ZoneInfoNotFoundError):
        raise refuse("check.not_a_zone") from None


def _read_severity(value: Any) -> Any:
    if isinstance(value, Severity):
        return value
    words = {severity.word: severity for severity in Severity}
    if not isinstance(value, str) or value not in words:
        raise refuse("check.not_a_severity", *words)
    return words[value]


def _read_day(value: Any) -> Any:
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(value if isinstance(value, str) else "")
    except ValueError:
        raise refuse("check.not_a_day") from None


def _listed(value: Any) -> Any:
    return value if isinstance(value, list | tuple) else (value,)


def rejoin_commas(value: Any) -> Any:
    """Return texts by language, with what an unquoted comma in `{en: One, two}` cut off put back."""
    if not isinstance(value, Mapping) or None not in value.values():
        return value
    joined: dict[Any, Any] = {}
    last: Any = None
    for key, text in value.items():
        if text is None and isinstance(joined.get(last), str) and not _LANGUAGE.fullmatch(str(key)):
            joined[last] = f"{joined[last]}, {key}"
        else:
            joined[key], last = text, key
    return joined


def matching(pattern: str, kind: str) -> BeforeValidator:
    """Return a validator that refuses text outside `pattern`, saying the catalogue's entry `kind`."""
    compiled = re.compile(pattern)

    def read(value: Any) -> Any:
        if isinstance(value, str) and compiled.fullmatch(value) is None:
            raise refuse(kind)
        return value

    return BeforeValidator(read)


def short_form(field: str) -> BeforeValidator:
    """Return a validator that takes a bare value for the field of that name."""
    return BeforeValidator(lambda value: value if isinstance(value, Mapping | BaseModel) else {field: value})


_SEVERITIES = {"type": "string", "enum": [severity.word for severity in Severity]}
_DURATION_FORM = WithJsonSchema({"type": "string", "pattern": _DURATION})
_NAME = r"[\w][\w.-]*"

#: what a thing is called inside the policies: letters, digits, `-`, `_`, `.`
Name = Annotated[str, matching(_NAME, "check.not_a_name"), Field(pattern=f"^{_NAME}$", max_length=64)]
#: `guideline/rule`
RuleName = Annotated[str, matching(f"{_NAME}/{_NAME}", "check.not_a_rule_name"), Field(max_length=130)]
#: a language's code: `en`, `de`, `pt-br`
Language = Annotated[str, matching(_LANGUAGE.pattern, "check.not_a_language")]
#: text that is not empty
Text = Annotated[str, StringConstraints(min_length=1, max_length=20_000)]
#: the same text in several languages
Texts = Annotated[dict[Language, Text], BeforeValidator(rejoin_commas), Field(min_length=1)]
#: a length of time, zero allowed
Duration = Annotated[timedelta, BeforeValidator(_read_duration), _DURATION_FORM]
#: a length of time
PositiveDuration = Annotated[timedelta, BeforeValidator(_read_positive_duration), _DURATION_FORM]
#: part of a day: `22:00-06:00`
DayHours = Annotated[
    Hours, BeforeValidator(_read_hours), WithJsonSchema({"type": "string", "pattern": f"^{_HOURS.pattern}$"})
]
#: how often in a window: `300 per 10m`
BudgetText = Annotated[
    Budget, BeforeValidator(_read_budget), WithJsonSchema({"type": "string", "pattern": f"^{_BUDGET.pattern}$"})
]
#: one budget or several
BudgetTexts = Annotated[tuple[BudgetText, ...], BeforeValidator(_listed), Field(min_length=1)]
#: a whole local day: `2026-12-31`
Day = Annotated[date, BeforeValidator(_read_day)]
#: IANA name of a time zone
Zone = Annotated[str, BeforeValidator(_read_zone), WithJsonSchema({"type": "string"})]
#: low, medium, high, critical
SeverityWord = Annotated[Severity, BeforeValidator(_read_severity), WithJsonSchema(_SEVERITIES)]
#: a secret's place: `env:ADA_PAGER`, never the secret itself
EnvRef = Annotated[str, matching(r"env:[A-Z][A-Z0-9_]*", "check.not_an_env_reference")]
#: a Discord id, in quotes
DiscordId = Annotated[str, matching(r"\d{1,20}", "check.not_a_discord_id")]
#: a Slack id with its workspace's
SlackId = Annotated[str, matching(r"[TE][A-Z0-9]*/[A-Z][A-Z0-9]*", "check.not_a_slack_id")]
#: a Slack workspace's id
SlackWorkspace = Annotated[str, matching(r"[TE][A-Z0-9]*", "check.not_a_slack_workspace")]
#: a whole number
Count = Annotated[int, Field(strict=True, ge=0)]
#: one name or a list of names
Names = Annotated[tuple[Name, ...], BeforeValidator(_listed)]
