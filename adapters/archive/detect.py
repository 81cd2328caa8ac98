"""Recognises what kind of export a path leads to."""

import os
import re
from collections.abc import Sequence
from pathlib import Path

import msgspec

from adapters.archive.archive import Archive, ArchiveFormat
from adapters.archive.documents import DamagedError, Document, Tally, file_document
from adapters.archive.errors import missing, nothing_inside, unknown_format, unreadable
from adapters.archive.slack import is_day, is_list, slack_documents
from adapters.archive.zips import zip_documents
from bot.domain.reading import Skipped

_HEAD = 1 << 16
_LINES = re.compile(r".*\.(?:jsonl|ndjson)(?:\.gz)?", re.IGNORECASE | re.DOTALL)
_JSON = re.compile(r".*\.json(?:\.gz)?", re.IGNORECASE | re.DOTALL)
_EXPORTER = re.compile(rb'\s*\{\s*"(?:guild|channel|messages|dateRange|exportedAt|messageCount)"\s*:\s*[\[{"\d]')
_BOM = b"\xef\xbb\xbf"


def open_archive(path: Path) -> Archive:
    """Return the export at `path`, recognised by what it holds.

    Raises an ArchiveError for a path that leads nowhere, a zip with a password, or something else than an export.
    """
    try:
        if path.is_dir():
            return _gathered(path, _files(path))
        if not path.exists():
            raise missing(path)
        if not path.is_file():
            raise unknown_format(path)
        with path.open("rb") as file:
            zipped = file.read(4) in {b"PK\x03\x04", b"PK\x05\x06"}
        if zipped or path.suffix.lower() == ".zip":
            documents, notes = zip_documents(path)
            return _gathered(path, [document for document in documents if not _hidden(document.name)], notes)
        document = file_document(path, path.name)
    except OSError as error:
        raise unreadable(path, error) from error
    return Archive(path=path, format=_format_of_file(path, document), documents=[document])


def _files(folder: Path) -> list[Document]:
    documents = []
    for root, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not _hidden(name))
        for name in sorted(files):
            if not _hidden(name) and (_LINES.fullmatch(name) or _JSON.fullmatch(name)):
                place = Path(root, name)
                documents.append(file_document(place, place.relative_to(folder).as_posix()))
    return documents


def _hidden(name: str) -> bool:
    """Return whether a file is the system's, or one that a message brought along, and so no part of the export."""
    return any(part.startswith((".", "__MACOSX")) or part.endswith("_Files") for part in name.split("/"))


def _gathered(path: Path, documents: Sequence[Document], notes: Sequence[Skipped] = ()) -> Archive:
    """Return the export that these files make up."""
    if _is_slack(documents):
        chosen, kind = slack_documents(documents), ArchiveFormat.SLACK
    elif chosen := [document for document in documents if _JSON.fullmatch(document.name)]:
        kind = ArchiveFormat.DISCORD
    else:
        chosen, kind = [document for document in documents if _LINES.fullmatch(document.name)], ArchiveFormat.LINES
    if not chosen:
        raise nothing_inside(path)
    return Archive(path=path, format=kind, documents=chosen, notes=notes)


def _is_slack(documents: Sequence[Document]) -> bool:
    """Return whether there are Slack's lists, or days that hold a bare list as Slack's do."""
    if any(is_list(document.name) for document in documents):
        return True
    day = next((document for document in documents if is_day(document.name)), None)
    return day is not None and not _EXPORTER.match(_head(day).removeprefix(_BOM))


def _format_of_file(path: Path, document: Document) -> ArchiveFormat:
    """Return what a single file holds.

    A name that promises JSON is believed even if the content is broken: then that is what reading will say.
    """
    if _LINES.fullmatch(path.name):
        return ArchiveFormat.LINES
    head = _head(document).removeprefix(_BOM)
    if _EXPORTER.match(head):
        return ArchiveFormat.DISCORD
    try:
        first = msgspec.json.decode(head.lstrip().partition(b"\n")[0])
    except (msgspec.DecodeError, ValueError, RecursionError):
        first = None
    if isinstance(first, dict) and {"text", "author", "at", "id"} & first.keys():
        return ArchiveFormat.LINES
    if _JSON.fullmatch(path.name) and not isinstance(first, dict):
        return ArchiveFormat.DISCORD
    raise unknown_format(path)


def _head(document: Document) -> bytes:
    try:
        return next(document.chunks(_HEAD, Tally()), b"")
    except DamagedError:
        return b""
