"""Shows Slack a token, and says what it is good for: before it is kept, whenever we come in, and for whoever looks."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.calls import GONE, REVOKED
from bot.ports import PlatformUnavailableError

#: Slack's errors for a token that is good, and not for this
NOT_FOR_THIS = frozenset({"missing_scope", "not_allowed_token_type", "no_permission", "access_denied"})


class RefusedError(Exception):
    """Slack doesn't take a token, or not for this; or what is asked about isn't there."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Tried:
    """What Slack says of a token."""

    #: whether it takes it at all
    good: bool
    #: the workspace that it is of; empty for an app's own
    workspace: str = ""
    #: as whom it acts
    user: str = ""
    #: the bot, where it is a bot's
    bot: str = ""
    #: address of the workspace, with a slash at its end
    url: str = ""
    #: what the workspace is called
    name: str = ""
    #: what it may be used for; None where that isn't said
    scopes: frozenset[str] | None = None


#: a token that isn't good any more, or never was
NOT_GOOD = Tried(good=False)


async def tried(client: AsyncWebClient) -> Tried:
    """Return what a token is good for; raise PlatformUnavailableError where Slack doesn't say."""
    try:
        said = await asked(client, "auth.test")
    except RefusedError:
        return NOT_GOOD
    texts = {name: str(said.get(name) or "") for name in ("team_id", "user_id", "bot_id", "url", "team")}
    return Tried(
        good=True, workspace=texts["team_id"], user=texts["user_id"], bot=texts["bot_id"], url=texts["url"],
        name=texts["team"], scopes=said["scopes"],
    )  # fmt: skip


def granted(found: Tried, wanted: Collection[str]) -> frozenset[str]:
    """Return what a token may be used for; all that is wanted of it where that isn't said: a refused call says so."""
    return frozenset(wanted) if found.scopes is None else found.scopes


async def asked(client: AsyncWebClient, method: str, **arguments: str) -> Mapping[str, Any]:
    """Return what Slack says, with the token's scopes, None where it doesn't name them.

    Raises RefusedError, PlatformUnavailableError.
    """
    try:
        response = await client.api_call(method, data=arguments)
    except SlackApiError as error:
        data = error.response.data
        code = str(data.get("error", "")) if isinstance(data, dict) else ""
        if code in REVOKED | GONE | NOT_FOR_THIS:
            raise RefusedError(code) from None
        raise PlatformUnavailableError from None
    except (aiohttp.ClientError, OSError, TimeoutError, SlackClientError, ValueError):
        raise PlatformUnavailableError from None
    data = response.data if isinstance(response.data, dict) else {}
    named = next((value for name, value in response.headers.items() if name.lower() == "x-oauth-scopes"), None)
    return {**data, "scopes": None if named is None else frozenset(filter(None, map(str.strip, named.split(","))))}
