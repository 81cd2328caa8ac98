"""Zips: their files as documents, whole or cut off; nothing is ever unpacked to disk."""

import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from adapters.archive.documents import DamagedError, Document, Tally, inflated, stored
from adapters.archive.errors import encrypted
from bot.domain.reading import Skipped, Unit
from bot.i18n import phrase

_LOCAL = struct.Struct("<4sHHHHHIIIHH")
_RAW = -15
_PLAIN = 0
_DEFLATED = 8
_PROTECTED = 0x1
_SIZES_FOLLOW = 0x8
_IN_EXTRA = 0xFFFFFFFF
_UTF8_NAME = 0x800
_CHUNK = 1 << 18


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One file inside a zip."""

    #: its path inside the zip
    name: str
    #: where its local header begins
    header: int
    #: packed bytes; None when a cut-off zip does not say
    packed: int | None
    #: how it is packed
    method: int
    #: checksum of what it holds; None when not known
    checksum: int | None


def zip_documents(path: Path) -> tuple[list[Document], list[Skipped]]:
    """Return the files of a zip; of a zip without a directory, those that its beginning still holds, and a note.

    The directory stands last: without it the zip was cut off, and nobody can say how many files are missing.

    Raises EncryptedInputError for a zip with a password.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            infos = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, UnicodeDecodeError):
        entries: list[Entry] = []
        end = _salvage(path, entries)
        note = Skipped(file=path.name, unit=Unit.BYTE, position=end, reason=phrase("archive.zip_cut_off"))
        return [_document(path, entry) for entry in entries], [note]
    documents = []
    for info in infos:
        if info.flag_bits & _PROTECTED:
            raise encrypted(path)
        if not info.is_dir():
            documents.append(
                _document(
                    path,
                    Entry(
                        name=info.filename,
                        header=info.header_offset,
                        packed=info.compress_size,
                        method=info.compress_type,
                        checksum=info.CRC,
                    ),
                )
            )
    return documents, []


def _document(path: Path, entry: Entry) -> Document:
    size = path.stat().st_size - entry.header if entry.packed is None else entry.packed
    return Document(name=f"{path.name}/{entry.name}", size=size, chunks=partial(_chunks, path, entry))


def _chunks(path: Path, entry: Entry, size: int, tally: Tally) -> Iterator[bytes]:
    if entry.method not in {_PLAIN, _DEFLATED}:
        raise DamagedError(phrase("archive.packing", method=entry.method))
    raw = stored(path, _data_start(path, entry), entry.packed, min(size, _CHUNK), tally)
    checksum = 0
    for chunk in inflated(raw, _RAW, size) if entry.method == _DEFLATED else raw:
        checksum = zlib.crc32(chunk, checksum)
        yield chunk
    if entry.checksum is not None and checksum != entry.checksum:
        raise DamagedError(phrase("archive.damaged", detail="CRC-32"))


def _data_start(path: Path, entry: Entry) -> int:
    try:
        with path.open("rb") as file:
            file.seek(entry.header)
            fields = _LOCAL.unpack(file.read(_LOCAL.size))
    except (OSError, ValueError, struct.error) as error:
        raise DamagedError(phrase("archive.cut_off")) from error
    if fields[0] != b"PK\x03\x04":
        raise DamagedError(phrase("archive.damaged", detail="PK"))
    return entry.header + _LOCAL.size + int(fields[9]) + int(fields[10])


def _salvage(path: Path, entries: list[Entry]) -> int:
    """Walk from the first local header to the next, gather what they name, and return where the walk ended."""
    position = 0
    with path.open("rb") as file:
        while True:
            file.seek(position)
            head = file.read(_LOCAL.size)
            if len(head) < _LOCAL.size or not head.startswith(b"PK\x03\x04"):
                return min(position, path.stat().st_size)
            _, _, flags, method, _, _, checksum, packed, _, name_size, extra_size = _LOCAL.unpack(head)
            name = file.read(name_size)
            if flags & _PROTECTED:
                raise encrypted(path)
            follows = bool(flags & _SIZES_FOLLOW) or packed == _IN_EXTRA
            entry = Entry(
                name=name.decode("utf-8" if flags & _UTF8_NAME else "cp437", "replace"),
                header=position,
                packed=None if follows else packed,
                method=method,
                checksum=None if follows else checksum,
            )
            if not entry.name.endswith("/"):
                entries.append(entry)
            data = position + _LOCAL.size + name_size + extra_size
            length = _packed_length(path, data, method) if follows else packed
            if length is None:
                return path.stat().st_size
            position = _next_header(path, data + length)


def _packed_length(path: Path, start: int, method: int) -> int | None:
    """Return where a deflate stream of unknown length ends, by reading it once; None where it does not."""
    if method != _DEFLATED:
        return None
    engine = zlib.decompressobj(_RAW)
    used = 0
    try:
        for chunk in stored(path, start, None, _CHUNK, Tally()):
            data = chunk
            while data and not engine.eof:
                engine.decompress(data, _CHUNK)
                data = engine.unconsumed_tail
            if engine.eof:
                return used + len(chunk) - len(engine.unused_data)
            used += len(chunk)
    except (zlib.error, DamagedError):
        return None
    return None


def _next_header(path: Path, position: int) -> int:
    """Return the place of the next header, behind the sizes that may follow a file's data."""
    with path.open("rb") as file:
        file.seek(position)
        found = file.read(32).find(b"PK\x03\x04")
    return position + max(found, 0)
