"""Files whose messages don't stand in order of time: noticed before they are read, and sorted in bounded memory."""

import pickle
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from heapq import merge
from tempfile import TemporaryFile
from types import TracebackType
from typing import IO, Self

from adapters.archive.documents import DamagedError, Document, Tally
from adapters.archive.memory import Recent
from adapters.archive.times import BEGINNING
from bot.domain.message import Message
from bot.domain.reading import Skipped

Items = Iterator[Message | Skipped]
#: one message of a run: its time, its place among equals, itself
_Timed = tuple[datetime, int, Message]
#: where a run stands in the spool: (start, length) of each block
_Run = Sequence[tuple[int, int]]

#: messages, and characters of them, that all files being sorted hold together
_HELD, _LEAST_HELD, _CHARACTERS = 30_000, 500, 8_000_000
_BLOCK = 200
_CHUNK = 1 << 18
#: longer than any key with its time
_SEAM = 128
_REPLIES = 50_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Clock:
    """How the times of one kind of export are found without reading its messages."""

    #: finds what may be the time of a message in the bytes; its group is the time
    glimpse: re.Pattern[bytes]
    #: the times of the messages themselves
    exact: Callable[[Document], Iterator[str]]
    #: a time as it is written → the moment
    moment: Callable[[str], datetime | None]


@dataclass(frozen=True, kw_only=True, slots=True)
class Span:
    """When a file begins, and whether its messages follow one another."""

    #: nothing in it is earlier
    start: datetime
    #: True when no message stands behind a later one
    ordered: bool


def span_of(document: Document, clock: Clock) -> Span:
    """Return what the file's times show.

    What looks like a time may belong to something inside a message, so a glimpse is believed only when it is in order.
    """
    span = _span(_glimpsed(document, clock.glimpse), clock.moment)
    return span if span.ordered else _span(clock.exact(document), clock.moment)


def _span(stamps: Iterator[str], moment: Callable[[str], datetime | None]) -> Span:
    earliest, latest, ordered = None, BEGINNING, True
    with suppress(DamagedError):
        for stamp in stamps:
            at = moment(stamp)
            if at is None:
                continue
            if earliest is None or at < earliest:
                earliest = at
            if at < latest:
                ordered = False
            latest = at
    return Span(start=earliest or BEGINNING, ordered=ordered)


def _glimpsed(document: Document, pattern: re.Pattern[bytes]) -> Iterator[str]:
    rest = b""
    for chunk in document.chunks(_CHUNK, Tally()):
        data, end = rest + chunk, 0
        for found in pattern.finditer(data):
            end = found.end()
            yield found[1].decode("latin-1")
        rest = data[max(end, len(data) - _SEAM) :]


class Spool:
    """A file without a name that holds runs of messages while they are merged; it is gone once it is closed."""

    __slots__ = ("_file", "held")

    def __init__(self, files: int) -> None:
        """Make nothing yet; so many files share the memory."""
        self._file: IO[bytes] | None = None
        #: messages that one file may hold in memory
        self.held = max(_LEAST_HELD, _HELD // max(1, files))

    def __enter__(self) -> Self:
        """Return the spool."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Drop what it holds."""
        if self._file is not None:
            self._file.close()

    def put(self, timed: Sequence[_Timed]) -> _Run:
        """Write a run and return where it stands."""
        if self._file is None:
            self._file = TemporaryFile()  # noqa: SIM115 - closed with the spool
        places = []
        for first in range(0, len(timed), _BLOCK):
            data = pickle.dumps(timed[first : first + _BLOCK])
            places.append((self._file.seek(0, 2), len(data)))
            self._file.write(data)
        return places

    def run(self, places: _Run) -> Iterator[_Timed]:
        """Yield a run as it was put in."""
        for start, length in places:
            if self._file is not None:
                self._file.seek(start)
                yield from pickle.loads(self._file.read(length))  # noqa: S301 - only what `put` wrote


def sorted_by_time(items: Iterable[Message | Skipped], spool: Spool) -> Items:
    """Yield what can't be read, then every message in order of time; of several at one time the earlier in the file.

    In a file that begins with its latest messages, the later one is the earlier.
    """
    held: list[_Timed] = []
    runs: list[_Run] = []
    characters = step = 0
    for place, item in enumerate(items):
        if isinstance(item, Skipped):
            yield item
            continue
        held.append((item.at, place, item))
        characters += len(item.text)
        if len(held) >= spool.held or characters >= _CHARACTERS:
            step = step or _step(held)
            runs.append(spool.put(_in_order(held, step)))
            held, characters = [], 0
    step = step or _step(held)
    held = _in_order(held, step)
    yield from _answered(merge(*(spool.run(run) for run in runs), held, key=lambda timed: (timed[0], step * timed[1])))


def _step(timed: list[_Timed]) -> int:
    """Return in which direction the file runs."""
    return -1 if timed and timed[0][0] > timed[-1][0] else 1


def _in_order(timed: list[_Timed], step: int) -> list[_Timed]:
    return sorted(timed, key=lambda one: (one[0], step * one[1]))


def _answered(timed: Iterable[_Timed]) -> Iterator[Message]:
    """Yield the messages, each with the author it answers: in the file the answer may stand first."""
    authors: Recent[tuple[str, str], str] = Recent(_REPLIES)
    for _, _, message in timed:
        place = message.channel.id
        authors.put((place, message.ref.message), message.author.key)
        if message.reply_to is not None and message.reply_author is None:
            answered = authors.get((place, message.reply_to))
            yield message if answered is None else replace(message, reply_author=answered)
        else:
            yield message
