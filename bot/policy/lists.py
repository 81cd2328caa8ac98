"""List files: one entry a line, `#` starts a comment."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from bot.policy.files import LIST_LIMIT, Reader
from bot.policy.signals.base import ListEntry

#: folder below the policies folder that communities share
SHARED = "shared"


@dataclass(frozen=True, kw_only=True, slots=True)
class Lists:
    """The list files that one community can name: its own, then the shared ones; each read once."""

    #: reads and keeps the bytes
    reader: Reader
    #: the community's own lists
    folder: Path
    #: list name → file
    paths: dict[str, Path]
    #: list name → entries read so far; None for a list that can't be read
    entries: dict[str, tuple[ListEntry, ...] | None] = field(default_factory=dict)

    def read(self, name: str) -> tuple[ListEntry, ...] | None:
        """Return a list's entries, or None when there is no such list or it can't be read.

        Why it can't be read is noted at the list file; that there is none is for the caller to say.
        """
        if name not in self.paths:
            return None
        if name not in self.entries:
            self.entries[name] = _read(self.reader, self.paths[name])
        return self.entries[name]


def find_lists(reader: Reader, community: Path) -> Lists:
    """Return the lists of a community's folder and of the shared one; its own win."""
    own = community / "lists"
    found = [*reader.children(reader.policies / SHARED / "lists"), *reader.children(own)]
    return Lists(reader=reader, folder=own, paths={path.stem: path for path in found if path.suffix == ".txt"})


def _read(reader: Reader, path: Path) -> tuple[ListEntry, ...] | None:
    text = reader.text(path, limit=LIST_LIMIT)
    if text is None:
        return None
    file = reader.shown(path)
    return tuple(ListEntry(text=entry, place=f"{file}:{number}") for number, entry in _entries(text))


def _entries(text: str) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(text.split("\n"), 1):
        entry = line
        if "#" in line:
            start = min((at for at in (line.find(" #"), line.find("\t#")) if at >= 0), default=len(line))
            entry = "" if line.lstrip().startswith("#") else line[:start]
        entry = entry.strip()
        if entry:
            yield number, entry
