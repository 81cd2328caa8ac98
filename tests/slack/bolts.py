"""Apps for the tests of the server: the real library, and a bare socket where it is too polite."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler as Aiohttp
from slack_bolt.adapter.socket_mode.async_base_handler import AsyncBaseSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from tests.slack.harbour import Harbour
from tests.slack.server import LoopbackSlack
from tests.slack.things import JSON, App
from tests.slack.uses import until

#: what is wrong on purpose needs no lines in a test's output
SILENT = logging.getLogger("tests.slack.bolts")
SILENT.propagate = False
SILENT.setLevel(logging.CRITICAL)
Do = Callable[..., Awaitable[Any]]


@dataclass(kw_only=True)
class Bolt:
    """An app of the real library that keeps what it hears."""

    #: the library's app
    app: AsyncApp
    #: its socket; None where it listens at an address
    handler: AsyncBaseSocketModeHandler | None = None
    #: every body of an event, in order
    bodies: list[JSON] = field(default_factory=list)
    #: how often each was tried before, in the same order
    attempts: list[str | None] = field(default_factory=list)

    @property
    def events(self) -> list[JSON]:
        """Return the events."""
        return [body["event"] for body in self.bodies]

    @property
    def said(self) -> list[str]:
        """Return the texts of new messages."""
        return [one["text"] for one in self.events if one["type"] == "message" and "text" in one]


def made(server: LoopbackSlack, harbour: Harbour) -> Bolt:
    """Return an app of the library that takes every event."""
    client = AsyncWebClient(token=harbour.token, base_url=server.api, logger=SILENT)
    app = AsyncApp(client=client, signing_secret=harbour.app.signing_secret, logger=SILENT)
    bolt = Bolt(app=app)

    async def heard(body: JSON, request: Any, next: Callable[[], Awaitable[Any]]) -> None:  # noqa: A002 - the library's name
        if "event" in body:
            bolt.bodies.append(body)
            bolt.attempts.append(request.headers.get("x-slack-retry-num", [None])[0])
        await next()

    async def anything() -> None:
        """Let the library take it."""

    app.use(heard)
    for event in ("message", "app_home_opened", "user_change", "member_joined_channel"):
        app.event(event)(anything)
    return bolt


@asynccontextmanager
async def connected(
    server: LoopbackSlack, harbour: Harbour, bolt: Bolt | None = None, *, ping: float = 5.0
) -> AsyncIterator[Bolt]:
    """Run an app over Socket Mode while the block runs."""
    bolt = bolt or made(server, harbour)
    client = AsyncWebClient(base_url=server.api, logger=SILENT)
    bolt.handler = Aiohttp(bolt.app, server.world.app_token(harbour.app), web_client=client, ping_interval=ping)
    await bolt.handler.connect_async()  # type: ignore[no-untyped-call]
    try:
        await until(lambda: server.sockets.of(harbour.app.id))
        yield bolt
    finally:
        await bolt.handler.close_async()  # type: ignore[no-untyped-call]
        # the library leaves its tasks to themselves
        await asyncio.sleep(0)


@asynccontextmanager
async def listening(server: LoopbackSlack, harbour: Harbour, bolt: Bolt | None = None) -> AsyncIterator[Bolt]:
    """Run an app that listens at an address while the block runs."""
    bolt = bolt or made(server, harbour)

    async def answered(request: web.Request) -> web.Response:
        return await to_aiohttp_response(await bolt.app.async_dispatch(await to_bolt_request(request)))

    async with at_address(harbour.app, answered):
        yield bolt


@asynccontextmanager
async def at_address(app: App, answered: Callable[[web.Request], Awaitable[web.StreamResponse]]) -> AsyncIterator[str]:
    """Let an app's events go to an address where this function answers, while the block runs."""
    outside = web.Application()
    outside.router.add_post("/slack/events", answered)
    runner = web.AppRunner(outside, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    app.socket_mode, app.request_url = False, f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events"
    try:
        yield app.request_url
    finally:
        await runner.cleanup()


@dataclass(kw_only=True)
class Wire:
    """A bare socket, which says what a library wouldn't."""

    #: the connection
    socket: aiohttp.ClientWebSocketResponse

    async def next(self) -> Any:
        """Return what comes next; None at the end."""
        message = await self.socket.receive(timeout=60)
        return json.loads(message.data) if message.type is aiohttp.WSMsgType.TEXT else None

    async def ack(self, envelope: JSON, payload: Any = None) -> None:
        """Take an envelope."""
        await self.socket.send_json(
            {"envelope_id": envelope["envelope_id"]} | ({} if payload is None else {"payload": payload})
        )


@asynccontextmanager
async def wired(server: LoopbackSlack, app: App, url: str | None = None) -> AsyncIterator[Wire]:
    """Open a bare socket while the block runs."""
    address = url or server.sockets.ticket(app.id)
    async with aiohttp.ClientSession() as session, session.ws_connect(address, autoping=True) as socket:
        yield Wire(socket=socket)
