"""Asks Discord how things stand for the bot, without a session: what is judged, and what a draft begins with."""

from collections.abc import AsyncIterator, Awaitable, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, cast

import discord
from discord.http import Route

from adapters.discord.calls import CallError, called
from adapters.discord.sharing import Access
from adapters.discord.translate import Json
from bot.domain.action import Answer
from bot.ports import ConnectionRevokedError, PlatformUnavailableError

#: servers of one bot that are listed at once; more are asked for by the last one's id
_PAGE = 200


@dataclass(frozen=True, kw_only=True, slots=True)
class Seen:
    """One server as it is, as far as the bot may know; None is what Discord didn't say."""

    #: the server with its roles; None where the bot isn't on it
    server: Json | None
    #: its channels that the bot sees, categories too
    channels: Sequence[Json] | None = None
    #: ids of channels asked for that are there, and that the bot doesn't see
    closed: frozenset[str] = frozenset()
    #: the bot's own member object
    own: Json | None = None
    #: commands that are registered there
    commands: Sequence[Json] | None = None
    #: to whom the server's administrators show them: command id → entries
    shown: Mapping[str, Sequence[Json]] | None = None
    #: rules of AutoMod, whoever made them; None without the right to manage the server
    rules: Sequence[Json] | None = None
    #: members asked for by user id; None for who isn't there
    people: Mapping[str, Json | None] = field(default_factory=dict)


class Probe:
    """A login without a session: every question is one request."""

    def __init__(self, client: discord.Client, application: Json) -> None:
        self._client = client
        #: the application as Discord shows it: its id, name and flags
        self.application = application

    @property
    def id(self) -> str:
        """The application's id, by which it is invited."""
        return str(self.application["id"])

    async def servers(self) -> list[Json]:
        """Return the servers that the bot is on, each with its id and name."""
        found: list[Json] = []
        while True:
            after = int(found[-1]["id"]) if found else None
            page: Any = await _asked(self._client.http.get_guilds(_PAGE, after=after, with_counts=False))
            found += page or ()
            if len(page or ()) < _PAGE:
                return found

    async def server(self, server: str, people: Collection[str] = (), places: Collection[str] = ()) -> Seen:
        """Return how a server is; `people` and `places` are ids of members and channels that somebody named.

        Raises PlatformUnavailableError, ConnectionRevokedError.
        """
        http, number = self._client.http, int(server)
        found = await _asked(http.get_guild(number, with_counts=False))
        if found is None:
            return Seen(server=None)
        application, own = int(self.id), self._client.user
        shown = await _asked(http.get_guild_application_command_permissions(application, number))
        channels = await _asked(http.get_all_guild_channels(number))
        # https://docs.discord.com/developers/topics/permissions#channel-visibility: what isn't seen isn't listed
        unlisted = set(places) - {str(one["id"]) for one in channels or ()}
        closed = [one for one in sorted(unlisted) if channels is not None and await self._is_closed(one)]
        return Seen(
            server=cast("Json", found),
            channels=channels,
            closed=frozenset(closed),
            own=None if own is None else cast("Json | None", await _asked(http.get_member(number, own.id))),
            commands=cast("Any", await _asked(http.request(_commands(application, number), params=_WHOLE))),
            shown=None if shown is None else {str(one["id"]): one["permissions"] for one in shown},
            rules=await _asked(http.get_auto_moderation_rules(number)),
            people={user: cast("Json | None", await _asked(http.get_member(number, int(user)))) for user in people},
        )

    async def _is_closed(self, channel: str) -> bool:
        """Return whether a channel is there, and closed to the bot."""
        try:
            await called(self._client.http.get_channel(int(channel)))
        except CallError as error:
            if error.result.answer in (Answer.GONE, Answer.FORBIDDEN):
                return error.result.answer is Answer.FORBIDDEN
            raise PlatformUnavailableError(error.result.after) from None
        return False


#: with their names in every language
_WHOLE = {"with_localizations": "true"}


def _commands(application: int, server: int) -> Route:
    return Route("GET", "/applications/{application_id}/guilds/{guild_id}/commands", application_id=application,
                 guild_id=server)  # fmt: skip


async def _asked(call: Awaitable[Any]) -> Any:
    """Return what Discord says; None for what isn't there, or closed to the bot."""
    try:
        return await called(call)
    except CallError as error:
        if error.result.answer in (Answer.GONE, Answer.FORBIDDEN):
            return None
        raise PlatformUnavailableError(error.result.after) from None


@asynccontextmanager
async def probing(access: Access) -> AsyncIterator[Probe]:
    """Log in for as long as there are questions; no session is begun, so none of a running program is disturbed.

    Raises ConnectionRevokedError for a token that is no good, PlatformUnavailableError.
    """
    if access.api:
        Route.BASE = access.api.rstrip("/")
    client = discord.Client(intents=discord.Intents(guilds=True), max_ratelimit_timeout=30.0)
    try:
        try:
            await called(client.login(access.token))
            application = cast("Json", await called(client.http.application_info()))
        except discord.LoginFailure:
            raise ConnectionRevokedError from None
        except CallError as error:
            raise PlatformUnavailableError(error.result.after) from None
        yield Probe(client, application)
    finally:
        await client.close()
