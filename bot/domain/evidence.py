"""What is copied of a message before it goes: which of its files, how large they may be, and why one is missing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

from bot.domain.message import Attachment


class Media(StrEnum):
    """What sort of file it is, which says whether its bytes are kept."""

    #: a picture, by its own first bytes
    IMAGE = "image"
    #: text that UTF-8 can spell
    TEXT = "text"
    #: anything else: of it there is a name, a size and a digest
    OTHER = "other"


class Missing(StrEnum):
    """Why the bytes of a file aren't kept."""

    #: more than is kept of its sort
    TOO_LARGE = "too_large"
    #: together with the files before it, more than is kept of one message
    TOO_MUCH = "too_much"
    #: neither a picture nor text
    SORT = "sort"
    #: it was gone before it could be copied
    GONE = "gone"
    #: the platform doesn't let us read it
    FORBIDDEN = "forbidden"
    #: the platform didn't answer, or broke off
    NO_ANSWER = "no_answer"
    #: its address isn't one of the platform's own
    STRANGE_ADDRESS = "strange_address"
    #: the platform holds names of files alone
    NAMES_ONLY = "names_only"
    #: the time was over
    LATE = "late"


#: for so long what takes a message away waits for its copy
HOLDS_UP = timedelta(seconds=10)
#: bytes that are kept of one file, by its sort; of others so many are read, for their digest
MOST: Mapping[Media, int] = {Media.IMAGE: 8 * 1024 * 1024, Media.TEXT: 1024 * 1024, Media.OTHER: 8 * 1024 * 1024}
#: bytes that are read of one message's files together
TOGETHER = 24 * 1024 * 1024
#: files of one message that are looked at
FILES = 10

_PICTURES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF87a", b"GIF89a")
#: containers: what stands at which place behind the beginning
_BOXES = {b"WEBP": (b"RIFF", 0), b"avif": (b"ftyp", 4), b"heic": (b"ftyp", 4)}
_BRAND = slice(8, 12)


def media_of(data: bytes) -> Media:
    """Return what sort of file these bytes are, whatever its name and its sender say."""
    if data.startswith(_PICTURES):
        return Media.IMAGE
    mark, at = _BOXES.get(data[_BRAND], (b"", 0))
    if mark and data[at : at + len(mark)] == mark:
        return Media.IMAGE
    if b"\0" in data:
        return Media.OTHER
    try:
        data.decode()
    except UnicodeDecodeError:
        return Media.OTHER
    return Media.TEXT


#: what a file is called at its end, by its first bytes
_ENDS = ((b"\x89PNG", "png"), (b"\xff\xd8\xff", "jpg"), (b"GIF8", "gif"))


def extension_of(data: bytes) -> str:
    """Return how the name of a file ends that holds these bytes: nothing that any program would run."""
    if media_of(data) is not Media.IMAGE:
        return "txt"
    brand = {b"WEBP": "webp", b"avif": "avif", b"heic": "heic"}.get(data[_BRAND], "bin")
    return next((end for mark, end in _ENDS if data.startswith(mark)), brand)


@dataclass(frozen=True, kw_only=True, slots=True)
class Copied:
    """One file of a message, as far as it could be copied."""

    #: as the platform showed it
    file: Attachment
    #: what sort it turned out to be; OTHER where nothing of it was read
    media: Media = Media.OTHER
    #: its bytes; None where they aren't kept
    data: bytes | None = field(default=None, repr=False)
    #: how many bytes it has; None where nobody knows
    size: int | None = None
    #: hexadecimal SHA-256 of its bytes; empty where they were never read
    sha256: str = ""
    #: why its bytes aren't kept; None where they are
    missing: Missing | None = None


def allowances(files: Sequence[Attachment]) -> dict[str, int | Missing]:
    """Return how many bytes of each file may be read, by its id, or why it isn't even tried."""
    left, found = TOGETHER, dict[str, int | Missing]()
    for number, file in enumerate(files):
        size = MOST[Media.IMAGE] if file.size is None else file.size
        if size > MOST[Media.IMAGE]:
            found[file.id] = Missing.TOO_LARGE
        elif number >= FILES or size > left:
            found[file.id] = Missing.TOO_MUCH
        else:
            found[file.id] = size if file.size is not None else MOST[Media.IMAGE]
            left -= size
    return found


def judged(file: Attachment, read: bytes, sha256: str) -> Copied:
    """Return what is kept of a file that was read."""
    media = media_of(read)
    missing = Missing.SORT if media is Media.OTHER else Missing.TOO_LARGE if len(read) > MOST[media] else None
    return Copied(
        file=file, media=media, data=None if missing else read, size=len(read), sha256=sha256, missing=missing
    )  # fmt: skip
