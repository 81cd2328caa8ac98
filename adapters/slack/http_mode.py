"""Signed HTTP: Slack calls an address of ours, one path a workspace, and is answered as through a socket."""

import asyncio
import socket
from contextlib import suppress
from dataclasses import dataclass, field

import uvicorn
from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncApp
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from adapters.serving import Server
from bot.errors import LocumError

#: bytes of one request: more than Slack ever sends
_LARGEST = 2_000_000
#: seconds until a request under way is broken off when we stop
_GRACE = 3
#: connections that wait to be taken
_WAITING = 512
#: seconds within which a request has to be there whole
_WHOLE = 3.0
_RUBBISH, _GONE, _TOO_SLOW, _TOO_LARGE = 400, 404, 408, 413


class EventsAddressTakenError(LocumError):
    """Something else answers already where Slack's events are to be heard, or it is no address of this machine."""


@dataclass(kw_only=True, slots=True)
class Receiver:
    """One address of this process, at which every workspace without a socket is heard."""

    #: where it listens
    host: str
    #: 0 for any that is free
    port: int
    _apps: dict[str, AsyncApp] = field(default_factory=dict)
    _socket: socket.socket | None = None
    _server: Server | None = None
    _task: "asyncio.Task[None] | None" = None

    async def hear(self, workspace: str, app: AsyncApp) -> None:
        """Take what is said of a workspace from now on; raise EventsAddressTakenError."""
        self._apps[workspace] = app
        if self._task is None or self._task.done():
            await self._open()

    async def hush(self, workspace: str) -> None:
        """Take nothing of a workspace any more; with the last one the address is closed."""
        self._apps.pop(workspace, None)
        if not self._apps and self._server is not None and self._task is not None and self._socket is not None:
            self._server.should_exit = True
            with suppress(asyncio.CancelledError):
                await asyncio.wait({self._task})
            self._socket.close()
            self._socket = self._server = self._task = None

    @property
    def address(self) -> str:
        """Where it listens indeed; empty while it doesn't."""
        return "" if self._socket is None else f"http://{self.host}:{self._socket.getsockname()[1]}"

    async def _open(self) -> None:
        try:
            self._socket = socket.create_server((self.host, self.port), backlog=_WAITING)
        except OSError:
            raise EventsAddressTakenError from None
        config = uvicorn.Config(
            Starlette(routes=[Route("/slack/{workspace}", self._taken, methods=["POST"])]),
            log_config=None, access_log=False, lifespan="off", server_header=False, proxy_headers=False,
            timeout_graceful_shutdown=_GRACE, http="h11", ws="none", loop="none",
        )  # fmt: skip
        self._server = Server(config)
        self._task = asyncio.create_task(self._server.serve([self._socket]), name="slack")
        begun = asyncio.create_task(self._server.answers.wait())
        await asyncio.wait({begun, self._task}, return_when=asyncio.FIRST_COMPLETED)
        begun.cancel()

    async def _taken(self, request: Request) -> Response:
        app = self._apps.get(request.path_params["workspace"])
        if app is None:
            return Response(status_code=_GONE)
        size = request.headers.get("content-length", "")
        if not size.isdecimal() or int(size) > _LARGEST:
            return Response(status_code=_TOO_LARGE)
        try:
            async with asyncio.timeout(_WHOLE):
                # no longer than was said, and kept for whoever reads it next
                await request.body()
        except (TimeoutError, ClientDisconnect):
            return Response(status_code=_TOO_SLOW)
        try:
            return await AsyncSlackRequestHandler(app).handle(request)
        except Exception:  # noqa: BLE001 - the library stumbles over what Slack never sends, before it looks who sent it
            return Response(status_code=_RUBBISH)
