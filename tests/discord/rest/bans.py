"""Bans, one by one and in bulk."""

from collections.abc import Mapping

from aiohttp import web

from tests.discord.errors import Refused, invalid
from tests.discord.guild import Guild
from tests.discord.permissions import Permission, outranks
from tests.discord.rest.access import Handler, bot, guild_of, id_of, need, number, outranked
from tests.discord.rest.reading import answer, body_of, nothing, reason_of
from tests.discord.world import World

#: accounts in one bulk ban
BULK = 200
#: how far back a ban may delete
LONGEST_PURGE = 604_800


async def bans(world: World, request: web.Request) -> web.Response:
    """List bans by the account's id; with `before` those just below it."""
    guild = guild_of(world, request)
    need(world, guild, Permission.BAN_MEMBERS)
    ids, limit = sorted(guild.bans, key=int), number(request, "limit", 1000)
    if "before" in request.query:
        ids = [one for one in ids if int(one) < number(request, "before", 0)][-limit:]
    else:
        ids = [one for one in ids if int(one) > number(request, "after", 0)][:limit]
    return answer([guild.bans[one] for one in ids])


async def ban(world: World, request: web.Request) -> web.Response:
    """Show a ban."""
    guild = guild_of(world, request)
    need(world, guild, Permission.BAN_MEMBERS)
    user_id = _account(world, request)
    if user_id not in guild.bans:
        raise Refused(10026)
    return answer(guild.bans[user_id])


async def add_ban(world: World, request: web.Request) -> web.Response:
    """Ban somebody; who is banned already stays so, and nothing is noted."""
    guild = guild_of(world, request)
    need(world, guild, Permission.BAN_MEMBERS)
    user_id = _account(world, request)
    outranked(world, guild, user_id)
    asked = (await body_of(request)).json or {}
    seconds = _purged(asked.get("delete_message_seconds") or 86_400 * (asked.get("delete_message_days") or 0))
    if user_id not in guild.bans and user_id not in guild.members:
        _count_stranger(guild)
    guild.ban(user_id, by=bot(world), reason=reason_of(request), delete_seconds=seconds)
    return nothing()


def _count_stranger(guild: Guild) -> None:
    """Count a ban of somebody who isn't here; Discord lets only so many through, and doesn't say how many."""
    if guild.strangers_left is not None:
        if not guild.strangers_left:
            raise Refused(30035)
        guild.strangers_left -= 1


def _purged(seconds: int) -> int:
    if not 0 <= seconds <= LONGEST_PURGE:
        message = f"int value should be between 0 and {LONGEST_PURGE}."
        raise invalid("delete_message_seconds", message, "NUMBER_TYPE_MAX")
    return seconds


def _account(world: World, request: web.Request) -> str:
    user_id = request.match_info["user_id"]
    if user_id not in world.users:
        raise Refused(10013)
    return user_id


async def remove_ban(world: World, request: web.Request) -> web.Response:
    """Lift a ban."""
    guild = guild_of(world, request)
    need(world, guild, Permission.BAN_MEMBERS)
    user_id = _account(world, request)
    if user_id not in guild.bans:
        raise Refused(10026)
    guild.unban(user_id, by=bot(world), reason=reason_of(request))
    return nothing()


async def bulk_ban(world: World, request: web.Request) -> web.Response:
    """Ban many; whom it can't ban and who is banned already has failed, and it all has failed if nobody is left."""
    guild = guild_of(world, request)
    need(world, guild, Permission.BAN_MEMBERS | Permission.MANAGE_GUILD)
    asked = (await body_of(request)).json
    if not 1 <= len(asked["user_ids"]) <= BULK:
        raise invalid("user_ids", f"Must be between 1 and {BULK} in length.")
    seconds = _purged(asked.get("delete_message_seconds") or 0)
    banned: list[str] = []
    failed: list[str] = []
    for user_id in map(id_of, asked["user_ids"]):
        possible = user_id in world.users and user_id != bot(world) and outranks(guild, bot(world), user_id)
        done = possible and guild.ban(user_id, by=bot(world), reason=reason_of(request), delete_seconds=seconds)
        (banned if done else failed).append(user_id)
    if not banned:
        raise Refused(500000)
    return answer({"banned_users": banned, "failed_users": failed})


ROUTES: Mapping[tuple[str, str], Handler] = {
    ("GET", "/guilds/{guild_id}/bans"): bans,
    ("GET", "/guilds/{guild_id}/bans/{user_id}"): ban,
    ("PUT", "/guilds/{guild_id}/bans/{user_id}"): add_ban,
    ("DELETE", "/guilds/{guild_id}/bans/{user_id}"): remove_ban,
    ("POST", "/guilds/{guild_id}/bulk-ban"): bulk_ban,
}
