"""Who asks, and what they ask about: the steps that begin every route."""

from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from tests.discord import permissions
from tests.discord.errors import Refused
from tests.discord.guild import JSON, Guild
from tests.discord.world import World

Handler = Callable[[World, web.Request], Awaitable[web.Response]]

#: routes whose token stands in their path, and the one that tells everybody where the gateway is
OPEN = ("/interactions/", "/webhooks/{webhook_id}/{webhook_token}")


def authorise(world: World, request: web.Request, route: str) -> None:
    """Let a request through that has the bot's token or needs none; else it is 401."""
    if route == "/gateway" or route.startswith(OPEN):
        return
    if world.revoked or request.headers.get("Authorization") != f"Bot {world.token}":
        raise Refused(0)


def bot(world: World) -> str:
    """Return the bot's id."""
    return str(world.bot["id"])


def guild_of(world: World, request: web.Request) -> Guild:
    """Return the guild of a route; raise 10004 where there is none, 50001 where the bot isn't in it."""
    guild = world.guilds.get(request.match_info["guild_id"])
    if guild is None:
        raise Refused(10004)
    if bot(world) not in guild.members:
        raise Refused(50001)
    return guild


def channel_of(world: World, request: web.Request) -> tuple[Guild | None, JSON]:
    """Return the channel of a route and its guild; raise 10003 where there is none, 50001 where the bot can't look."""
    guild, channel = world.place(request.match_info["channel_id"])
    if guild is not None and not guild.sees(bot(world), channel):
        raise Refused(50001)
    return guild, channel


def in_guild(found: tuple[Guild | None, JSON]) -> tuple[Guild, JSON]:
    """Return a channel that stands in a guild; raise 50003 for direct messages."""
    guild, channel = found
    if guild is None:
        raise Refused(50003)
    return guild, channel


def member_of(world: World, guild: Guild, request: web.Request) -> JSON:
    """Return the member of a route; raise 10007, or 10013 where no account has the id."""
    user_id = request.match_info["user_id"]
    if user_id not in world.users:
        raise Refused(10013)
    if user_id not in guild.members:
        raise Refused(10007)
    return guild.members[user_id]


def need(world: World, guild: Guild, wanted: int, channel: JSON | None = None) -> None:
    """Let the bot through if it has the rights; else 50013."""
    permissions.need(guild, bot(world), wanted, channel)


def outranked(world: World, guild: Guild, user_id: str) -> None:
    """Let the bot through if it may act upon somebody; else 50013."""
    if not permissions.outranks(guild, bot(world), user_id):
        raise Refused(50013)


def number(request: web.Request, name: str, default: int) -> int:
    """Return a number from behind the question mark."""
    return int(request.query.get(name, default))


def id_of(value: Any) -> str:
    """Return an id as digits: Discord takes numbers as well."""
    return str(value)
