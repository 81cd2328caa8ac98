"""Where something stands in a policy file, down to line and column."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Path = tuple[str | int, ...]
Position = tuple[int, int]

#: what pydantic puts behind a key to say that the key itself is meant
KEY_MARK = "[key]"


@dataclass(frozen=True, kw_only=True, slots=True, order=True)
class Place:
    """A position in a file, with the line that stands there."""

    #: file, with the policies folder in front: `policies/acme/community.yaml`
    file: str
    #: line, from 1
    line: int = 1
    #: column in code points, from 1
    column: int = 1
    #: the line's text, for showing
    source: str = field(default="", compare=False)

    def __str__(self) -> str:
        """Return `file:line:column`."""
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Document:
    """One YAML file as plain values, and where each of them stands."""

    #: file, with the policies folder in front
    file: str
    #: mappings, lists, text, numbers, booleans, days
    data: Any
    #: where each value begins
    values: Mapping[Path, Position]
    #: where each key begins
    keys: Mapping[Path, Position]
    #: the file's lines
    lines: tuple[str, ...]

    @property
    def stem(self) -> str:
        """The file's name without folder and ending."""
        return self.file.rpartition("/")[2].partition(".")[0]

    def at(self, path: Path, *, key: bool = False) -> Place:
        """Return where the value of that path stands, or its key; the nearest one around it where none is."""
        while path not in self.values and path:
            path = path[:-1]
        position = self.keys.get(path) if key else None
        line, column = position or self.values.get(path, (1, 1))
        return Place(file=self.file, line=line, column=column, source=line_of(self.lines, line))


def line_of(lines: tuple[str, ...], number: int) -> str:
    """Return a line by number, empty behind the end."""
    return lines[number - 1] if 0 < number <= len(lines) else ""


def locate(data: Any, steps: Path) -> Path:
    """Return the path in `data` that a validator's steps lead to.

    Validators name steps that no file holds: the branch of a union, the field that a short form stands for.
    These are skipped; a mapping with one key, such as `{timeout: {up_to: 1h}}`, is entered when a step lies inside.
    """
    path: Path = ()
    for step in steps:
        if _holds(data, step):
            path, data = (*path, step), data[step]
        elif isinstance(data, Mapping) and len(data) == 1:
            name, inner = next(iter(data.items()))
            if _holds(inner, step):
                path, data = (*path, name, step), inner[step]
    return path


def _holds(data: Any, step: str | int) -> bool:
    if isinstance(data, Mapping):
        return step in data
    return isinstance(data, list) and isinstance(step, int) and 0 <= step < len(data)
