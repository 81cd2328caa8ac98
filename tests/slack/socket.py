"""Socket Mode: tickets, up to ten links of one app, envelopes over them, and every way in which a link ends."""

import asyncio
import json
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from aiohttp import WSMsgType, web

from tests.slack.envelopes import EVENT, Ack, Envelope

#: links that one app may have at once
MOST = 10
#: how long a ticket lets somebody in
TICKET = timedelta(seconds=30)
#: seconds that Slack says a link will live
LIVES = 18060
#: seconds of silence after which Slack pings
PINGS = 10.0
#: why Slack ends a link
WARNING, REFRESH, DISABLED, TOO_MANY = "warning", "refresh_requested", "link_disabled", "too_many_websockets"

Answers = asyncio.Future[Ack]


@dataclass(kw_only=True, eq=False)
class Link:
    """One websocket of an app."""

    #: whose
    app_id: str
    #: the connection
    socket: web.WebSocketResponse
    #: what the connection stands on
    request: web.Request
    #: seconds of silence after which it is pinged
    pings: float = PINGS
    #: open, but nothing comes through it any more, pongs neither
    wedged: bool = False
    #: envelopes that wait for an answer, by id
    waiting: dict[str, Answers] = field(default_factory=dict)
    _queue: asyncio.Queue[str | None] = field(default_factory=asyncio.Queue)

    def say(self, payload: Any) -> None:
        """Send something when everything before it has gone out."""
        if not self.wedged:
            self._queue.put_nowait(json.dumps(payload))

    def end(self) -> None:
        """Close the link when everything before it has gone out."""
        self._queue.put_nowait(None)

    def cut(self) -> None:
        """End the link as a pulled cable does."""
        if self.request.transport is not None:
            self.request.transport.abort()

    async def pump(self) -> None:
        """Send what is to be said, until the link ends."""
        with suppress(ConnectionError):
            while True:
                try:
                    async with asyncio.timeout(self.pings):
                        text = await self._queue.get()
                except TimeoutError:
                    await self._ping()
                    continue
                if text is None:
                    break
                await self.socket.send_str(text)
            await self.socket.close()

    async def _ping(self) -> None:
        """Ask whether somebody is there, as Slack does while nothing else is said."""
        if not self.wedged:
            await self.socket.ping(b"Ping from applink-loopback")


@dataclass(frozen=True, kw_only=True)
class Ticket:
    """A way in, once."""

    #: whose
    app_id: str
    #: until when
    until: datetime


@dataclass(frozen=True, kw_only=True)
class Acked:
    """One answer that came over a link."""

    #: whose
    app_id: str
    #: of which envelope
    envelope_id: str
    #: with which content; None without any
    payload: Any
    #: whether somebody waited for it; late ones and those on another link aren't waited for
    expected: bool


@dataclass(kw_only=True)
class Sockets:
    """Every app's links, and how they came in."""

    #: the world's time
    now: Callable[[], datetime]
    #: where links lead; set by the server
    host: str = "ws://127.0.0.1"
    #: how long tickets live
    ticket_lives: timedelta = TICKET
    #: seconds for which a link that was told to end is still listened to
    lingers: float = 0.2
    #: seconds of silence after which links are pinged
    pings: float = PINGS
    #: connections that are still refused, with 503
    refused: int = 0
    #: by app, oldest first
    links: dict[str, list[Link]] = field(default_factory=dict)
    #: every answer, in order
    acks: list[Acked] = field(default_factory=list)
    #: what an app said that is no answer
    off: list[str] = field(default_factory=list)
    #: tickets that were given, ever
    tickets_given: int = 0
    #: links that were opened, ever
    opened: int = 0
    _tickets: dict[str, Ticket] = field(default_factory=dict)
    _turn: dict[str, int] = field(default_factory=dict)
    _disabled: set[str] = field(default_factory=set)

    # the way in

    def ticket(self, app_id: str) -> str:
        """Return an address at which an app may connect once, for some time."""
        name = uuid4().hex
        self._tickets[name] = Ticket(app_id=app_id, until=self.now() + self.ticket_lives)
        self.tickets_given += 1
        return f"{self.host}/link?ticket={name}&app_id={app_id}"

    async def connect(self, request: web.Request) -> web.StreamResponse:
        """Serve one link until it ends; refuse who has no good ticket."""
        if self.refused:
            self.refused -= 1
            return web.Response(status=503)
        ticket = self._tickets.pop(request.query.get("ticket", ""), None)
        if ticket is None or ticket.until < self.now() or ticket.app_id in self._disabled:
            return web.Response(status=408)
        socket = web.WebSocketResponse(autoping=False, max_msg_size=2**20)
        await socket.prepare(request)
        link = Link(app_id=ticket.app_id, socket=socket, request=request, pings=self.pings)
        pump = asyncio.create_task(link.pump())
        mine = self.links.setdefault(ticket.app_id, [])
        mine.append(link)
        self.opened += 1
        try:
            self._greet(link, len(mine))
            await self._listen(link)
            await pump
        finally:
            if link in mine:
                mine.remove(link)
            pump.cancel()
        return socket

    def _greet(self, link: Link, count: int) -> None:
        debug = {"host": "applink-loopback", "build_number": 1, "approximate_connection_time": LIVES}
        if count > MOST:
            self.links[link.app_id].remove(link)
            link.say({"type": "disconnect", "reason": TOO_MANY, "debug_info": debug})
            link.end()
            return
        told = {"type": "hello", "num_connections": count, "connection_info": {"app_id": link.app_id}}
        link.say(told | {"debug_info": debug})

    async def _listen(self, link: Link) -> None:
        async for message in link.socket:
            match message.type:
                case WSMsgType.PING if not link.wedged:
                    with suppress(ConnectionError):
                        await link.socket.pong(message.data)
                case WSMsgType.TEXT if not link.wedged:
                    self._hear(link, message.data)
                case WSMsgType.BINARY:
                    self.off.append("Socket Mode speaks text alone")
        link.end()

    def _hear(self, link: Link, text: str) -> None:
        try:
            said = json.loads(text)
        except ValueError:
            said = None
        if not isinstance(said, dict) or not isinstance(said.get("envelope_id"), str):
            self.off.append(f"no answer to an envelope: {text[:200]}")
            return
        waited = link.waiting.pop(said["envelope_id"], None)
        expected = waited is not None and not waited.done()
        payload = said.get("payload")
        self.acks.append(Acked(app_id=link.app_id, envelope_id=said["envelope_id"], payload=payload, expected=expected))
        if waited is not None and expected:
            waited.set_result(Ack(payload=payload))

    # what goes out

    def send(self, app_id: str, envelope: Envelope) -> tuple[Answers, bool]:
        """Send an envelope over one link, each in turn, and return what will be its answer and whether there is a link.

        Who sends it gives up by cancelling the answer.
        """
        answer: Answers = asyncio.get_running_loop().create_future()
        links = self.links.get(app_id)
        if not links:
            return answer, False
        turn = self._turn[app_id] = self._turn.get(app_id, -1) + 1
        link = links[turn % len(links)]
        link.waiting[envelope.id] = answer
        answer.add_done_callback(lambda _: link.waiting.pop(envelope.id, None))
        told = {
            "envelope_id": envelope.id, "type": envelope.kind, "payload": envelope.payload,
            "accepts_response_payload": envelope.kind != EVENT,
        }  # fmt: skip
        if envelope.attempt is not None:
            told |= {"retry_attempt": envelope.attempt, "retry_reason": envelope.reason or ""}
        link.say(told)
        return answer, True

    # how links end

    def of(self, app_id: str | None = None) -> Sequence[Link]:
        """Return the links of one app, or of all."""
        return [link for app, links in self.links.items() for link in links if app_id in {None, app}]

    @property
    def connected(self) -> int:
        """Return how many links there are."""
        return len(self.of())

    def disconnect(self, reason: str = REFRESH, app_id: str | None = None) -> int:
        """Tell links that they end, then end them, and return how many; a warning comes before, and ends none.

        Nothing new goes over a link that was told so. `link_disabled` shuts the app out whose name it needs: Socket
        Mode was switched off for it.
        """
        chosen = self.of(app_id)
        if reason == DISABLED and app_id is not None:
            self._disabled.add(app_id)
        for link in chosen:
            link.say({"type": "disconnect", "reason": reason, "debug_info": {"host": "applink-loopback"}})
            if reason != WARNING:
                # what it was told before may still be answered
                self.links[link.app_id].remove(link)
                asyncio.get_running_loop().call_later(self.lingers, link.end)
        return len(chosen)

    def enable(self, app_id: str) -> None:
        """Let an app in again that was shut out."""
        self._disabled.discard(app_id)

    def drop(self, app_id: str | None = None) -> int:
        """Cut links without a word, and return how many there were."""
        chosen = self.of(app_id)
        for link in chosen:
            self.links[link.app_id].remove(link)
            link.cut()
        return len(chosen)

    def wedge(self, app_id: str | None = None) -> int:
        """Let links stay open while nothing comes through them any more, and return how many there were."""
        chosen = self.of(app_id)
        for link in chosen:
            link.wedged = True
        return len(chosen)

    def expire_tickets(self) -> None:
        """Let every ticket that is out be too old."""
        self._tickets.clear()
