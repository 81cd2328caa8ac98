"""What is wrong in policy files, collected so that everything is said at once."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot.i18n import Phrase, phrase
from bot.policy.places import Document, Path, Place, locate

_NEAR_ENOUGH = 0.6


@dataclass(frozen=True, kw_only=True, slots=True)
class Problem:
    """An error or a warning, with its place."""

    #: where
    place: Place
    #: what is wrong
    message: Phrase
    #: the name that may have been meant
    suggestion: str = ""
    #: what could stand there instead
    example: str = ""
    #: True when the policies can be used all the same
    is_warning: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class ProblemLog:
    """Collects the problems of one document."""

    #: where paths are looked up
    document: Document
    #: what was found so far; shared by all documents of a community
    found: list[Problem]
    #: path after faulty parts were left out → path in the document
    origins: Mapping[Path, Path] = field(default_factory=dict)

    def error(self, message: Phrase, path: Path, *, suggestion: str = "", example: str = "", key: bool = False) -> None:
        """Note an error at a path; with `key`, at the key instead of its value."""
        self._add(message, path, suggestion=suggestion, example=example, key=key, is_warning=False)

    def warning(self, message: Phrase, path: Path, *, suggestion: str = "", key: bool = False) -> None:
        """Note a warning at a path."""
        self._add(message, path, suggestion=suggestion, key=key, is_warning=True)

    def plain(self) -> "ProblemLog":
        """Return a log that takes paths as they are in the document."""
        return replace(self, origins={})

    def origin(self, path: Path) -> Path:
        """Return where a path of the validated value stands in the document."""
        for length in range(len(path), 0, -1):
            if path[:length] in self.origins:
                return (*self.origins[path[:length]], *path[length:])
        return path

    def raw(self, path: Path) -> Any:
        """Return what the file holds at a path, the faulty parts included."""
        data = self.document.data
        for step in locate(data, self.origin(path)):
            data = data[step]
        return data

    def given(self, path: Path) -> frozenset[str]:
        """Return the keys that the file holds at a path, the faulty ones included."""
        data = self.raw(path)
        return frozenset(key for key in data if isinstance(key, str)) if isinstance(data, Mapping) else frozenset()

    def _add(
        self, message: Phrase, path: Path, *, suggestion: str, example: str = "", key: bool, is_warning: bool
    ) -> None:
        place = self.document.at(locate(self.document.data, self.origin(path)), key=key)
        self.found.append(
            Problem(place=place, message=message, suggestion=suggestion, example=example, is_warning=is_warning)
        )

    def unknown(self, kind: str, name: str, known: Iterable[str], path: Path, *, warn: bool = False) -> None:
        """Note a name that nothing bears, and the name that may have been meant."""
        message = phrase(f"check.unknown_{kind}", name=shown(name))
        self._add(message, path, suggestion=closest(name, known), key=False, is_warning=warn)


def closest(name: str, known: Iterable[str]) -> str:
    """Return the known name that looks most like `name`, or nothing when none does."""
    best = process.extractOne(
        name[:80], sorted(known), scorer=OSA.normalized_similarity, processor=str.casefold, score_cutoff=_NEAR_ENOUGH
    )
    return best[0] if best else ""


def shown(value: object) -> str:
    """Return a value as a message can hold it: short, in one line, collections only hinted at."""
    match value:
        case None:
            text = "null"
        case bool():
            text = str(value).lower()
        case list() | tuple():
            text = "[…]" if value else "[]"
        case dict():
            text = "{…}" if value else "{}"
        case _:
            text = "".join(character if character.isprintable() else "·" for character in str(value)[:80])
    return text


def in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Return problems by place, each once."""
    return tuple(sorted(dict.fromkeys(problems), key=lambda problem: (problem.place, problem.is_warning)))


def has_errors(problems: Iterable[Problem]) -> bool:
    """Return whether any of them keeps the policies from being used."""
    return any(not problem.is_warning for problem in problems)
