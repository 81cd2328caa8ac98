"""One Slack workspace, connected: hands over what happens there, and says honestly from when on nothing is missed.

What Slack says is acknowledged once it is stored, where that takes no longer than Slack waits. Where it does, it is
acknowledged all the same: it is held in memory, and the mark of its channel stays behind it, so that a process that
dies meanwhile leaves a gap that is read back.
"""

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from adapters.slack.bolt import NotTakenError, app_of
from adapters.slack.calls import CallError, Json, called
from adapters.slack.capabilities import capabilities_of
from adapters.slack.channels import Channels
from adapters.slack.door import Door
from adapters.slack.groups import Groups
from adapters.slack.http_mode import Receiver
from adapters.slack.people import People
from adapters.slack.platform import SlackPlatform
from adapters.slack.silence import Silence
from adapters.slack.socket_mode import keep_connected
from adapters.slack.translate import held_in
from bot.domain.gap import GapCause
from bot.errors import LocumError
from bot.ports import ConnectionRevokedError, Feed, PlatformUnavailableError

#: what is done about an event: the workspace it is of, what is said to the core, what Slack says; it is acknowledged
#: once that returns
Handler = Callable[["WorkspaceConnected", Feed, Json], Coroutine[Any, Any, None]]
#: seconds after which something is acknowledged whether or not it is stored: Slack waits for three
_PATIENCE = 2.2
#: seconds between two looks whether the token is still good, where no socket says so
_LOOK = 60.0
#: what somebody gave, pressed or sent
_INTERACTIONS = frozenset({
    "block_actions", "view_submission", "view_closed", "message_action", "shortcut", "block_suggestion",
})  # fmt: skip


@dataclass(kw_only=True, slots=True)
class WorkspaceConnected:
    """A workspace as long as this process owns its connection; it answers to the protocol Connected."""

    #: the way into the workspace
    door: Door
    #: what is asked of it
    platform: SlackPlatform
    #: what is done about each event, by its name
    handlers: Mapping[str, Handler]
    #: answers what somebody gave, pressed or sent; returns what the acknowledgement says
    answer: Callable[["WorkspaceConnected", Feed, Json], Coroutine[Any, Any, Json | None]]
    #: what goes on beside all that, for as long as it is connected
    beside: Handler
    #: what is looked at once more after something was missed: nobody told us what changed meanwhile
    again: Handler
    #: where Slack calls us; None where we open a socket
    receiver: Receiver | None = None
    #: set by whoever believes that nothing arrives any more though the socket is open
    stir: asyncio.Event = field(default_factory=asyncio.Event)
    #: what was heard lately, by which a connection is known that is open and silent
    silence: Silence = field(default_factory=Silence)
    _feed: Feed | None = None
    _lost: bool = False
    _revoked: asyncio.Event = field(default_factory=asyncio.Event)
    _tasks: set["asyncio.Task[Any]"] = field(default_factory=set)
    _turns: dict[str, asyncio.Lock] = field(default_factory=dict)

    @property
    def channels(self) -> Channels:
        """Its channels."""
        return self.platform.channels

    @property
    def people(self) -> People:
        """Its members."""
        return self.platform.people

    @property
    def groups(self) -> Groups:
        """Its user groups."""
        return self.platform.groups

    @property
    def feed(self) -> Feed | None:
        """What is said to the core; None while nobody listens."""
        return self._feed

    async def listen(self, feed: Feed) -> None:
        """Hand over everything that arrives until it is called off; raise when it can't go on by itself."""
        try:
            await self.channels.look()
        except CallError as error:
            raise PlatformUnavailableError(error.result.after) from None
        self._feed, self._lost = feed, False
        app = app_of(self.door.access, self.take)
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._raise_once_revoked())
                if self.receiver is None:
                    group.create_task(
                        keep_connected(self.door.access, app, began=self._live, ended=self._dead, stir=self.stir)
                    )
                else:
                    await self.receiver.hear(self.door.home.workspace, app)
                    self._live()
                    group.create_task(self._look_at_the_token())
                self.begin(self.beside(self, feed, {}))
        except ExceptionGroup as errors:
            raise errors.exceptions[0] from None
        finally:
            self._feed = None
            if self.receiver is not None:
                await self.receiver.hush(self.door.home.workspace)
            for task in self._tasks:
                task.cancel()

    async def close(self) -> None:
        """Let go of the workspace."""
        await self.door.close()

    def revoked(self) -> None:
        """Say that the token isn't good any more: nothing is asked from now on."""
        self._revoked.set()

    async def take(self, body: Json) -> Json | None:
        """Take in what Slack says, and return what the acknowledgement says; raise NotTakenError."""
        feed, kind = self._feed, str(body.get("type", ""))
        if feed is None:
            # whoever owns the workspace next is told again
            raise NotTakenError
        if kind in _INTERACTIONS or "command" in body:
            return await self.answer(self, feed, body)
        event = body.get("event")
        if kind == "event_callback" and isinstance(event, dict):
            if self._is_ours(body):
                await self._heard(feed, {**event, "event_id": body.get("event_id", "")})
        elif kind == "app_rate_limited":
            # more was said than Slack tells in an hour: what it leaves out is read back
            self.reread()
        return None

    def missed(self) -> None:
        """Say that something happened that nobody told us of: a socket is opened anew, and what is missing is read."""
        if self.receiver is None:
            self.stir.set()
        else:
            self.reread()

    def reread(self) -> None:
        """Say that something was missed until now, though all arrives: it is read back."""
        self._dead()
        self._live()

    def begin(self, work: Coroutine[Any, Any, Any]) -> "asyncio.Task[Any]":
        """Have something done beside what arrives; what Slack or the database doesn't take now isn't raised."""

        async def done() -> None:
            try:
                await work
            except ConnectionRevokedError:
                self.revoked()
            except Exception as error:  # noqa: BLE001 - whatever it is, everything else goes on
                self.door.home.tell(error)

        task = asyncio.create_task(done())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    def turn(self, channel: str) -> asyncio.Lock:
        """Return what is held while something of a channel is looked up: nothing overtakes it there."""
        return self._turns.setdefault(channel, asyncio.Lock())

    async def _heard(self, feed: Feed, event: Json) -> None:
        """Return once an event is stored, or before, where that takes longer than Slack waits.

        Raises NotTakenError where it can't be stored: Slack says it again.
        """
        if event.get("type") == "message":
            self.silence.heard(str(event.get("channel", "")), held_in(event).get("ts"))
        handler = self.handlers.get(str(event.get("type", "")))
        if handler is None:
            # Slack has many events, and more each year: what we don't know of concerns us as little
            return
        stored = asyncio.Event()
        work = self.begin(self._stored(handler, feed, event, stored))
        done, _ = await asyncio.wait({work}, timeout=_PATIENCE)
        if done and not stored.is_set():
            raise NotTakenError

    async def _stored(self, handler: Handler, feed: Feed, event: Json, stored: asyncio.Event) -> None:
        await handler(self, feed, event)
        with suppress(LocumError):
            # where it doesn't settle here, somebody else owns the community by now, and reads it back
            await feed.settled()
            stored.set()

    def _is_ours(self, body: Json) -> bool:
        """Return whether an event is of this workspace: an app may be in several."""
        own = self.door.home.workspace
        shared = body.get("authorizations") or ()
        return body.get("team_id", own) == own or any(one.get("team_id") == own for one in shared)

    def _live(self) -> None:
        """Say that everything arrives from now on."""
        feed = self._feed
        if feed is None:
            return
        feed.expect(self.channels.heard())
        feed.resumed(self.door.clock.now())
        self.silence.begin(self.door.clock.now())
        if self._lost:
            self.begin(self.again(self, feed, {}))
        self._lost = True

    def _dead(self) -> None:
        """Say that something may be missed from now on."""
        if self._feed is not None:
            self._feed.interrupted(GapCause.INTERRUPTED)

    async def probe(self, feed: Feed) -> None:
        """Say how each thing can be done here, by both tokens as they are now."""
        await feed.able(capabilities_of(self.door))

    async def _raise_once_revoked(self) -> None:
        await self._revoked.wait()
        raise ConnectionRevokedError

    async def _look_at_the_token(self) -> None:
        while True:
            await asyncio.sleep(_LOOK)
            with suppress(CallError):
                await called(self.door, "auth.test")
