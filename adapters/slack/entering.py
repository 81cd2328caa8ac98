"""Coming into a workspace: both tokens are shown once, and what Slack says of them is remembered."""

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.access import Access
from adapters.slack.door import Door, Own, client_of
from adapters.slack.home import Home
from adapters.slack.members import administers
from adapters.slack.scopes import ADMIN, BOT
from adapters.slack.tries import NOT_GOOD, RefusedError, asked, granted, tried
from bot.errors import LocumError
from bot.ports import Clock, ConnectionRevokedError

#: seconds for one request
_TIMEOUT = 8.0


class ElsewhereError(LocumError):
    """The token is of another workspace than the policies name: `locum setup slack` says which belongs where."""


async def enter(home: Home, access: Access, clock: Clock) -> Door:
    """Return the way into a workspace, tried with both tokens.

    The admin's token counts where it is of the person to whom it is bound, and they still administer the workspace.
    Raises ConnectionRevokedError, ElsewhereError, PlatformUnavailableError.
    """
    web = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=_TIMEOUT))
    try:
        return await _entered(home, access, clock, web)
    except BaseException:
        await web.close()
        raise


async def _entered(home: Home, access: Access, clock: Clock, web: aiohttp.ClientSession) -> Door:
    bot = client_of(access, access.bot, web)
    said = await tried(bot)
    if not said.good:
        raise ConnectionRevokedError
    if said.workspace != access.workspace:
        raise ElsewhereError
    admin = client_of(access, access.admin, web) if access.admin else None
    second = NOT_GOOD if admin is None else await tried(admin)
    bound = second.good and (second.workspace, second.user) == (access.workspace, access.admin_user)
    own = Own(
        user=said.user,
        bot=said.bot,
        url=said.url,
        name=said.name,
        scopes=granted(said, BOT),
        admin_scopes=granted(second, ADMIN) if bound else frozenset(),
        administers=bound and await _administers(bot, access.admin_user),
    )
    return Door(home=home, access=access, own=own, clock=clock, bot=bot, web=web, _admin=admin if bound else None)


async def _administers(bot: AsyncWebClient, user: str) -> bool:
    try:
        said = await asked(bot, "users.info", user=user)
    except RefusedError:
        return False
    return administers(said.get("user") or {})
