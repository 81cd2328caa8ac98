"""The library's app for one workspace: it checks who calls, and hands everything over, of whatever kind it is.

Its own listeners are acknowledged before they have run, and what no listener is there for isn't acknowledged at all:
so one function takes everything, and what it returns is the acknowledgement.
"""

from collections.abc import Awaitable, Callable
from secrets import token_hex
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from adapters.slack.access import Access
from adapters.slack.calls import Json
from adapters.slack.door import client_of
from adapters.slack.quiet import QUIET

#: takes what Slack says; returns what the acknowledgement says, or None for nothing
Take = Callable[[Json], Awaitable[Json | None]]
#: what Slack asks of an address before it uses it
_BY_THE_LIBRARY = frozenset({"url_verification", "ssl_check"})


class NotTakenError(Exception):
    """It can't be taken now: it isn't acknowledged, and Slack says it again."""


def app_of(access: Access, take: Take) -> AsyncApp:
    """Return the library's app: requests over HTTP are taken only with Slack's signature, not older than 5 minutes."""

    async def everything(req: AsyncBoltRequest, next_: Callable[[], Awaitable[Any]]) -> BoltResponse | None:
        if req.body.get("type") in _BY_THE_LIBRARY or "ssl_check" in req.body:
            await next_()
            return None
        try:
            said = await take(req.body)
        except NotTakenError:
            return BoltResponse(status=503)
        return BoltResponse(status=200, body="" if said is None else dict(said))

    return AsyncApp(
        logger=QUIET,
        name="locum",
        client=client_of(access, access.bot),
        # an empty one would be looked for in the environment; nobody's signature fits this
        signing_secret=access.signing or token_hex(),
        before_authorize=everything,
        request_verification_enabled=True,
    )
