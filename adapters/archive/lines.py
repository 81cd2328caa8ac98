"""Lines of a stream of any size, each with its number; one that is too long is passed over without being held."""

from collections.abc import Iterator

from adapters.archive.documents import DamagedError, Document, Tally
from bot.domain.reading import Skipped, Unit
from bot.i18n import phrase

#: bytes that one line may have
LIMIT = 8 << 20


def numbered_lines(document: Document, chunk: int, tally: Tally) -> Iterator[tuple[int, bytes] | Skipped]:
    """Yield each line that isn't blank with its number from 1, without its end."""
    number, pending = 1, _Pending()
    try:
        for block in document.chunks(chunk, tally):
            first, *others = block.split(b"\n")
            pending.add(first)
            for part in others:
                if line := pending.line(document.name, number):
                    yield line
                number += 1
                pending.add(part)
    except DamagedError as error:
        yield Skipped(file=document.name, unit=Unit.LINE, position=number, reason=error.reason)
        return
    if line := pending.line(document.name, number):
        yield line


class _Pending:
    """The line that is being put together."""

    __slots__ = ("_length", "_parts")

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._length = 0

    def add(self, part: bytes) -> None:
        """Take in a part, or only its length once the line is too long."""
        self._length += len(part)
        if self._length > LIMIT:
            self._parts.clear()
        elif part:
            self._parts.append(part)

    def line(self, file: str, number: int) -> tuple[int, bytes] | Skipped | None:
        """Return the line and begin the next; None for a blank one."""
        parts, length = self._parts, self._length
        self._parts, self._length = [], 0
        if length > LIMIT:
            reason = phrase("archive.too_long", limit=LIMIT >> 20)
            return Skipped(file=file, unit=Unit.LINE, position=number, reason=reason)
        whole = parts[0] if len(parts) == 1 else b"".join(parts)
        if number == 1 and whole.startswith(b"\xef\xbb\xbf"):
            whole = whole[3:]
        return (number, whole) if whole and not whole.isspace() else None
