"""YAML text → plain values with the line and column of every key and value, and none of YAML's traps.

Built from the parser's events: aliases, anchors and tags are refused where they stand, so nothing is ever expanded,
and plain words stay text: only `true` and `false`, numbers, `null` and days are anything else.
"""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from bot.i18n import Phrase, phrase
from bot.policy.files import YAML_LIMIT, Reader
from bot.policy.places import Document, Place, Position, line_of
from bot.policy.places import Path as Steps
from bot.policy.problems import Problem, shown

DEPTH_LIMIT = 20
_PROBLEM_LIMIT = 20

_INTEGER = re.compile(r"[-+]?\d{1,30}")
_BASED = re.compile(r"0o[0-7]{1,30}|0x[0-9a-fA-F]{1,30}")
_DECIMAL = re.compile(r"[-+]?(\.\d+|\d+(\.\d*)?)([eE][-+]?\d+)?")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_WORDS = {"": None, "~": None, "true": True, "false": False} | {
    form: value
    for word, value in (("null", None), ("true", True), ("false", False))
    for form in (word, word.capitalize(), word.upper())
}
#: what the parser says → what we say
_SYNTAX = (
    ("cannot start any token", "check.yaml_character"),
    ("mapping values are not allowed", "check.yaml_colon"),
    ("could not find expected ':'", "check.yaml_no_colon"),
    ("found unexpected end of stream", "check.yaml_open_quote"),
    ("while parsing a flow", "check.yaml_flow"),
    ("while parsing a block", "check.yaml_indent"),
    ("escape", "check.yaml_escape"),
)


class _StopReadingError(Exception):
    """The rest of this file isn't worth reading."""


@dataclass(kw_only=True, slots=True)
class _Builder:
    """Turns one file's events into values."""

    #: the file, with the policies folder in front
    file: str
    #: where problems are noted
    found: list[Problem]
    #: its lines
    lines: tuple[str, ...]
    #: what the parser yields
    events: Iterator[Any]
    #: where values begin
    values: dict[Steps, Position] = field(default_factory=dict)
    #: where keys begin
    keys: dict[Steps, Position] = field(default_factory=dict)
    #: problems in this file
    count: int = 0
    #: True when what was read can't be relied on
    broken: bool = False

    def note(self, position: Position, message: Phrase, *, passable: bool = False) -> None:
        self.found.append(_problem(self.file, self.lines, position, message))
        self.count += 1
        self.broken |= not passable
        if self.count >= _PROBLEM_LIMIT:
            raise _StopReadingError

    def value(self, event: Any, steps: Steps) -> Any:
        """Return the value that begins with this event."""
        position = _position(event)
        self.values[steps] = position
        if isinstance(event, AliasEvent):
            self.note(position, phrase("check.alias", name=shown(event.anchor)))
            return None
        if event.anchor is not None:
            self.note(position, phrase("check.anchor", name=shown(event.anchor)))
        if event.tag is not None:
            self.note(position, phrase("check.tag", name=shown(event.tag)))
        if isinstance(event, ScalarEvent):
            return self.scalar(event, position)
        if len(steps) >= DEPTH_LIMIT:
            self.note(position, phrase("check.too_deep", limit=DEPTH_LIMIT))
            raise _StopReadingError
        return self.mapping(steps) if isinstance(event, MappingStartEvent) else self.sequence(steps)

    def scalar(self, event: Any, position: Position) -> Any:
        text: str = event.value
        if any("\ud800" <= character <= "\udfff" for character in text):
            self.note(position, phrase("check.half_character"))
            return ""
        return plain_value(text) if event.implicit[0] else text

    def sequence(self, steps: Steps) -> list[Any]:
        items: list[Any] = []
        while not isinstance(event := next(self.events), SequenceEndEvent):
            items.append(self.value(event, (*steps, len(items))))
        return items

    def mapping(self, steps: Steps) -> dict[Any, Any]:
        entries: dict[Any, Any] = {}
        while not isinstance(event := next(self.events), MappingEndEvent):
            position = _position(event)
            key = self.key(event, steps)
            if (*steps, key) in self.keys:
                first = self.keys[*steps, key][0]
                self.note(position, phrase("check.duplicate_key", name=shown(key), line=first), passable=True)
                self.skip(next(self.events))
                continue
            self.keys[*steps, key] = position
            entries[key] = self.value(next(self.events), (*steps, key))
        return entries

    def key(self, event: Any, steps: Steps) -> str | int:
        if not isinstance(event, ScalarEvent) or event.anchor is not None or event.tag is not None:
            self.note(_position(event), phrase("check.key_not_plain"))
            raise _StopReadingError
        text: str = event.value
        value = self.scalar(event, _position(event))
        return value if isinstance(value, int) and not isinstance(value, bool) else text

    def skip(self, event: Any) -> None:
        """Read over a value without keeping it."""
        depth = 0
        while True:
            depth += isinstance(event, MappingStartEvent | SequenceStartEvent)
            depth -= isinstance(event, MappingEndEvent | SequenceEndEvent)
            if depth == 0:
                return
            event = next(self.events)


def read_yaml(reader: Reader, path: Path) -> Document | None:
    """Return a YAML file's values and places, or None after noting why it can't be read."""
    text = reader.text(path, limit=YAML_LIMIT)
    return None if text is None else parse_yaml(text, reader.shown(path), reader.problems)


def parse_yaml(text: str, file: str, found: list[Problem]) -> Document | None:
    """Return a YAML text's values and places, or None after noting in `found` what it holds that it may not."""
    lines = tuple(line.removesuffix("\r") for line in text.split("\n"))
    builder = _Builder(file=file, found=found, lines=lines, events=YAML(typ="safe", pure=True).parse(text))
    try:
        data = _single_document(builder)
    except _StopReadingError:
        return None
    except MarkedYAMLError as error:
        found.append(_syntax_problem(file, lines, error))
        return None
    except YAMLError as error:
        found.append(_problem(file, lines, (1, 1), phrase("check.yaml", detail=shown(error))))
        return None
    if builder.broken:
        return None
    return Document(file=file, data=data, values=builder.values, keys=builder.keys, lines=lines)


def plain_value(text: str) -> Any:
    """Return what an unquoted scalar means: a number, a boolean, nothing, a day, or text."""
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    if _BASED.fullmatch(text):
        return int(text, 0)
    if len(text) <= 40 and _DECIMAL.fullmatch(text):
        number = float(text)
        return number if math.isfinite(number) else text
    if _DAY.fullmatch(text):
        try:
            return date.fromisoformat(text)
        except ValueError:
            return text
    return text


def _single_document(builder: _Builder) -> Any:
    data: Any = None
    documents = 0
    for event in builder.events:
        if isinstance(event, DocumentStartEvent):
            documents += 1
            if documents > 1:
                builder.note(_position(event), phrase("check.second_document"))
                raise _StopReadingError
            data = builder.value(next(builder.events), ())
    return data


def _position(event: Any) -> Position:
    return event.start_mark.line + 1, event.start_mark.column + 1


def _syntax_problem(file: str, lines: tuple[str, ...], error: MarkedYAMLError) -> Problem:
    mark = error.problem_mark or error.context_mark
    position = (mark.line + 1, mark.column + 1) if mark is not None else (1, 1)
    told = f"{error.context or ''} {error.problem or ''}"
    if "\t" in line_of(lines, position[0])[: position[1]]:
        key = "check.yaml_tab"
    else:
        key = next((key for sign, key in _SYNTAX if sign in told), "check.yaml")
    return _problem(file, lines, position, phrase(key, detail=shown(told.strip())))


def _problem(file: str, lines: tuple[str, ...], position: Position, message: Phrase) -> Problem:
    line, column = position
    place = Place(file=file, line=line, column=column, source=line_of(lines, line))
    return Problem(place=place, message=message)
