"""What every call to one Slack workspace needs: which workspace, two doors to its API, and the time."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.access import Access
from adapters.slack.home import Home
from adapters.slack.pacing import Paces
from adapters.slack.quiet import QUIET
from bot.ports import Clock

#: Slack's own API
API = "https://slack.com/api/"
#: scope of the admin's token by which it deletes what others wrote
DELETES = "chat:write"
#: seconds for one request
_TIMEOUT = 8


@dataclass(frozen=True, kw_only=True, slots=True)
class Own:
    """Who we are in the workspace."""

    #: the bot's user
    user: str
    #: the bot, as messages name who posted them
    bot: str
    #: address of the workspace, with a slash at its end: links lead there
    url: str = ""
    #: the workspace's name
    name: str = ""
    #: scopes of the bot's token
    scopes: frozenset[str] = frozenset()
    #: scopes of the admin's token; empty where there is none
    admin_scopes: frozenset[str] = frozenset()
    #: True where the admin's token is of somebody who administers the workspace
    administers: bool = False


@dataclass(kw_only=True, slots=True)
class Door:
    """The way into one workspace."""

    #: which workspace, and for whom
    home: Home
    #: what it is reached with
    access: Access
    #: who we are there, as it said when we came in
    own: Own
    #: the one source of time
    clock: Clock
    #: the door to the API with the bot's token
    bot: AsyncWebClient
    #: the admin's token isn't good any more
    admin_lost: bool = False
    #: set whenever something else can be done here than before
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    #: how often each method is asked for
    paces: Paces = field(default_factory=Paces)
    #: the connections under both doors
    web: aiohttp.ClientSession
    _admin: AsyncWebClient | None = None

    @property
    def admin(self) -> AsyncWebClient | None:
        """The door with the admin's token; None where there is none that is good and its owner's."""
        return None if self.admin_lost or not self.own.administers else self._admin

    @property
    def deletes(self) -> bool:
        """Whether what others wrote can be deleted: the admin's token is good, and may do it."""
        return self.admin is not None and DELETES in self.own.admin_scopes

    def lose_admin(self) -> None:
        """Take in that the admin's token isn't good any more."""
        self.admin_lost = True
        self.changed.set()

    def ranks(self, *, administers: bool) -> None:
        """Take in whether the person to whom the admin's token is bound administers the workspace still, or again."""
        if administers is not self.own.administers:
            self.own = replace(self.own, administers=administers)
            self.changed.set()

    def is_own(self, message: Mapping[str, Any]) -> bool:
        """Return whether Locum posted a message."""
        return (bool(self.own.user) and message.get("user") == self.own.user) or (
            bool(self.own.bot) and message.get("bot_id") == self.own.bot
        )

    async def close(self) -> None:
        """Let go of the connections."""
        await self.web.close()


def client_of(access: Access, token: str, web: aiohttp.ClientSession | None = None) -> AsyncWebClient:
    """Return a door to the API with one token, without repeats of its own: a post that is repeated stands twice."""
    base = access.api.rstrip("/") + "/" if access.api else API
    return AsyncWebClient(
        token=token, base_url=base, timeout=_TIMEOUT, session=web, retry_handlers=[], logger=QUIET
    )  # fmt: skip
