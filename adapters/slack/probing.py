"""Asks Slack how things stand for the app, without a connection: what is judged, and what a draft begins with."""

import asyncio
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.access import Access
from adapters.slack.calls import GONE, REVOKED, Json
from adapters.slack.contents import object_in, text_in
from adapters.slack.door import client_of
from adapters.slack.groups import NO_GROUPS
from adapters.slack.pacing import Paces
from adapters.slack.tries import NOT_FOR_THIS, Tried, tried
from bot.ports import PlatformUnavailableError

#: seconds for one request, and for which a turn is waited for before nothing can be said
_TIMEOUT, _TURN = 8.0, 61.0
#: channels or people on a page, and people who are looked at for their languages
_PAGE, _PEOPLE = 500, 200
#: Slack's errors for what is closed to a token, or to one of its kind
_CLOSED = REVOKED | GONE | NOT_FOR_THIS | {"forbidden_team"}
_TOO_MANY = 429
#: seconds after which it is asked again where Slack doesn't say
_AGAIN = 5.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Seen:
    """One workspace as it is, as far as the app may know; None is what Slack didn't say."""

    #: what the bot's token is good for
    bot: Tried
    #: what the admin's token is good for; None where none is kept
    admin: Tried | None = None
    #: whoever that token is of, as Slack describes users
    keeper: Json | None = None
    #: whether the app's own token opens a socket; None where none is kept
    socket: bool | None = None
    #: the apps that the bot and the app's own token are of; empty where Slack doesn't say
    apps: tuple[str, str] = ("", "")
    #: channels that are shown to the bot: public ones, and private ones in which it is; those put away as well
    channels: Sequence[Json] | None = None
    #: user groups; none where the plan has none
    groups: Sequence[Json] | None = None
    #: whether the plan has any
    grouped: bool = True
    #: members asked for by user id; None for who isn't there
    people: Mapping[str, Json | None] = field(default_factory=dict)


@dataclass(kw_only=True, slots=True)
class Probe:
    """A way into one workspace for as long as there are questions."""

    #: what it is reached with
    access: Access
    #: the connections under it
    web: aiohttp.ClientSession
    #: how often each method is asked for
    paces: Paces = field(default_factory=Paces)
    _opens: dict[str, bool] = field(default_factory=dict)

    async def bot(self) -> Tried:
        """Return what the bot's token is good for; raise PlatformUnavailableError."""
        return await tried(self._client(self.access.bot))

    async def admin(self) -> Tried | None:
        """Return what the admin's token is good for; None where there is none; raise PlatformUnavailableError."""
        return await tried(self._client(self.access.admin)) if self.access.admin else None

    async def socket(self) -> bool | None:
        """Return whether the app's own token opens a socket, None where there is none.

        None is opened: what a running program hears isn't shared. Raises PlatformUnavailableError.
        """
        if not self.access.app:
            return None
        if self.access.app not in self._opens:
            # once: Slack opens few in a minute, and a running program may need the next one
            said = await self._asked("apps.connections.open", {}, self._client(self.access.app))
            self._opens[self.access.app] = said is not None
        return self._opens[self.access.app]

    async def apps(self, bot: str) -> tuple[str, str]:
        """Return the apps that a bot and the app's own token are of, empty where Slack doesn't say.

        Raises PlatformUnavailableError.
        """
        said = await self._asked("bots.info", {"bot": bot}) if bot else None
        own = await self._asked("auth.test", {}, self._client(self.access.app)) if self.access.app else None
        found = object_in(said or {}, "bot")
        return text_in(found, "app_id"), text_in(own or {}, "app_id")

    async def people(self, users: Collection[str]) -> dict[str, Json | None]:
        """Return several people by their ids; raise PlatformUnavailableError."""
        return {user: await self.person(user) for user in users}

    async def person(self, user: str) -> Json | None:
        """Return somebody; None for who isn't there, or isn't shown; raise PlatformUnavailableError."""
        said = await self._asked("users.info", {"user": user, "include_locale": "true"})
        found = None if said is None else said.get("user")
        return found if isinstance(found, dict) else None

    async def crowd(self) -> list[Json]:
        """Return some of the people, with the languages of their clients; raise PlatformUnavailableError."""
        said = await self._asked("users.list", {"limit": str(_PEOPLE), "include_locale": "true"})
        return [] if said is None else list(said.get("members") or ())

    async def seen(self, people: Collection[str] = ()) -> Seen:
        """Return how the workspace is; `people` are ids of members that somebody named.

        Raises PlatformUnavailableError.
        """
        bot = await self.bot()
        if not bot.good or bot.workspace != self.access.workspace:
            return Seen(bot=bot)
        admin = await self.admin()
        groups, grouped = await self._groups()
        return Seen(
            bot=bot,
            admin=admin,
            keeper=await self.person(admin.user) if admin is not None and admin.user else None,
            socket=await self.socket(),
            apps=await self.apps(bot.bot),
            channels=await self._channels(),
            groups=groups,
            grouped=grouped,
            people=await self.people(people),
        )

    async def _channels(self) -> list[Json] | None:
        found: list[Json] = []
        wanted = {"types": "public_channel,private_channel", "limit": str(_PAGE)}
        while True:
            said = await self._asked("conversations.list", wanted)
            if said is None:
                return None
            found += said.get("channels") or ()
            cursor = str((said.get("response_metadata") or {}).get("next_cursor") or "")
            if not cursor:
                return found
            wanted["cursor"] = cursor

    async def _groups(self) -> tuple[list[Json] | None, bool]:
        said = await self._asked("usergroups.list", {})
        if said is None:
            return None, True
        return list(said.get("usergroups") or ()), said.get("error") not in NO_GROUPS

    def _client(self, token: str) -> AsyncWebClient:
        return client_of(self.access, token, self.web)

    async def _asked(
        self, method: str, arguments: Mapping[str, str], client: AsyncWebClient | None = None
    ) -> Json | None:
        """Return what Slack says in its turn, None for what is closed to us; raise PlatformUnavailableError."""
        end = _now() + _TURN
        while True:
            wait = self.paces.wait(method, _now())
            if wait <= 0:
                said, after = await _said(client or self._client(self.access.bot), method, arguments)
                if after is None:
                    return said
                self.paces.told(method, after, _now())
            elif _now() + wait > end:
                raise PlatformUnavailableError(wait)
            else:
                await asyncio.sleep(wait)


async def _said(
    client: AsyncWebClient, method: str, arguments: Mapping[str, str]
) -> tuple[Json | None, float | None]:  # fmt: skip
    """Return what Slack says, None for what is closed to us, and in how many seconds it may be asked again if at all.

    Raises PlatformUnavailableError.
    """
    try:
        response = await client.api_call(method, data=dict(arguments))
    except SlackApiError as error:
        data, headers = error.response.data, error.response.headers
        said: dict[str, Any] = data if isinstance(data, dict) else {}
        if error.response.status_code == _TOO_MANY or said.get("error") == "ratelimited":
            after = next((value for name, value in headers.items() if name.lower() == "retry-after"), "")
            return None, float(after) if str(after).isdecimal() else _AGAIN
        if said.get("error") in NO_GROUPS:
            return said, None
        if said.get("error") in _CLOSED:
            return None, None
        raise PlatformUnavailableError from None
    except (aiohttp.ClientError, OSError, TimeoutError, SlackClientError, ValueError):
        raise PlatformUnavailableError from None
    return (response.data if isinstance(response.data, dict) else {}), None


def _now() -> float:
    return asyncio.get_running_loop().time()


@asynccontextmanager
async def probing(access: Access) -> AsyncIterator[Probe]:
    """Make a way in for as long as there are questions; nothing is begun, so a running program isn't disturbed."""
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=_TIMEOUT)) as web:
        yield Probe(access=access, web=web)
