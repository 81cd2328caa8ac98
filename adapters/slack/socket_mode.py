"""Socket Mode: Slack says what happens through a connection that we open, and that is opened anew whenever it is dead.

The library's own way back tries the same address for ever, though each is good for a few seconds only; so a client
lives as long as its connection, and the next one asks for an address of its own.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress

import aiohttp
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.socket_mode.aiohttp import SocketModeClient

from adapters.slack.access import Access
from adapters.slack.calls import REVOKED, left_alone
from adapters.slack.door import client_of
from adapters.slack.quiet import QUIET
from bot.ports import ConnectionRevokedError

#: seconds until an address that isn't given is given up, and until a connection that fell silent is
_PATIENCE = 10.0
#: seconds until a connection that doesn't come to be is given up: time enough for the library to try twice
_UNTIL_OPEN = 5.0
#: seconds between our pings; four of them unanswered, and the connection is dead
_PING = 3.0
#: seconds between two looks at it
_LOOK = 0.25
#: seconds before the next attempt: Slack gives out an address a minute at least, and more where that is seldom
_AGAIN = (0.5, 2.0, 5.0, 15.0, 30.0, 60.0)
#: a connection that held for so many seconds wasn't a failure
_HELD = 60.0


async def keep_connected(
    access: Access, app: AsyncApp, *, began: Callable[[], None], ended: Callable[[], None], stir: asyncio.Event
) -> None:
    """Hold a connection until called off; say whenever one begins, and whenever it ends.

    `stir` asks for another one: it seems that nothing arrives any more. Raises ConnectionRevokedError once Slack
    doesn't take the app's token.
    """
    failures = 0
    while True:
        start, least = _now(), 0.0
        handler = AsyncSocketModeHandler(
            app, access.app, logger=QUIET, web_client=client_of(access, access.app), ping_interval=_PING
        )
        client = handler.client
        client.auto_reconnect_enabled = client.default_auto_reconnect_enabled = False
        try:
            client.wss_uri = await _address(client)
            async with asyncio.timeout(_UNTIL_OPEN):
                await client.connect()  # type: ignore[no-untyped-call]
            stir.clear()
            began()
            try:
                await _until_dead(client, began=began, ended=ended, stir=stir)
            finally:
                ended()
        except (TimeoutError, OSError, aiohttp.ClientError, SlackClientError, LookupError, ValueError) as error:
            if isinstance(error, SlackApiError) and _code(error) in REVOKED:
                raise ConnectionRevokedError from None
            if isinstance(error, SlackApiError) and _code(error) == "ratelimited":
                least = left_alone(error.response.headers)
        finally:
            with suppress(Exception):
                await client.close()  # type: ignore[no-untyped-call]
        failures = 0 if _now() - start > _HELD else failures + 1
        await asyncio.sleep(max(least, _AGAIN[min(failures, len(_AGAIN)) - 1] if failures else _AGAIN[0]))


async def _address(client: SocketModeClient) -> str:
    """Return an address for one connection; raise SlackApiError, TimeoutError, OSError."""
    async with asyncio.timeout(_PATIENCE):
        said = await client.web_client.apps_connections_open(app_token=client.app_token)
    return str(said["url"])


async def _until_dead(
    client: SocketModeClient, *, began: Callable[[], None], ended: Callable[[], None], stir: asyncio.Event
) -> None:
    """Return once a connection is dead; where Slack asked for it, the client has replaced it itself."""
    session, silent = client.current_session, 0.0
    while not stir.is_set():
        await asyncio.sleep(_LOOK)
        if await client.is_connected():
            if client.current_session is not session:
                # what was said between the one and the other may have reached neither
                session = client.current_session
                ended()
                began()
            silent = 0.0
            continue
        silent += _LOOK
        if silent >= _PATIENCE or (client.current_session is not None and client.current_session.closed):
            return


def _code(error: SlackApiError) -> str:
    data = error.response.data
    return str(data.get("error", "")) if isinstance(data, dict) else ""


def _now() -> float:
    return asyncio.get_running_loop().time()
