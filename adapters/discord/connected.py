"""One Discord server, connected: hands over what happens there, and says honestly from when on nothing is missed."""

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from typing import Any

from adapters.discord.authors import Authors
from adapters.discord.capabilities import capabilities_of
from adapters.discord.door import Door
from adapters.discord.names import Names
from adapters.discord.platform import DiscordPlatform
from adapters.discord.prevention.state import Prevention
from adapters.discord.prevention.sync import keep_prevented
from adapters.discord.server import channel_of, names_of, role_names, streams_of, title_of
from adapters.discord.sharing import NotInvitedError, Session
from adapters.discord.syncing import keep_told
from adapters.discord.translate import Json, author_of, join_of, message_of
from bot.domain.gap import GapCause
from bot.domain.message import Channel, Message
from bot.domain.place import stream_of
from bot.ports import Feed, PlatformUnavailableError

#: what is done about an event that isn't a message: the server it is of, what is said to the core, the event's data
Handler = Callable[["ServerConnected", Feed, Json], Coroutine[Any, Any, None]]
#: no event of Discord's: everything arrives from now on, for the first time or again
LIVE = "LIVE"
#: types of messages by which a program answers a command or a menu: what it promised before comes as no edit
_ANSWERS = (20, 23)
#: forum posts whose titles are waited for
_UNTITLED = 1_000
#: seconds after which a message that Discord didn't show is asked for again
_AGAIN = 1.0


@dataclass(kw_only=True, slots=True)
class ServerConnected:
    """A server as long as this process owns its connection; it answers to the protocols Connected and Listener."""

    #: the session with Discord
    session: Session
    #: the way into the server
    door: Door
    #: what is asked of it
    platform: DiscordPlatform
    #: what is done about events that take more than handing over, by their names
    handlers: Mapping[str, Handler]
    #: names and titles that were judged a moment ago
    names: Names = field(default_factory=Names)
    #: what Discord itself holds back
    prevention: Prevention = field(default_factory=Prevention)
    _authors: Authors = field(default_factory=Authors)
    _feed: Feed | None = None
    _lives: bool = False
    _away: asyncio.Event = field(default_factory=asyncio.Event)
    _tasks: set["asyncio.Task[None]"] = field(default_factory=set)

    @property
    def feed(self) -> Feed | None:
        """What is said to the core; None while nobody listens."""
        return self._feed

    async def listen(self, feed: Feed) -> None:
        """Hand over everything that arrives until it is called off; raise when it can't go on by itself."""
        client = self.session.client
        self._feed, self._lives = feed, False
        client.listeners[self.door.home.server] = self
        client.odd = self.door.home.tell
        self._live()
        self.begin(keep_told(client, self.door.home.server))
        self.begin(self._say_what_it_can(feed))
        if self.door.home.prevents:
            self.begin(keep_prevented(self))
        ended, away = asyncio.create_task(self.session.ended()), asyncio.create_task(self._away.wait())
        try:
            await asyncio.wait({ended, away}, return_when=asyncio.FIRST_COMPLETED)
            if away.done():
                raise NotInvitedError
            ended.result()
        finally:
            ended.cancel()
            away.cancel()
            if client.listeners.get(self.door.home.server) is self:
                del client.listeners[self.door.home.server]
            self._feed = None
            for task in self._tasks:
                task.cancel()

    async def close(self) -> None:
        """Let go of the server; the last one ends the session."""
        await self.session.leave()

    async def _say_what_it_can(self, feed: Feed) -> None:
        await feed.able(capabilities_of(self.door))

    def heard(self, event: str, data: Json) -> None:
        """Take in what happened on the server."""
        feed = self._feed
        if feed is None:
            return
        match event:
            case "MESSAGE_CREATE" | "MESSAGE_UPDATE":
                self._message(feed, data, edited=event == "MESSAGE_UPDATE")
            case "GUILD_MEMBER_REMOVE":
                self.platform.members.forget(str(data["user"]["id"]))
            case "GUILD_MEMBER_ADD":
                self.platform.members.forget(str((data.get("user") or {}).get("id")))
                joined = join_of(self.door.home.server, data, role_names(self.door.server))
                if joined is not None:
                    feed.offer(joined)
            case "GUILD_CREATE":
                self._live()
            case "GUILD_DELETE":
                # an outage ends with the server shown once more; else we were removed from it
                if not data.get("unavailable"):
                    self._away.set()
            case "CHANNEL_CREATE" | "THREAD_CREATE" | "THREAD_LIST_SYNC":
                feed.expect(streams_of(self.door.server))
        handler = self.handlers.get(event)
        if handler is not None:
            self.begin(handler(self, feed, data))

    def begin(self, work: Coroutine[Any, Any, None]) -> None:
        """Have something done beside what arrives; what Discord or the database doesn't take now isn't raised."""

        async def done() -> None:
            try:
                await work
            except Exception as error:  # noqa: BLE001 - whatever it is, everything else goes on
                self.door.home.tell(error)

        task = asyncio.create_task(done())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def channel(self, id_: str) -> Channel | None:
        """Return the channel or thread of that id; None for one that isn't known yet."""
        return channel_of(self.door.server, id_)

    def _live(self) -> None:
        """Say that everything arrives from now on, and that something may have been missed if it did before."""
        feed = self._feed
        if feed is None:
            return
        self.door.server = self.session.client.get_guild(self.door.number) or self.door.server
        feed.expect(streams_of(self.door.server))
        for thread in self.door.server.threads:
            self.names.learn(str(thread.id), thread.name)
        if self._lives:
            feed.interrupted(GapCause.INTERRUPTED)
        self._lives = True
        feed.resumed(self.door.clock.now())
        begun = self.handlers.get(LIVE)
        if begun is not None:
            self.begin(begun(self, feed, {}))

    def _message(self, feed: Feed, data: Json, *, edited: bool) -> None:
        if edited and not data.get("edited_timestamp") and data.get("type") not in _ANSWERS:
            # a link's preview came, or a thread was begun at it: nobody changed a word
            return
        channel = self.channel(str(data["channel_id"]))
        if channel is None or "author" not in data:
            self.begin(self._unknown(feed, data))
            return
        if str(data["author"]["id"]) == str(self.door.own):
            # what Locum posted is no message of a member
            return
        if str(author_of(data)["id"]) != str(data["author"]["id"]):
            # who brought a program along isn't shown with what it says: that is asked for
            self.begin(self._unknown(feed, data))
            return
        message = self._read(data, channel)
        if message is not None and self.door.tells(message):
            # what is turned away is noted as a gap by whoever does so, and read back
            feed.offer(message)

    async def _unknown(self, feed: Feed, data: Json) -> None:
        """Hand over a message as Discord shows it anew, with who wrote it: also in a thread that was put away."""
        message = await self._fetched(data)
        if message is not None and self.door.tells(message):
            feed.expect([stream_of(message.channel)])
            feed.offer(message)
            self._note_title(message)

    def _note_title(self, message: Message) -> None:
        """Remember a forum post whose first message came before its title: both are judged once that is known."""
        thread = message.channel.thread
        if message.ref.message == thread and self.channel(thread) is None and len(self.names.untitled) < _UNTITLED:
            self.names.untitled.add(thread)

    async def _fetched(self, data: Json) -> Message | None:
        while True:
            try:
                return await self.platform.fetched(str(data["channel_id"]), str(data["id"]))
            except PlatformUnavailableError as error:
                # nobody else knows of it: no stream that is read back holds it
                await asyncio.sleep(error.after or _AGAIN)

    def _read(self, data: Json, channel: Channel) -> Message | None:
        member = data.get("member")
        roles = names_of(self.door.server, () if member is None else member.get("roles", ()))
        author = self._authors.of(self.door.home.server, data["author"], member, roles)
        return message_of(data, channel, author, title=title_of(self.door.server, data))
