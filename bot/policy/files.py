"""Bytes of policy files, read within limits and decoded with the place of what can't be."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bot.i18n import Phrase, phrase
from bot.policy.places import Place
from bot.policy.problems import Problem

YAML_LIMIT = 1024 * 1024
LIST_LIMIT = 16 * 1024 * 1024

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]|\r(?!\n)")
_TURNING = re.compile(r"[\u202a-\u202e\u2066-\u2069]")
_REFUSED = (("control_character", _CONTROL), ("turning_character", _TURNING))


@dataclass(frozen=True, kw_only=True, slots=True)
class Reader:
    """Reads the files of one community's policies, and keeps what was read."""

    #: the policies folder
    policies: Path
    #: bytes read by path below that folder; the digest is made of them
    files: dict[str, bytes] = field(default_factory=dict)
    #: what was found so far
    problems: list[Problem] = field(default_factory=list)
    #: the folder's whole content by path below it, where it stands on no disk; None to read the folder
    given: Mapping[str, bytes] | None = None

    def children(self, folder: Path) -> list[Path]:
        """Return what a folder holds, sorted; nothing where it isn't there."""
        if self.given is None:
            return sorted(folder.glob("*"))
        above = self._below(folder) + "/"
        return sorted({folder / name[len(above) :].partition("/")[0] for name in self.given if name.startswith(above)})

    def exists(self, path: Path) -> bool:
        """Return whether there is such a file or folder."""
        return path.exists() if self.given is None else self._below(path) in self.given or self.is_folder(path)

    def is_folder(self, path: Path) -> bool:
        """Return whether that is a folder."""
        return (
            path.is_dir()
            if self.given is None
            else any(name.startswith(self._below(path) + "/") for name in self.given)
        )

    def shown(self, path: Path) -> str:
        """Return a file as messages name it: with the policies folder in front."""
        return f"{self.policies.resolve().name}/{self._below(path)}"

    def text(self, path: Path, *, limit: int) -> str | None:
        """Return a file's text without byte order mark, or None after noting why it can't be read."""
        content = self._content(path, limit)
        if content is None:
            return None
        self.files[self._below(path)] = content
        try:
            text = content.decode("utf-8").removeprefix("\ufeff")
        except UnicodeDecodeError as error:
            position = _place(content[: error.start].decode("utf-8"))
            line = content.split(b"\n")[position[0] - 1].decode("utf-8", "replace")
            source = line.removeprefix("\ufeff").removesuffix("\r").replace("\ufffd", "·")
            self.note(path, position, phrase("check.not_utf8"), source=source)
            return None
        return text if self._is_clean(path, text) else None

    def note(self, path: Path, position: tuple[int, int], message: Phrase, *, source: str = "") -> None:
        """Note an error at a line and column of a file."""
        place = Place(file=self.shown(path), line=position[0], column=position[1], source=source)
        self.problems.append(Problem(place=place, message=message))

    def _below(self, path: Path) -> str:
        return path.relative_to(self.policies).as_posix()

    def _content(self, path: Path, limit: int) -> bytes | None:
        content = self._on_disk(path, limit) if self.given is None else self.given.get(self._below(path))
        if content is None:
            if self.given is not None:
                self.note(path, (1, 1), phrase("check.missing_file"))
            return None
        if len(content) > limit:
            key = "check.too_large" if limit == YAML_LIMIT else "check.list_too_large"
            self.note(path, (1, 1), phrase(key, limit=limit // (1024 * 1024)))
            return None
        return content

    def _on_disk(self, path: Path, limit: int) -> bytes | None:
        try:
            if not path.is_file():
                self.note(path, (1, 1), phrase("check.not_a_file" if path.exists() else "check.missing_file"))
                return None
            if not path.resolve().is_relative_to(self.policies.resolve()):
                self.note(path, (1, 1), phrase("check.outside_link"))
                return None
            with path.open("rb") as file:
                return file.read(limit + 1)
        except OSError as error:
            self.note(path, (1, 1), phrase("check.unreadable", reason=error.strerror or type(error).__name__))
            return None

    def _is_clean(self, path: Path, text: str) -> bool:
        found = [(entry, match) for entry, form in _REFUSED if (match := form.search(text)) is not None]
        for entry, match in found:
            line, column = _place(text[: match.start()])
            source = text.split("\n")[line - 1].removesuffix("\r")
            message = phrase(f"check.{entry}", code=f"U+{ord(match[0]):04X}")
            self.note(path, (line, column), message, source=source)
        return not found


def _place(before: str) -> tuple[int, int]:
    return before.count("\n") + 1, len(before.removeprefix("\ufeff")) - before.removeprefix("\ufeff").rfind("\n")
