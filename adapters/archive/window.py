"""The part of a stream that is held in memory while JSON is read from it."""

import re
from collections.abc import Iterator

from adapters.archive.documents import DamagedError
from bot.i18n import Phrase, phrase

# Commas too: between the parts of a list or object they say nothing that the parts don't.
_BLANK = re.compile(rb"[ \t\r\n,]*")
#: bytes kept before the place, so that a line's indentation can still be seen
_BEHIND = 64


class Window:
    """A place in a stream, and what is held around it."""

    __slots__ = ("_chunks", "_text", "broken", "closing", "data", "ended", "place")

    def __init__(self, chunks: Iterator[bytes]) -> None:
        """Hold nothing yet of these chunks."""
        self._chunks = chunks
        self._text: str | None = None
        #: what is held
        self.data = b""
        #: where reading stands in it
        self.place = 0
        #: True when no more will come
        self.ended = False
        #: the line that closes each object of an indented list; nothing when the list isn't indented or unreliable
        self.closing: bytes | None = None
        #: why no more will come, unless the stream simply ended
        self.broken: Phrase | None = None

    def more(self) -> bool:
        """Drop what was read and take in at least as much as is pending; False when nothing came.

        Doubling keeps the work linear when one object spans many chunks.
        """
        behind = max(0, self.place - _BEHIND)
        parts = [self.data[behind:]]
        wanted = max(1, len(self.data) - self.place)
        taken = 0
        try:
            while taken < wanted and (chunk := next(self._chunks, b"")):
                parts.append(chunk)
                taken += len(chunk)
        except DamagedError as error:
            self.broken = error.reason
        self.ended = taken < wanted
        self.data, self.place, self._text = b"".join(parts), self.place - behind, None
        return taken > 0

    def peek(self) -> bytes:
        """Move to the next byte that is neither blank nor a comma and return it, or nothing at the end."""
        while True:
            found = _BLANK.match(self.data, self.place)
            self.place = found.end() if found else self.place
            if self.place < len(self.data):
                return self.data[self.place : self.place + 1]
            if self.ended or not self.more():
                return b""

    def text(self) -> str:
        """Return what is held with one character a byte, so that places in it are places in the bytes."""
        if self._text is None:
            self._text = self.data.decode("latin-1")
        return self._text

    def drain(self) -> None:
        """Read to the end, so that a damage there comes to light."""
        while not self.ended:
            self.place = len(self.data)
            self.more()

    def cut(self) -> Phrase:
        """Return why the stream ended, for a value that it ended in."""
        return self.broken or phrase("archive.cut_off")
