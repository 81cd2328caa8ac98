"""What can go wrong with calls; nothing does until a test says so."""

import asyncio
import socket
import struct
from dataclasses import dataclass, field
from enum import StrEnum

from aiohttp import web


class FaultKind(StrEnum):
    """What becomes of one call."""

    #: an error of the server before it acted
    REFUSED = "refused"
    #: an error of the server after it had acted
    ACTED = "acted"
    #: the connection is reset, and nothing happened
    CUT = "cut"
    #: the connection is reset, though it happened
    ACTED_CUT = "acted_cut"
    #: it happens at once, and the answer comes late
    SLOW = "slow"
    #: nothing happens for a while, and only then what was asked
    LATE = "late"
    #: it comes too often
    LIMITED = "limited"
    #: Slack says that it failed, in a proper answer: `error`; nothing happened
    ERROR = "error"
    #: likewise, though it happened: `internal_error` and `fatal_error` leave that open
    ACTED_ERROR = "acted_error"


@dataclass(kw_only=True)
class Fault:
    """Something that goes wrong, for a number of calls or until it is mended."""

    #: what
    kind: FaultKind
    #: calls that it still meets; None for all until it is mended
    times: int | None = 1
    #: `chat.postMessage`; None for all
    method: str | None = None
    #: the status of an error of the server
    status: int = 503
    #: seconds: of waiting when slow or late, of `Retry-After` when limited
    after: float = 1.0
    #: Slack's word for an error of its own
    error: str = "internal_error"

    def meets(self, method: str) -> bool:
        """Return whether this call goes wrong, and count it."""
        if self.times == 0 or self.method not in {None, method}:
            return False
        if self.times is not None:
            self.times -= 1
        return True


@dataclass(kw_only=True)
class Faults:
    """Everything that goes wrong with calls at the moment."""

    #: the first that meets counts
    calls: list[Fault] = field(default_factory=list)

    def fail(
        self, kind: FaultKind, method: str | None = None, *, times: int | None = 1, status: int = 503,
        after: float = 1.0, error: str = "internal_error",
    ) -> Fault:  # fmt: skip
        """Let calls go wrong, of one method or of all, and return the fault so that it can be mended."""
        fault = Fault(kind=FaultKind(kind), times=times, method=method, status=status, after=after, error=error)
        self.calls.append(fault)
        return fault

    def mend(self) -> None:
        """Let everything go right from now on."""
        self.calls.clear()

    def meeting(self, method: str) -> Fault | None:
        """Return what is wrong with a call, and count it."""
        return next((fault for fault in self.calls if fault.meets(method)), None)


def failed(status: int) -> web.Response:
    """Return an error of the server, without JSON."""
    return web.Response(status=status, text="upstream connect error", content_type="text/html")


def cut(request: web.Request) -> web.Response:
    """Reset the connection, and return an answer that nobody gets."""
    transport = request.transport
    if transport is not None:
        connection: socket.socket = transport.get_extra_info("socket")
        # closing with no time to linger sends a reset instead of an end
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        transport.abort()
    return web.Response(status=500)


async def wait(seconds: float) -> None:
    """Let the one who asked wait."""
    await asyncio.sleep(seconds)
