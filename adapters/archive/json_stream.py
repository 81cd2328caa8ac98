"""A big JSON list inside a file, one object after another, in flat memory."""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from adapters.archive.documents import Document, Tally
from adapters.archive.json_values import UnreadableError
from adapters.archive.window import Window
from bot.domain.reading import Skipped, Unit
from bot.i18n import Phrase, phrase

Form = TypeVar("Form")

#: bytes that one object may have
LIMIT = 4 << 20
#: how a value may begin, and what closes a list
_VALUES = frozenset(bytes([mark]) for mark in b'{["]-0123456789tfn')
_MARK = re.compile(rb'["{}\[\]]')
_QUOTE = re.compile(rb'["\\]')
#: how far before the end of what is held the scanner may name the place of a value that is merely unfinished
_MARGIN = 16
# Only the end of a value is wanted from it, so numbers stay as they stand: a huge one costs nothing.
_SCANNER = json.JSONDecoder(strict=False, parse_int=str, parse_float=str, parse_constant=str)


@dataclass(frozen=True, kw_only=True, slots=True)
class Found(Generic[Form]):
    """An object of a list."""

    #: its place in the list, from 1
    entry: int
    #: what it holds
    value: Form

    def skipped(self, file: str, reason: Phrase) -> Skipped:
        """Return the note that this object can't be used."""
        return Skipped(file=file, unit=Unit.ENTRY, position=self.entry, reason=reason)


class _LostError(UnreadableError):
    """A value whose end can't be found."""


def objects(
    document: Document, chunk: int, tally: Tally, *, key: str, decode: Callable[[bytes], Form], head: dict[str, Any]
) -> Iterator[Found[Form] | Skipped]:
    """Yield each object of a list: the one under `key` of a top-level object, or without a key the top level itself.

    What stands before the list is put into `head` first. `decode` raises UnreadableError for what it can't use.
    """
    window = Window(document.chunks(chunk, tally))
    try:
        _enter(window, key, head)
    except UnreadableError as error:
        yield Skipped(file=document.name, reason=error.reason)
        return
    entry = 0
    while (mark := window.peek()) != b"]":
        entry += 1
        if window.closing is None and mark == b"{":
            window.closing = _closing(window)
        lost, reason = not mark, window.cut() if not mark else None
        try:
            if mark:
                yield Found(entry=entry, value=_one(window, decode))
        except UnreadableError as error:
            lost, reason = isinstance(error, _LostError), error.reason
        if reason is not None:
            yield Skipped(file=document.name, unit=Unit.ENTRY, position=entry, reason=reason)
        if lost and not _recovered(window):
            return
    window.drain()
    if window.broken:
        yield Skipped(file=document.name, reason=window.broken)


def _enter(window: Window, key: str, head: dict[str, Any]) -> None:
    """Move behind the bracket that opens the list."""
    first = window.peek()
    if first == b"\xef" and window.data.startswith(b"\xef\xbb\xbf"):
        window.place += 3
        first = window.peek()
    window.place += 1
    if first == b"[" and not key:
        return
    if first not in {b"{", b"["}:
        raise UnreadableError(window.broken or phrase("archive.not_json"))
    if first == b"[":
        known = not window.peek() or window.peek() in _VALUES
        raise UnreadableError(phrase("archive.no_list" if known else "archive.not_json"))
    while (mark := window.peek()) != b"}":
        name = _value(window) if mark == b'"' else None
        if name is None or window.peek() != b":":
            raise UnreadableError(window.cut() if window.ended and not window.peek() else phrase("archive.not_json"))
        window.place += 1
        if window.peek() == b"[" and key and name == key:
            window.place += 1
            return
        held = _value(window)
        if key:
            head[str(name)] = held
    raise UnreadableError(phrase("archive.no_list"))


def _value(window: Window) -> Any:
    """Return the value at the place and move behind it; None for one that is too long to hold."""
    try:
        end = _end(window)
    except UnreadableError as error:
        if error.reason.key != "archive.too_long":
            raise
        _skip(window)
        return None
    raw = window.data[window.place : end]
    window.place = end
    try:
        return json.loads(raw.decode("utf-8", "replace"), strict=False)
    except (ValueError, RecursionError):
        return None


def _one(window: Window, decode: Callable[[bytes], Form]) -> Form:
    """Return the object at the place and move behind it.

    In indented JSON the line that closes an object is found at once. It is only a guess, but an object's bytes decode
    when, and only when, they end where the object ends: so a wrong guess is noticed, and the scanner decides.
    """
    guess = _indented_end(window)
    if guess:
        try:
            value = decode(window.data[window.place : guess])
        except UnreadableError:
            pass
        else:
            window.place = guess
            return value
    guess -= window.place
    end = _end(window)
    if end - window.place != guess:
        # Looking for a line that isn't there, object after object, would not be linear.
        window.closing = b""
    raw = window.data[window.place : end]
    window.place = end
    return decode(raw)


def _closing(window: Window) -> bytes:
    """Return the line that closes each object of an indented list, or nothing for a list that isn't indented."""
    if window.place + 1 >= len(window.data):
        window.more()
    line = window.data.rfind(b"\n", 0, window.place)
    indent = window.data[line + 1 : window.place]
    opens = window.data[window.place : window.place + 2] in {b"{\n", b"{\r"}
    return b"\n" + indent + b"}" if line >= 0 and opens and not indent.strip() else b""


def _indented_end(window: Window) -> int:
    """Return the end of the next closing line, or 0 when there is none within the limit."""
    closing = window.closing
    if not closing:
        return 0
    searched = 0
    while (found := window.data.find(closing, window.place + searched)) < 0:
        pending = len(window.data) - window.place
        if pending > LIMIT or window.ended or not window.more():
            return 0
        searched = max(0, pending - len(closing))
    return found + len(closing)


def _end(window: Window) -> int:
    """Return where the value at the place ends; raises UnreadableError when it doesn't."""
    while True:
        text = window.text()
        try:
            end = _SCANNER.raw_decode(text, window.place)[1]
        except json.JSONDecodeError as error:
            if not error.msg.startswith("Unterminated") and error.pos < len(text) - _MARGIN:
                raise _LostError(phrase("archive.not_json")) from None
        except RecursionError:
            raise _LostError(phrase("archive.too_deep")) from None
        else:
            # A number may go on in the next chunk.
            if end < len(text) or window.ended or not window.more():
                return end
            continue
        if len(text) - window.place > LIMIT:
            raise _LostError(phrase("archive.too_long", limit=LIMIT >> 20))
        if window.ended or not window.more():
            raise _LostError(window.cut())


def _recovered(window: Window) -> bool:
    """Move behind an object that could not be read; False when the rest of the file can't be told apart."""
    if end := _indented_end(window):
        window.place = end
        return True
    if window.peek() not in {b"{", b"["}:
        return False
    try:
        _skip(window)
    except UnreadableError:
        return False
    return True


def _skip(window: Window) -> None:
    """Move behind the value at the place without holding it, by counting brackets outside strings."""
    depth, quoted, place = 0, False, window.place
    while True:
        found = (_QUOTE if quoted else _MARK).search(window.data, place)
        if found is None:
            beyond = max(0, place - len(window.data))
            window.place = len(window.data)
            if window.ended or not window.more():
                raise UnreadableError(window.cut())
            place = window.place + beyond
            continue
        place, mark = found.end(), found[0]
        if mark == b"\\":
            place += 1
        elif mark == b'"':
            quoted = not quoted
        else:
            depth += 1 if mark in b"{[" else -1
        if depth <= 0 and not quoted:
            window.place = place
            return
