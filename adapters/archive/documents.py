"""Documents: one file's bytes in chunks, the same for a file on disk, inside a gzip or inside a zip."""

import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from bot.i18n import Phrase, phrase

_GZIP_WINDOW = 31


@dataclass(kw_only=True, slots=True)
class Tally:
    """How far a reading has come."""

    #: bytes taken in so far
    consumed: int = 0
    #: events that no policy judges, such as a changed topic
    ignored: int = 0
    #: how often each field that may be missing held something unusable
    odd: Counter[str] = field(default_factory=Counter)


class DamagedError(Exception):
    """The bytes end or break before their time."""

    def __init__(self, reason: Phrase) -> None:
        """Keep the reason for whoever counts what was skipped."""
        super().__init__(reason.key)
        #: what is wrong
        self.reason = reason


@dataclass(frozen=True, kw_only=True, slots=True)
class Document:
    """A named run of bytes that can be read again and again, and holds no handle in between."""

    #: as shown to people: relative to what was opened
    name: str
    #: bytes that reading it consumes
    size: int
    #: its bytes: (bytes a chunk, tally) → chunks; raises DamagedError where they break
    chunks: Callable[[int, Tally], Iterator[bytes]]


def file_document(path: Path, name: str) -> Document:
    """Return a file on disk, inflated on the way when it is a gzip."""
    with path.open("rb") as file:
        packed = file.read(2) == b"\x1f\x8b"

    def chunks(size: int, tally: Tally) -> Iterator[bytes]:
        raw = stored(path, 0, None, size, tally)
        return inflated(raw, _GZIP_WINDOW, size) if packed else raw

    return Document(name=name, size=path.stat().st_size, chunks=chunks)


def stored(path: Path, start: int, length: int | None, size: int, tally: Tally) -> Iterator[bytes]:
    """Yield a part of a file in chunks, counted in the tally.

    The file is opened anew for each chunk: thousands of channels can be merged without running out of handles.
    """
    end = None if length is None else start + length
    while end is None or start < end:
        try:
            with path.open("rb", buffering=0) as file:
                file.seek(start)
                chunk = file.read(size if end is None else min(size, end - start))
        except OSError as error:
            raise DamagedError(phrase("archive.damaged", detail=error.strerror or "")) from error
        if not chunk:
            if end is not None:
                raise DamagedError(phrase("archive.cut_off"))
            return
        start += len(chunk)
        tally.consumed += len(chunk)
        yield chunk


def inflated(raw: Iterator[bytes], window: int, size: int) -> Iterator[bytes]:
    """Yield what a deflate stream holds, never more than `size` bytes at once, members of a gzip one after another."""
    engine = zlib.decompressobj(window)
    try:
        for chunk in raw:
            data = chunk
            while data:
                if engine.eof:
                    if window != _GZIP_WINDOW or not data.startswith(b"\x1f"):
                        return
                    engine = zlib.decompressobj(window)
                out = engine.decompress(data, size)
                if out:
                    yield out
                data = engine.unconsumed_tail or engine.unused_data
            while not engine.eof and (out := engine.decompress(b"", size)):
                yield out
    except zlib.error as error:
        raise DamagedError(phrase("archive.damaged", detail=str(error))) from error
    if not engine.eof:
        raise DamagedError(phrase("archive.cut_off"))
