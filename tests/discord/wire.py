"""One websocket to a bot: frames in order, compressed as it asked, ended politely or not."""

import asyncio
import zlib
from contextlib import suppress
from dataclasses import dataclass, field

from aiohttp import web


@dataclass(frozen=True, kw_only=True)
class _End:
    """The last thing that is sent: a close frame."""

    #: the close code
    code: int
    #: what it means
    reason: str


@dataclass(kw_only=True)
class Wire:
    """What is written comes out in the order in which it was written."""

    #: the connection
    socket: web.WebSocketResponse
    #: what the connection stands on
    request: web.Request
    #: whether one zlib stream runs through the connection
    compressed: bool
    _queue: asyncio.Queue[str | _End] = field(default_factory=asyncio.Queue)

    def write(self, text: str) -> None:
        """Send a payload when everything before it has gone out."""
        self._queue.put_nowait(text)

    def end(self, code: int, reason: str = "") -> None:
        """Close the connection when everything before it has gone out."""
        self._queue.put_nowait(_End(code=code, reason=reason))

    def cut(self) -> None:
        """End the connection as a pulled cable does: without a word, and without what wasn't sent yet."""
        if self.request.transport is not None:
            self.request.transport.abort()

    async def pump(self) -> None:
        """Send what is written, until the connection ends."""
        with suppress(ConnectionError):
            await self._pump()

    async def _pump(self) -> None:
        packer = zlib.compressobj() if self.compressed else None
        while True:
            match await self._queue.get():
                case _End(code=code, reason=reason):
                    await self.socket.close(code=code, message=reason.encode())
                    return
                case str(text) if packer is not None:
                    packed = packer.compress(text.encode()) + packer.flush(zlib.Z_SYNC_FLUSH)
                    await self.socket.send_bytes(packed)
                case str(text):
                    await self.socket.send_str(text)
