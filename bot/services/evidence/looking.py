"""Reads from the platform what is to be copied of a message: its files, and what was written around it."""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from bot.domain.evidence import Copied, Missing, allowances, judged
from bot.domain.message import Attachment, Message, MessageRef
from bot.domain.place import Stream
from bot.ports import HistoryLostError, Platform, PlatformUnavailableError

#: messages on either side that are copied
SIDE = 5
#: seconds for what stands around, of the time that a message has
_PATIENCE = 3.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """What there is to be kept of a message."""

    #: its files in order
    files: tuple[Copied, ...] = ()
    #: why nothing is known of its files; None where they were seen
    missing: Missing | None = None
    #: what people wrote around it, oldest first
    around: tuple[Message, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """Where a message stands, or stood."""

    #: the message
    ref: MessageRef
    #: in which channel or thread
    stream: Stream
    #: when it was posted, UTC
    at: datetime


async def look(platform: Platform, place: Place, *, around: bool) -> Found:
    """Return what is to be kept of a message; raises what the port does."""
    ref, stream = place.ref, place.stream
    (message,) = await platform.read([(stream, ref)])
    if message is None:
        return Found(missing=Missing.GONE, around=await _around(platform, place) if around else ())
    allowed = allowances(message.attachments)
    wanted = {name: most for name, most in allowed.items() if not isinstance(most, Missing)}
    read = await platform.fetch(stream, ref, wanted) if wanted else {}
    files = []
    for file in message.attachments:
        most = allowed[file.id]
        files.append(await _copied(file, most if isinstance(most, Missing) else read.get(file.id, Missing.GONE)))
    try:
        written = await _around(platform, place) if around else ()
    except PlatformUnavailableError:
        # files can't wait for what stands around them
        if not files:
            raise
        written = ()
    return Found(files=tuple(files), around=written)


async def _around(platform: Platform, place: Place) -> tuple[Message, ...]:
    """Return what people wrote around a message; nothing where that can't be had any more."""
    try:
        async with asyncio.timeout(_PATIENCE):
            near = await platform.around(place.stream, place.ref.message, place.at, SIDE)
    except TimeoutError:
        raise PlatformUnavailableError from None
    except HistoryLostError:
        return ()
    return tuple(one for one in near if one.ref.message != place.ref.message)


async def _copied(file: Attachment, read: bytes | Missing) -> Copied:
    if isinstance(read, Missing):
        return Copied(file=file, size=file.size, missing=read)
    # megabytes: everybody else has their turn meanwhile
    return await asyncio.to_thread(lambda: judged(file, read, sha256(read).hexdigest()))
