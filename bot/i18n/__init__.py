"""Message catalogues in English and German: every string that a person sees passes through here.

A catalogue is a folder of TOML files, one a room; the key `check.unknown_signal` is the entry `unknown_signal` of
`check.toml`. Placeholders are written as `{name}`.
"""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources

LANGUAGES = ("en", "de")


@dataclass(frozen=True, slots=True)
class Phrase:
    """Something to be said in the reader's language: a catalogue key and the values of its placeholders."""

    #: catalogue key: `room.entry`
    key: str
    #: values by placeholder
    values: tuple[tuple[str, str | int | float], ...] = ()

    def say(self, language: str = "en") -> str:
        """Return the phrase in one language."""
        return catalogue(language)[self.key].format_map(dict(self.values))


def phrase(key: str, **values: str | int | float) -> Phrase:
    """Return the phrase of that key with these values."""
    return Phrase(key, tuple(values.items()))


def say(key: str, language: str = "en", **values: str | int | float) -> str:
    """Return one entry of a catalogue with its placeholders filled."""
    return catalogue(language)[key].format_map(values)


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
