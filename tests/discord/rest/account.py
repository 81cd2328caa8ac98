"""The bot itself: its account, its application, its guilds, and the way to the gateway."""

from collections.abc import Mapping

from aiohttp import web

from tests.discord.errors import Refused
from tests.discord.permissions import computed
from tests.discord.rest.access import Handler, bot, guild_of, id_of, number
from tests.discord.rest.reading import answer, body_of, nothing
from tests.discord.world import World


async def gateway(world: World, request: web.Request) -> web.Response:
    """Say where the gateway is."""
    return answer({"url": world.gateway_url})


async def gateway_bot(world: World, request: web.Request) -> web.Response:
    """Say where the gateway is, and how often it may be entered."""
    start = {
        "total": world.sessions_a_day, "remaining": world.sessions_left(), "reset_after": 86_400_000,
        "max_concurrency": world.max_concurrency,
    }  # fmt: skip
    return answer({"url": world.gateway_url, "shards": world.shards, "session_start_limit": start})


async def me(world: World, request: web.Request) -> web.Response:
    """Show the bot's account."""
    return answer(world.bot | {"mfa_enabled": True, "locale": "en-US", "verified": True, "email": None})


async def user(world: World, request: web.Request) -> web.Response:
    """Show an account."""
    found = world.users.get(request.match_info["user_id"])
    if found is None:
        raise Refused(10013)
    return answer(found)


async def guilds(world: World, request: web.Request) -> web.Response:
    """List the guilds that the bot is in, by id."""
    after, before = number(request, "after", 0), number(request, "before", 2**63)
    shown = []
    for guild in sorted(world.guilds.values(), key=lambda one: int(one.id)):
        if bot(world) in guild.members and after < int(guild.id) < before:
            own = {name: guild.data[name] for name in ("id", "name", "icon", "banner", "features")}
            granted = str(computed(guild, bot(world)))
            shown.append(own | {"owner": False, "permissions": granted})
    return answer(shown[: number(request, "limit", 200)])


async def leave_guild(world: World, request: web.Request) -> web.Response:
    """Let the bot go."""
    guild_of(world, request).leave(bot(world))
    return nothing()


async def open_direct(world: World, request: web.Request) -> web.Response:
    """Open the channel of direct messages with somebody, which works even where none can be sent."""
    recipient = id_of((await body_of(request)).json.get("recipient_id"))
    if recipient not in world.users:
        raise Refused(10013)
    if recipient == bot(world):
        raise Refused(50007)
    return answer(world.open_direct(recipient))


async def application(world: World, request: web.Request) -> web.Response:
    """Show the bot's application."""
    return answer(world.application)


ROUTES: Mapping[tuple[str, str], Handler] = {
    ("GET", "/gateway"): gateway,
    ("GET", "/gateway/bot"): gateway_bot,
    ("GET", "/users/@me"): me,
    ("GET", "/users/@me/guilds"): guilds,
    ("DELETE", "/users/@me/guilds/{guild_id}"): leave_guild,
    ("POST", "/users/@me/channels"): open_direct,
    ("GET", "/users/{user_id}"): user,
    ("GET", "/oauth2/applications/@me"): application,
    ("GET", "/applications/@me"): application,
}
