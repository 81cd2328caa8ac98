"""An export that was recognised and can be read, as often as wanted."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import partial
from pathlib import Path

from adapters.archive import discord, json_lines
from adapters.archive.documents import Document, Tally
from adapters.archive.merge import Items, Source, begun, in_time_order
from adapters.archive.slack import read_slack
from adapters.archive.times import BEGINNING
from bot.domain.message import Message
from bot.domain.reading import Skipped
from bot.i18n import Phrase, phrase

#: what all files that may be open at once hold together, and the bounds for one
_SHARED = 32 << 20
_LEAST, _MOST = 1 << 14, 1 << 18


class ArchiveFormat(StrEnum):
    """The exports that are read."""

    SLACK = "slack"
    DISCORD = "discord"
    LINES = "lines"

    @property
    def label(self) -> Phrase:
        """What people call it."""
        return phrase(f"archive.format_{self.value}")


@dataclass(frozen=True, kw_only=True, slots=True)
class Archive:
    """An export on disk; nothing of it is held open between messages."""

    #: what was opened
    path: Path
    #: what it was recognised as
    format: ArchiveFormat
    #: the files it consists of
    documents: Sequence[Document]
    #: how far reading has come
    tally: Tally = field(default_factory=Tally)

    def messages(self) -> Iterator[Message | Skipped]:
        """Yield every message in order of time, and every part that can't be read; memory stays flat.

        The files of an export are merged; inside one file the order is the file's.
        """
        self.tally.consumed = self.tally.ignored = 0
        if self.format is ArchiveFormat.SLACK:
            return read_slack(self.documents, self.tally)
        return in_time_order(self._sources(), self.tally)

    def progress(self) -> tuple[int, int]:
        """Return how many bytes were consumed, and of how many."""
        total = sum(document.size for document in self.documents)
        return min(self.tally.consumed, total), total

    def ignored(self) -> int:
        """Return how many events were passed over because no policy judges them, such as a changed topic."""
        return self.tally.ignored

    def _sources(self) -> Iterator[Source]:
        chunk = max(_LEAST, min(_MOST, _SHARED // max(1, len(self.documents))))
        lines, posts = json_lines.Known(), discord.Known()
        for document in self.documents:
            if self.format is ArchiveFormat.LINES:
                yield self._source(partial(json_lines.read_lines, document, lines, chunk))
            else:
                yield self._source(partial(discord.read_discord, document, posts, chunk))

    def _source(self, read: "partial[Items]") -> Source:
        """Return a source for one file; a file alone need not be looked into beforehand."""
        return begun(read) if len(self.documents) > 1 else Source(start=BEGINNING, read=read)
