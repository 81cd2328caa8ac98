"""The way of an event to its app: tried again until it is taken or lost, and all that can go wrong on the way.

Slack waits three seconds, tries again at once, after a minute and after five, and then the event is lost for good.
`retries` are those waits; a test that hasn't the time makes them short.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from tests.slack.envelopes import EVENT, Ack, Envelope, NotTakenError
from tests.slack.events import Occurrence
from tests.slack.http_delivery import Http
from tests.slack.socket import Sockets
from tests.slack.things import JSON, App

Which = Callable[[Mapping[str, Any]], bool]
#: events that one app may be told in an hour and a workspace
AN_HOUR = 30_000
#: requests in an hour from which on Slack looks how many were taken, and the part of them that is too small
MANY, HARDLY = 1000, 0.05


@dataclass(kw_only=True, eq=False)
class Fate:
    """What became of one event for one app."""

    #: `Ev…`
    event_id: str
    #: the app
    app_id: str
    #: what happened
    event: Mapping[str, Any]
    #: how often it went out
    deliveries: int = 0
    #: how often the app took it
    acks: int = 0
    #: whether it won't come any more, though it was never taken
    lost: bool = False

    @property
    def pending(self) -> bool:
        """Return whether it may still come."""
        return not self.acks and not self.lost


@dataclass(kw_only=True)
class _Trouble:
    """Events that meet with something."""

    #: which
    which: Which
    #: what becomes of their payload; one for each time that it is sent
    becomes: Callable[[JSON], Sequence[JSON]]
    #: how many more; None for all until it is mended
    times: int | None

    def meets(self, event: Mapping[str, Any]) -> bool:
        """Return whether it meets this event, and count it."""
        if self.times == 0 or not self.which(event):
            return False
        if self.times is not None:
            self.times -= 1
        return True


def named(name: str | None) -> Which:
    """Return the choice of all events of a type or subtype; of all events with None."""
    return lambda event: name in {None, event["type"], event.get("subtype")}


@dataclass(kw_only=True)
class Delivery:
    """Tells apps what happens, and what they are asked."""

    #: the world's time
    now: Callable[[], datetime]
    #: apps that listen by Socket Mode
    sockets: Sockets
    #: apps that listen at an address
    http: Http
    #: seconds that Slack waits for an answer
    patience: float = 3.0
    #: seconds before each further try
    retries: tuple[float, ...] = (0.0, 60.0, 300.0)
    #: events that one app may be told in an hour and a workspace
    an_hour: int = AN_HOUR
    #: requests in an hour from which on an app's events are switched off that takes hardly any
    many: int = MANY
    #: apps whose events are switched off
    switched_off: set[str] = field(default_factory=set)
    #: by app and event id, in order; an event without an id is known by the one that it would have had
    fates: dict[tuple[str, str], Fate] = field(default_factory=dict)
    _told: dict[tuple[str, str], deque[datetime]] = field(default_factory=dict)
    _warned: dict[tuple[str, str], int] = field(default_factory=dict)
    _troubles: list[_Trouble] = field(default_factory=list)
    _holding: Which | None = None
    _held: list[tuple[Occurrence, JSON]] = field(default_factory=list)
    _last_id: str = ""
    _tries: dict[str, deque[tuple[datetime, bool]]] = field(default_factory=dict)
    _running: set[asyncio.Task[None]] = field(default_factory=set)

    # what happens

    def emit(self, occurrence: Occurrence) -> None:
        """Take an event from the world."""
        app, event = occurrence.app, occurrence.event
        self.fates[app.id, occurrence.event_id] = Fate(event_id=occurrence.event_id, app_id=app.id, event=event)
        payload = occurrence.payload()
        if self._holding is not None and self._holding(event):
            self._held.append((occurrence, payload))
        else:
            self._go(occurrence, payload)

    def fate(self, **fields: Any) -> Sequence[Fate]:
        """Return what became of the events with such fields, in the order in which they happened."""
        return [
            fate for fate in self.fates.values() if all(fate.event.get(key) == value for key, value in fields.items())
        ]

    @property
    def pending(self) -> Sequence[Fate]:
        """Return the events that may still come, held ones among them."""
        return [fate for fate in self.fates.values() if fate.pending]

    def _go(self, occurrence: Occurrence, payload: JSON) -> None:
        app, fate = occurrence.app, self.fates[occurrence.app.id, occurrence.event_id]
        trouble = next((one for one in self._troubles if one.meets(occurrence.event)), None)
        copies = [payload] if trouble is None else trouble.becomes(payload)
        self._last_id = occurrence.event_id
        if not copies or app.id in self.switched_off or not self._within(app, occurrence.team_id):
            fate.lost = True
            return
        for copy in copies:
            self._start(app, Envelope(kind=EVENT, payload=copy), fate)

    def _within(self, app: App, team_id: str) -> bool:
        """Count an event; say once a minute that there were too many, and return whether it goes out."""
        told, now = self._told.setdefault((app.id, team_id), deque()), self.now()
        while told and now - told[0] >= timedelta(hours=1):
            told.popleft()
        if len(told) < self.an_hour:
            told.append(now)
            return True
        minute = int(now.timestamp()) // 60 * 60
        if self._warned.get((app.id, team_id)) != minute:
            self._warned[app.id, team_id] = minute
            said = {
                "token": app.verification, "type": "app_rate_limited", "team_id": team_id,
                "minute_rate_limited": minute, "api_app_id": app.id,
            }  # fmt: skip
            self._start(app, Envelope(kind=EVENT, payload=said), Fate(event_id="", app_id=app.id, event=said))
        return False

    # how it goes out

    def _start(self, app: App, envelope: Envelope, fate: Fate) -> None:
        try:
            asyncio.get_running_loop()
        except RuntimeError:
            # the world is being made, and nobody listens yet
            fate.lost = True
            return
        first, sent = self._send(app, envelope)
        fate.deliveries += sent
        self.go(self._until_taken(app, envelope, fate, first))

    def go(self, doing: Coroutine[Any, Any, None]) -> None:
        """Do something in the background, until `stop`."""
        task = asyncio.get_running_loop().create_task(doing)
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    def _send(self, app: App, envelope: Envelope) -> "tuple[asyncio.Future[Ack], bool]":
        """Send an envelope before anything else happens; return what will be its answer, and whether it went out."""
        if app.socket_mode:
            return self.sockets.send(app.id, envelope)
        posting = self.http.send(app.request_url, app.signing_secret, envelope, patience=self.patience)
        return asyncio.get_running_loop().create_task(posting), True

    async def _answer(self, app: App, answer: "asyncio.Future[Ack]") -> Ack:
        # a request ends by itself in time
        try:
            async with asyncio.timeout(self.patience if app.socket_mode else None):
                return await answer
        except TimeoutError:
            raise NotTakenError("timeout") from None

    async def _until_taken(
        self, app: App, envelope: Envelope, fate: Fate, answer: "asyncio.Future[Ack]"
    ) -> None:  # fmt: skip
        for wait in (*self.retries, None):
            try:
                await self._answer(app, answer)
            except NotTakenError as refused:
                self._judge(app, taken=False)
                if wait is None or refused.final:
                    break
                await asyncio.sleep(wait)
                envelope = envelope.again(refused.reason)
                answer, sent = self._send(app, envelope)
                fate.deliveries += sent
            else:
                self._judge(app, taken=True)
                fate.acks, fate.lost = fate.acks + 1, False
                return
        fate.lost = not fate.acks

    def _judge(self, app: App, *, taken: bool) -> None:
        """Count a request; tell an app nothing more that took hardly any of many in an hour."""
        if app.socket_mode:
            return
        tries, now = self._tries.setdefault(app.id, deque()), self.now()
        tries.append((now, taken))
        while now - tries[0][0] >= timedelta(hours=1):
            tries.popleft()
        if len(tries) >= self.many and sum(one for _, one in tries) < HARDLY * len(tries):
            self.switched_off.add(app.id)

    def switch_on(self, app: App) -> None:
        """Let an app's owner switch its events on again."""
        self.switched_off.discard(app.id)
        self._tries.pop(app.id, None)

    async def ask(self, app: App, kind: str, payload: Mapping[str, Any]) -> Ack:
        """Ask an app something that a person waits for; raise `NotTakenError` where it doesn't answer in time."""
        answer, sent = self._send(app, Envelope(kind=kind, payload=payload))
        if not sent:
            raise NotTakenError("connection_failed")
        return await self._answer(app, answer)

    async def stop(self) -> None:
        """Try nothing any more."""
        running = list(self._running)
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        await self.http.close()

    # what goes wrong

    def double(self, event: str | None = None, *, times: int | None = 1, which: Which | None = None) -> None:
        """Let events come twice, under the same id."""
        self._meet(lambda payload: [payload, payload], event, times, which)

    def lose(self, event: str | None = None, *, times: int | None = 1, which: Which | None = None) -> None:
        """Let events never come."""
        self._meet(lambda _: [], event, times, which)

    def without_id(self, event: str | None = None, *, times: int | None = 1, which: Which | None = None) -> None:
        """Let events come without an id."""
        self._meet(
            lambda payload: [{key: one for key, one in payload.items() if key != "event_id"}], event, times, which
        )

    def same_id(self, event: str | None = None, *, times: int | None = 1, which: Which | None = None) -> None:
        """Let events come under the id of the one before."""
        self._meet(lambda payload: [payload | {"event_id": self._last_id}], event, times, which)

    def hold(self, event: str | None = None, *, which: Which | None = None) -> None:
        """Hold events back while all others go past them."""
        self._holding = which or named(event)

    def release(self, *, backwards: bool = False) -> int:
        """Let what was held back go, the last first if told so, and return how many events that were."""
        late = list(reversed(self._held)) if backwards else list(self._held)
        self._holding = None
        self._held.clear()
        for occurrence, payload in late:
            self._go(occurrence, payload)
        return len(late)

    def mend(self) -> None:
        """Let everything come as it should, and what was held back first."""
        self._troubles.clear()
        self.release()

    def _meet(
        self, becomes: Callable[[JSON], Sequence[JSON]], event: str | None, times: int | None, which: Which | None
    ) -> None:  # fmt: skip
        self._troubles.append(_Trouble(which=which or named(event), becomes=becomes, times=times))
