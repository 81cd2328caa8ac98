"""One session with Discord, shared by every server that this process listens to: a token has one gateway."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass

import discord
from discord.gateway import DiscordWebSocket
from discord.http import Route
from yarl import URL

from adapters.discord.beginnings import BETWEEN, Beginnings
from adapters.discord.client import Client
from bot.errors import LocumError
from bot.ports import ConnectionRevokedError, PlatformUnavailableError

#: seconds that a server may take to show itself once the session has begun
_PATIENCE = 30.0
#: https://docs.discord.com/developers/events/gateway#gateway-close-event-codes
_AUTHENTICATION_FAILED = 4004


class NotInvitedError(LocumError):
    """The bot isn't on that server: `locum setup discord` says how it is invited, and which server is meant."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Access:
    """Where Discord is, and how we come in."""

    #: the bot's token; secret
    token: str
    #: address of the API, version included; empty for Discord's own
    api: str = ""
    #: address of the gateway; empty for Discord's own
    gateway: str = ""


def intents_of(*, content: bool, members: bool) -> discord.Intents:
    """Return what is to be heard: `content` and `members` need Discord's leave for the application."""
    intents = discord.Intents.none()
    intents.guilds = intents.guild_messages = intents.dm_messages = intents.moderation = True
    intents.auto_moderation_configuration = intents.auto_moderation_execution = True
    intents.message_content, intents.members = content, members
    return intents


class Session:
    """The session; begun with the first server that is connected, ended with the last."""

    def __init__(self, access: Access) -> None:
        """Take where Discord is and how we come in; nothing is connected yet."""
        self._access = access
        self._client: Client | None = None
        self._running: asyncio.Task[None] | None = None
        self._users = 0
        self._one_by_one = asyncio.Lock()
        self._is_revoked = False
        self._beginnings = Beginnings()
        #: what may be heard: less than everything where Discord doesn't allow it
        self.content, self.members = True, True

    @property
    def client(self) -> Client:
        """The library's client; there while a server is connected."""
        if self._client is None:
            raise PlatformUnavailableError
        return self._client

    async def enter(self, server: str) -> discord.Guild:
        """Return a server, connected; to be left again.

        Raises ConnectionRevokedError, NotInvitedError, PlatformUnavailableError.
        """
        async with self._one_by_one:
            if self._client is None or self._running is None or self._running.done():
                await self._end()
            if self._is_revoked:
                # it stands in the environment, which a running program doesn't read again
                raise ConnectionRevokedError
            if self._client is None:
                await self._begin()
            self._users += 1
        try:
            return await self._shown(server)
        except BaseException:
            await self.leave()
            raise

    async def leave(self) -> None:
        """Let go of a server; with the last one the session ends."""
        async with self._one_by_one:
            self._users -= 1
            if self._users <= 0:
                self._users = 0
                await self._end()

    async def ended(self) -> None:
        """Return never: raise what ended the session, ConnectionRevokedError or PlatformUnavailableError."""
        running = self._running
        if running is not None:
            await asyncio.wait({running})
            error = running.exception() if not running.cancelled() else None
            if isinstance(error, LocumError):
                raise error
        raise PlatformUnavailableError

    async def _begin(self) -> None:
        wait = self._beginnings.wait(asyncio.get_running_loop().time())
        if wait > BETWEEN:
            raise PlatformUnavailableError(wait)
        if self._access.api:
            Route.BASE = self._access.api.rstrip("/")
        if self._access.gateway:
            DiscordWebSocket.DEFAULT_GATEWAY = URL(self._access.gateway)
        client = Client(intents=intents_of(content=self.content, members=self.members), beginnings=self._beginnings)
        try:
            await client.login(self._access.token)
            flags = client.application_flags
            content = flags.gateway_message_content or flags.gateway_message_content_limited
            members = flags.gateway_guild_members or flags.gateway_guild_members_limited
            if (content, members) != (self.content, self.members):
                # asking for more than Discord allows would end the session; what is missing is shown by the doctor
                self.content, self.members = content, members
                await client.close()
                client = Client(intents=intents_of(content=content, members=members), beginnings=self._beginnings)
                await client.login(self._access.token)
        except discord.LoginFailure:
            await client.close()
            self._is_revoked = True
            raise ConnectionRevokedError from None
        except (discord.HTTPException, OSError) as error:
            await client.close()
            raise PlatformUnavailableError from error
        self._client = client
        self._running = asyncio.create_task(self._run(client), name="discord")

    async def _run(self, client: Client) -> None:
        try:
            await client.connect()
        except discord.PrivilegedIntentsRequired:
            # taken from us while we were connected: the next session does without
            self.content = self.members = False
            raise PlatformUnavailableError from None
        except discord.ConnectionClosed as error:
            if error.code == _AUTHENTICATION_FAILED:
                self._is_revoked = client.is_revoked = True
                raise ConnectionRevokedError from None
            raise PlatformUnavailableError from None
        except discord.LoginFailure:
            raise ConnectionRevokedError from None
        except (discord.DiscordException, OSError):
            raise PlatformUnavailableError from None

    async def _shown(self, server: str) -> discord.Guild:
        """Return a server once the gateway has shown it."""
        end = asyncio.get_running_loop().time() + _PATIENCE
        while asyncio.get_running_loop().time() < end:
            found = self.client.get_guild(int(server))
            if found is not None and not found.unavailable:
                return found
            if self._running is not None and self._running.done():
                await self.ended()
            if found is None and self.client.is_ready():
                raise NotInvitedError
            await asyncio.sleep(0.05)
        raise PlatformUnavailableError

    async def _end(self) -> None:
        client, running = self._client, self._running
        self._client = self._running = None
        if client is not None:
            # what it was refused, the next one would be as well
            self._is_revoked = self._is_revoked or client.is_revoked
            await client.close()
        if running is not None:
            running.cancel()
            with suppress(asyncio.CancelledError, LocumError):
                await running
