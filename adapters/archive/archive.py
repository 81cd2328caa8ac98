"""An export that was recognised and can be read, as often as wanted."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import partial
from pathlib import Path

from adapters.archive import discord, json_lines
from adapters.archive.documents import Document, Tally
from adapters.archive.merge import Source, in_time_order
from adapters.archive.order import Spool, sorted_by_time, span_of
from adapters.archive.slack import read_slack
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
    #: what is wrong with it as a whole
    notes: Sequence[Skipped] = ()
    #: how far reading has come
    tally: Tally = field(default_factory=Tally)

    def messages(self) -> Iterator[Message | Skipped]:
        """Yield every message in order of time, and every part that can't be read; memory stays flat."""
        self.tally.consumed = self.tally.ignored = 0
        self.tally.odd.clear()
        yield from self.notes
        with Spool(len(self.documents)) as spool:
            if self.format is ArchiveFormat.SLACK:
                yield from read_slack(self.documents, self.tally, spool)
            else:
                yield from in_time_order(self._sources(spool), self.tally)

    def progress(self) -> tuple[int, int]:
        """Return how many bytes were consumed, and of how many."""
        total = sum(document.size for document in self.documents)
        return min(self.tally.consumed, total), total

    def ignored(self) -> int:
        """Return how many events were passed over because no policy judges them, such as a changed topic."""
        return self.tally.ignored

    def odd_fields(self) -> Mapping[str, int]:
        """Return how often a field that may be missing held something unusable, and was read as if it were missing."""
        return self.tally.odd

    def _sources(self, spool: Spool) -> Iterator[Source]:
        chunk = max(_LEAST, min(_MOST, _SHARED // max(1, len(self.documents))))
        lines, posts = json_lines.Known(odd=self.tally.odd), discord.Known(odd=self.tally.odd)
        for document in self.documents:
            if self.format is ArchiveFormat.LINES:
                span, read = span_of(document, json_lines.CLOCK), partial(json_lines.read_lines, document, lines, chunk)
            else:
                span, read = span_of(document, discord.CLOCK), partial(discord.read_discord, document, posts, chunk)
            yield Source(start=span.start, read=read if span.ordered else partial(_sorted, read, spool))


def _sorted(read: "partial[Iterator[Message | Skipped]]", spool: Spool, tally: Tally) -> Iterator[Message | Skipped]:
    return sorted_by_time(read(tally), spool)
