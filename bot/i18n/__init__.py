"""Message catalogues in English and German: every string that a person sees passes through here.

A catalogue is a folder of TOML files, one a room; the key `check.unknown_signal` is the entry `unknown_signal` of
`check.toml`. Placeholders are written as `{name}`.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from importlib import resources
from typing import TypeAlias

LANGUAGES = ("en", "de")

#: what a placeholder may stand for; durations are spelt out, and phrases said in the same language
Value: TypeAlias = "str | int | float | timedelta | Phrase | tuple[Phrase, ...]"

_UNITS = (("days", 86_400), ("hours", 3_600), ("minutes", 60), ("seconds", 1))


@dataclass(frozen=True, slots=True)
class Phrase:
    """Something to be said in the reader's language: a catalogue key and the values of its placeholders."""

    #: catalogue key: `room.entry`
    key: str
    #: values by placeholder
    values: tuple[tuple[str, Value], ...] = ()

    def say(self, language: str = "en") -> str:
        """Return the phrase in one language."""
        return _filled(self.key, language, dict(self.values))


def phrase(key: str, **values: Value) -> Phrase:
    """Return the phrase of that key with these values."""
    return Phrase(key, tuple(values.items()))


def say(key: str, language: str = "en", **values: Value) -> str:
    """Return one entry of a catalogue with its placeholders filled; of one thing `KEY_one` is said where it exists."""
    return _filled(key, language, values)


def show_time(duration: timedelta, language: str = "en") -> str:
    """Return a duration in its largest exact unit, spelt out: `2 days`, `90 minutes`."""
    seconds = int(duration.total_seconds())
    unit, size = next((one for one in _UNITS if seconds and seconds % one[1] == 0), _UNITS[-1])
    return say(f"units.{unit}", language, count=seconds // size)


def _filled(key: str, language: str, values: Mapping[str, Value]) -> str:
    entries = catalogue(language)
    text = entries.get(f"{key}_one", entries[key]) if values.get("count") == 1 else entries[key]
    return text.format_map({name: _shown(value, language) for name, value in values.items()})


def _shown(value: Value, language: str) -> str | int | float:
    match value:
        case timedelta():
            return show_time(value, language)
        case Phrase():
            return value.say(language)
        case tuple():
            return ", ".join(one.say(language) for one in value)
        case _:
            return value


@cache
def catalogue(language: str) -> dict[str, str]:
    """Return every entry of one language by key; English for a language that has no catalogue."""
    folder = resources.files(__package__).joinpath(language if language in LANGUAGES else "en")
    entries = {}
    for file in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if file.name.endswith(".toml"):
            room = file.name.removesuffix(".toml")
            for name, text in tomllib.loads(file.read_text(encoding="utf-8")).items():
                entries[f"{room}.{name}"] = text
    return entries
