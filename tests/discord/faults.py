"""What can go wrong with requests and connections; nothing does until a test says so."""

import asyncio
import socket
import struct
from dataclasses import dataclass, field
from enum import StrEnum

from aiohttp import web


class FaultKind(StrEnum):
    """What becomes of one request."""

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
    #: it comes too often
    LIMITED = "limited"


@dataclass(kw_only=True)
class Fault:
    """Something that goes wrong, for a number of requests or until it is mended."""

    #: what
    kind: FaultKind
    #: requests that it still meets; None for all until it is mended
    times: int | None = 1
    #: GET, POST …; None for all
    method: str | None = None
    #: the route with its parameters in braces, `/channels/{channel_id}/messages`; None for all
    route: str | None = None
    #: the status of an error of the server
    status: int = 500
    #: seconds: of waiting when slow, of `Retry-After` when limited
    after: float = 1.0
    #: limited: `user`, `global` or `shared`
    scope: str = "user"

    def meets(self, method: str, route: str) -> bool:
        """Return whether this request goes wrong, and count it."""
        if self.times == 0 or self.method not in {None, method} or self.route not in {None, route}:
            return False
        if self.times is not None:
            self.times -= 1
        return True


@dataclass(kw_only=True)
class Faults:
    """Everything that goes wrong at the moment, but for events: see `delivery`."""

    #: with requests; the first that meets counts
    requests: list[Fault] = field(default_factory=list)
    #: connections to the gateway that are still refused, with 503
    refused_connections: int = 0
    #: resumes that are still answered with an invalid session
    refused_resumes: int = 0
    #: heartbeats aren't answered
    deaf: bool = False

    def fail(
        self,
        kind: FaultKind,
        method: str | None = None,
        route: str | None = None,
        *,
        times: int | None = 1,
        status: int = 500,
        after: float = 1.0,
        scope: str = "user",
    ) -> Fault:
        """Let requests go wrong, of one route or of all, and return the fault so that it can be mended."""
        fault = Fault(kind=kind, times=times, method=method, route=route, status=status, after=after, scope=scope)
        self.requests.append(fault)
        return fault

    def mend(self) -> None:
        """Let everything go right from now on."""
        self.requests.clear()
        self.deaf = False
        self.refused_connections = self.refused_resumes = 0

    def meeting(self, method: str, route: str) -> Fault | None:
        """Return what is wrong with a request, and count it."""
        return next((fault for fault in self.requests if fault.meets(method, route)), None)


def failed(status: int) -> web.Response:
    """Return an error of the server; what stands before Discord answers with a page of its own."""
    return web.Response(status=status, text="<html>upstream error</html>", content_type="text/html")


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
