"""The one connection to Discord's gateway: hands each event to whoever listens to its server, as Discord sent it.

The library keeps the session alive, resumes it, and remembers servers, channels and roles. Events that are judged are
taken over as JSON, before the library makes objects of them: what it has no cache for it would drop (an edit of an old
message, a name change of a member never seen), and most objects would be made for nothing in a raid.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Mapping
from typing import Any, Protocol

import discord

from adapters.discord.translate import Json

#: what is taken over as it comes: nothing else happens to it in the library
_TAKEN = (
    "MESSAGE_CREATE", "MESSAGE_UPDATE", "MESSAGE_DELETE", "MESSAGE_DELETE_BULK", "GUILD_AUDIT_LOG_ENTRY_CREATE",
    "AUTO_MODERATION_ACTION_EXECUTION", "INTERACTION_CREATE",
)  # fmt: skip
#: what the library has to know as well, and knows first
_FOLLOWED = (
    "GUILD_CREATE", "GUILD_DELETE", "CHANNEL_CREATE", "CHANNEL_UPDATE", "THREAD_CREATE", "THREAD_UPDATE",
    "THREAD_LIST_SYNC", "GUILD_MEMBER_ADD", "GUILD_MEMBER_UPDATE", "GUILD_MEMBER_REMOVE",
)  # fmt: skip
#: sessions that are begun in an hour, whatever happens: Discord resets the token of a bot that begins a thousand a day
SESSIONS = 40
_HOUR = 3_600.0
_BETWEEN = 5.0


class Listener(Protocol):
    """Somebody who listens to one server."""

    def heard(self, event: str, data: Json) -> None:
        """Take in what happened there: the event's name, and its data as Discord sent it."""
        ...


class Client(discord.AutoShardedClient):
    """A session with Discord for every server that the token is good for."""

    def __init__(self, *, intents: discord.Intents) -> None:
        """Take what is to be heard; nothing is connected yet."""
        super().__init__(
            intents=intents,
            # whatever is sent pings nobody that it doesn't name
            allowed_mentions=discord.AllowedMentions.none(),
            max_messages=None,
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            # what would have to wait longer is told, and tried again by whoever plans it
            max_ratelimit_timeout=30.0,
            guild_ready_timeout=0.5,
        )
        #: by the server's id
        self.listeners: dict[str, Listener] = {}
        #: hears interactions of direct messages, which belong to no server
        self.aside: Listener | None = None
        self._begun: deque[float] = deque()
        self._take_over(self._connection.parsers)

    def _take_over(self, parsers: dict[str, Callable[[Any], Any]]) -> None:
        """Hear events by their names: the library has no other door to what it doesn't make objects of."""

        def taken(event: str) -> Callable[[Any], Any]:
            return lambda data: self._hand_on(event, data)

        def followed(event: str, known: Callable[[Any], Any]) -> Callable[[Any], Any]:
            def follow(data: Any) -> None:
                known(data)
                self._hand_on(event, data)

            return follow

        for event in _TAKEN:
            parsers[event] = taken(event)
        for event in _FOLLOWED:
            parsers[event] = followed(event, parsers[event])

    def _hand_on(self, event: str, data: Mapping[str, Any]) -> None:
        server = data.get("guild_id") or (data.get("id") if event in ("GUILD_CREATE", "GUILD_DELETE") else None)
        listener = self.aside if server is None else self.listeners.get(str(server))
        if listener is not None:
            listener.heard(event, data)

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Begin no more sessions than are good for a token, however often connections break."""
        loop = asyncio.get_running_loop()
        if not initial:
            await asyncio.sleep(_BETWEEN)
        while self._begun and self._begun[0] <= loop.time() - _HOUR:
            self._begun.popleft()
        if len(self._begun) >= SESSIONS // 2:
            # half of them at once, the others spread over the hour
            await asyncio.sleep(_HOUR / (SESSIONS // 2))
        self._begun.append(loop.time())
