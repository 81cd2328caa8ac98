"""Members: who they are, their names, roles and timeouts, and sending them away."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from aiohttp import web

from tests.discord import permissions
from tests.discord.errors import Refused, invalid
from tests.discord.guild import Guild
from tests.discord.intents import Intent
from tests.discord.permissions import ALL, Permission
from tests.discord.rest.access import Handler, bot, guild_of, id_of, member_of, need, number, outranked
from tests.discord.rest.reading import answer, body_of, nothing, reason_of
from tests.discord.world import World

#: how long a timeout can be
LONGEST_TIMEOUT = timedelta(days=28)


async def member(world: World, request: web.Request) -> web.Response:
    """Show a member."""
    return answer(member_of(world, guild_of(world, request), request))


async def members(world: World, request: web.Request) -> web.Response:
    """List members by id, for who has the right to their names."""
    guild = guild_of(world, request)
    if not world.privileged & Intent.GUILD_MEMBERS:
        raise Refused(50001)
    after = number(request, "after", 0)
    ids = [one for one in sorted(guild.members, key=int) if int(one) > after]
    return answer([guild.members[one] for one in ids[: number(request, "limit", 1)]])


async def search(world: World, request: web.Request) -> web.Response:
    """List members whose name begins with something."""
    guild = guild_of(world, request)
    wanted = request.query["query"].lower()
    found = [
        one for one in guild.members.values()
        if (one["nick"] or "").lower().startswith(wanted) or one["user"]["username"].lower().startswith(wanted)
    ]  # fmt: skip
    return answer(found[: number(request, "limit", 1)])


async def change_member(world: World, request: web.Request) -> web.Response:
    """Change a member's name, roles and timeout, each with the right for it."""
    guild = guild_of(world, request)
    member = member_of(world, guild, request)
    user_id = member["user"]["id"]
    asked = (await body_of(request)).json
    fields: dict[str, Any] = {}
    if "nick" in asked:
        need(world, guild, Permission.MANAGE_NICKNAMES)
        outranked(world, guild, user_id)
        fields["nick"] = asked["nick"] or None
    if asked.get("roles") is not None:
        wanted = [id_of(one) for one in asked["roles"]]
        for role_id in set(wanted) ^ set(member["roles"]):
            _reachable(world, guild, role_id)
        fields["roles"] = wanted
    if "communication_disabled_until" in asked:
        fields["communication_disabled_until"] = _timeout(world, guild, user_id, asked["communication_disabled_until"])
    changed = guild.change_member(user_id, by=bot(world), reason=reason_of(request), **fields)
    return answer(changed)


def _timeout(world: World, guild: Guild, user_id: str, until: str | None) -> str | None:
    """Return until when a member is silent, as Discord writes it; administrators can't be."""
    need(world, guild, Permission.MODERATE_MEMBERS)
    outranked(world, guild, user_id)
    if permissions.base(guild, user_id) == ALL:
        raise Refused(50013)
    if until is None:
        return None
    moment = datetime.fromisoformat(until)
    if moment > world.now() + LONGEST_TIMEOUT:
        message = "The communication disabled until date must be within 28 days."
        raise invalid("communication_disabled_until", message, "GUILD_MEMBER_TIMEOUT_TOO_LONG")
    return None if moment <= world.now() else moment.isoformat(timespec="microseconds")


def _reachable(world: World, guild: Guild, role_id: str) -> None:
    """Let through who may give and take a role; the roles of bots and @everyone are nobody's."""
    if role_id not in guild.roles:
        raise Refused(10011)
    need(world, guild, Permission.MANAGE_ROLES)
    if role_id == guild.id or guild.roles[role_id]["managed"] or not permissions.above(guild, bot(world), role_id):
        raise Refused(50013)


async def give_role(world: World, request: web.Request) -> web.Response:
    """Give a role; who has it already keeps it."""
    return _with_roles(world, request, lambda roles, role_id: [*dict.fromkeys([*roles, role_id])])


async def take_role(world: World, request: web.Request) -> web.Response:
    """Take a role; who hasn't got it stays without."""
    return _with_roles(world, request, lambda roles, role_id: [one for one in roles if one != role_id])


def _with_roles(world: World, request: web.Request, change: Any) -> web.Response:
    guild = guild_of(world, request)
    found = member_of(world, guild, request)
    role_id = request.match_info["role_id"]
    _reachable(world, guild, role_id)
    roles = change(found["roles"], role_id)
    guild.change_member(found["user"]["id"], by=bot(world), reason=reason_of(request), roles=roles)
    return nothing()


async def kick(world: World, request: web.Request) -> web.Response:
    """Send a member away."""
    guild = guild_of(world, request)
    user_id = member_of(world, guild, request)["user"]["id"]
    need(world, guild, Permission.KICK_MEMBERS)
    outranked(world, guild, user_id)
    guild.kick(user_id, by=bot(world), reason=reason_of(request))
    return nothing()


ROUTES: Mapping[tuple[str, str], Handler] = {
    ("GET", "/guilds/{guild_id}/members"): members,
    ("GET", "/guilds/{guild_id}/members/search"): search,
    ("GET", "/guilds/{guild_id}/members/{user_id}"): member,
    ("PATCH", "/guilds/{guild_id}/members/{user_id}"): change_member,
    ("DELETE", "/guilds/{guild_id}/members/{user_id}"): kick,
    ("PUT", "/guilds/{guild_id}/members/{user_id}/roles/{role_id}"): give_role,
    ("DELETE", "/guilds/{guild_id}/members/{user_id}/roles/{role_id}"): take_role,
}
