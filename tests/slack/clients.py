"""The real library pointed at a server, by one token or several; nothing of it is told to try again."""

from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiohttp import ClientSession, ClientTimeout
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tests.slack.description import described_in
from tests.slack.elsewhere import Elsewhere
from tests.slack.server import LoopbackSlack


@asynccontextmanager
async def calling(
    server: LoopbackSlack | Elsewhere, token: str | None = None, *, seconds: int = 30
) -> AsyncIterator[AsyncWebClient]:
    """Yield a client that calls with a token, over connections that are closed at the end."""
    # the library's own `timeout` counts for nothing beside a session
    async with ClientSession(timeout=ClientTimeout(total=seconds)) as session:
        yield AsyncWebClient(token=token, base_url=server.api, session=session, retry_handlers=[])


async def refusal(call: Awaitable[Any]) -> str:
    """Return Slack's word for why a call wasn't done; raise `AssertionError` where it was."""
    try:
        done = await call
    except SlackApiError as error:
        return str(error.response["error"])
    raise AssertionError(done)


#: for tests of what is read from Slack's description
described_only = pytest.mark.skipif(not described_in().is_dir(), reason="NO DESCRIPTION OF SLACK'S API")
