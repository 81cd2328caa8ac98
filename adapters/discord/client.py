"""The one connection to Discord's gateway: hands each event to whoever listens to its server, as Discord sent it.

The library keeps the session alive, resumes it, and remembers servers, channels and roles. Events that are judged are
taken over as JSON, before the library makes objects of them: what it has no cache for it would drop (an edit of an old
message, a name change of a member never seen), and most objects would be made for nothing in a raid.
"""

import asyncio
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Protocol

import aiohttp
import discord

from adapters.discord.beginnings import BETWEEN, Beginnings
from adapters.discord.pacing import hear
from adapters.discord.translate import Json
from adapters.discord.turns import take_turns
from bot.ports import PlatformUnavailableError

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
_UNAUTHORISED = 401
#: what is asked for by another token than the bot's
_OWN_TOKENS = ("/webhooks/", "/interactions/")
#: seconds in which the gateway says who somebody is
_PATIENCE = 4.0


class Listener(Protocol):
    """Somebody who listens to one server."""

    def heard(self, event: str, data: Json) -> None:
        """Take in what happened there: the event's name, and its data as Discord sent it."""
        ...


@dataclass(kw_only=True, slots=True)
class _Asked:
    """Members that were asked for."""

    #: done once all of them are told
    whole: "asyncio.Future[None]"
    #: who was told of
    members: list[Json] = field(default_factory=list)

    def add(self, data: Mapping[str, Any]) -> None:
        """Take in one piece of the answer."""
        self.members.extend(data.get("members") or ())
        if data.get("chunk_index", 0) + 1 >= data.get("chunk_count", 1) and not self.whole.done():
            self.whole.set_result(None)


class Client(discord.AutoShardedClient):
    """A session with Discord for every server that the token is good for."""

    def __init__(self, *, intents: discord.Intents, beginnings: Beginnings) -> None:
        """Take what is to be heard, and how often sessions were begun; nothing is connected yet."""
        #: Discord no longer knows the token
        self.is_revoked = False
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
            http_trace=self._refusals(),
        )
        #: by the server's id
        self.listeners: dict[str, Listener] = {}
        #: hears of events that can't be read
        self.odd: Callable[[Exception], None] = _unheard
        #: hears interactions of direct messages, which belong to no server
        self.aside: Listener | None = None
        self._beginnings = beginnings
        self._asked: dict[str, _Asked] = {}
        self._take_over(self._connection.parsers)
        self._stop_at_refusal(self.http)
        take_turns(self.http)

    def _take_over(self, parsers: dict[str, Callable[[Any], Any]]) -> None:
        """Hear events by their names: the library has no other door to what it doesn't make objects of."""

        def taken(event: str) -> Callable[[Any], Any]:
            return partial(self._sure, self._hand_on, event)

        def written(data: Any) -> None:
            self._sure(self._note_newest, data)
            self._sure(self._hand_on, "MESSAGE_CREATE", data)

        def followed(event: str, known: Callable[[Any], Any]) -> Callable[[Any], Any]:
            def follow(data: Any) -> None:
                self._sure(known, data)
                self._sure(self._hand_on, event, data)

            return follow

        ready = parsers["READY"]

        def shown(data: Any) -> None:
            # not through `_sure`: without it the library has no session
            ready(data)
            self._sure(self._miss, data)

        parsers["READY"] = shown
        chunks = parsers["GUILD_MEMBERS_CHUNK"]

        def told(data: Any) -> None:
            asked = self._asked.get(str(data.get("nonce")))
            if asked is None:
                # the library's own question
                chunks(data)
            else:
                asked.add(data)

        parsers["GUILD_MEMBERS_CHUNK"] = told
        for event in _TAKEN:
            parsers[event] = written if event == "MESSAGE_CREATE" else taken(event)
        for event in _FOLLOWED:
            parsers[event] = followed(event, parsers[event])

    def _sure(self, hear: Callable[..., Any], *heard: Any) -> None:
        """Hear an event; one that can't be read is told, and takes nothing else along: it would end the session."""
        try:
            hear(*heard)
        except Exception as error:  # noqa: BLE001 - whatever is wrong with it, the next one is to be heard
            self.odd(error)

    def _miss(self, data: Mapping[str, Any]) -> None:
        """Tell those whose server a new session doesn't name: we were removed from it while nobody listened."""
        named = {str(one["id"]) for one in data.get("guilds") or ()}
        shard, shards = data.get("shard") or (0, 1)
        for server, listener in list(self.listeners.items()):
            if (int(server) >> 22) % int(shards) == int(shard) and server not in named:
                listener.heard("GUILD_DELETE", {"id": server})

    def _note_newest(self, data: Mapping[str, Any]) -> None:
        """Remember a channel's newest message, as the library would: a channel without news isn't read back."""
        server = self.get_guild(int(data.get("guild_id") or 0))
        channel = None if server is None else server.get_channel_or_thread(int(data["channel_id"]))
        if isinstance(channel, discord.TextChannel | discord.VoiceChannel | discord.StageChannel | discord.Thread):
            channel.last_message_id = max(int(data["id"]), channel.last_message_id or 0)

    def _stop_at_refusal(self, http: discord.http.HTTPClient) -> None:
        """Ask nothing more once Discord no longer knows the token: what is asked without one is counted against us."""
        ask = http.request

        async def request(route: discord.http.Route, **more: Any) -> Any:
            if self.is_revoked:
                raise discord.LoginFailure
            if self.is_closed():
                raise aiohttp.ClientConnectionError
            return await ask(route, **more)

        http.request = request  # type: ignore[method-assign]  # every call goes through it

    def _refusals(self) -> aiohttp.TraceConfig:
        """Return what notices a refusal at once: what waits inside the library for its turn isn't asked after it.

        What answers say of limits is handed on to whoever asked.
        """

        async def begins(_session: Any, _context: Any, _asked: aiohttp.TraceRequestStartParams) -> None:
            if self.is_revoked:
                raise discord.LoginFailure

        async def ends(_session: Any, _context: Any, asked: aiohttp.TraceRequestEndParams) -> None:
            hear(asked.response.headers, asyncio.get_running_loop().time())
            path = str(asked.url).removeprefix(discord.http.Route.BASE)
            # a gateway is elsewhere, and what answers an interaction goes by a token of its own
            if asked.response.status == _UNAUTHORISED and path.startswith("/") and not path.startswith(_OWN_TOKENS):
                self.is_revoked = True

        trace = aiohttp.TraceConfig()
        trace.on_request_start.append(begins)
        trace.on_request_end.append(ends)
        return trace

    def _hand_on(self, event: str, data: Mapping[str, Any]) -> None:
        server = data.get("guild_id") or (data.get("id") if event in ("GUILD_CREATE", "GUILD_DELETE") else None)
        listener = self.aside if server is None else self.listeners.get(str(server))
        if listener is not None:
            listener.heard(event, data)

    async def ask_members(self, server: int, users: Sequence[int]) -> Sequence[Json]:
        """Return the member objects of at most a hundred users, with one question; who isn't there is missing.

        Raises TimeoutError where the gateway doesn't answer.
        """
        nonce = secrets.token_hex(8)
        asked = self._asked[nonce] = _Asked(whole=asyncio.get_running_loop().create_future())
        try:
            async with asyncio.timeout(_PATIENCE):
                socket = self._get_websocket(server)
                await socket.request_chunks(server, limit=len(users), user_ids=list(users), nonce=nonce)
                await asked.whole
        except (discord.DiscordException, OSError, RuntimeError, LookupError, AttributeError):
            # there is no connection for now
            raise TimeoutError from None
        finally:
            del self._asked[nonce]
        return asked.members

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Begin no more sessions than are good for a token, however often connections break.

        Raises PlatformUnavailableError, which ends the client: nobody waits for long on a connection that is open.
        """
        loop = asyncio.get_running_loop()
        wait = self._beginnings.wait(loop.time())
        if wait > BETWEEN:
            raise PlatformUnavailableError(wait)
        await asyncio.sleep(wait)
        self._beginnings.begin(loop.time())


def _unheard(_error: Exception) -> None:
    return None
