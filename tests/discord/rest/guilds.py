"""A guild's own fields, its pauses, its roles, its audit log and its invitations."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from aiohttp import web

from tests.discord import invitations, permissions, snowflake
from tests.discord.errors import Refused, invalid
from tests.discord.guild import JSON, Guild
from tests.discord.permissions import Permission
from tests.discord.rest.access import Handler, bot, guild_of, need, number
from tests.discord.rest.reading import answer, body_of, nothing, reason_of
from tests.discord.world import World

#: how long the audit log keeps what it was told
KEPT = timedelta(days=45)
#: how long invitations and direct messages can be paused at a time
LONGEST_PAUSE = timedelta(hours=24)


async def guild(world: World, request: web.Request) -> web.Response:
    """Show a guild."""
    found = guild_of(world, request)
    shown = found.shown()
    if request.query.get("with_counts") in {"true", "1"}:
        count = len(found.members)
        shown |= {"approximate_member_count": count, "approximate_presence_count": count}
    return answer(shown)


async def change_guild(world: World, request: web.Request) -> web.Response:
    """Change a guild's own fields."""
    found = guild_of(world, request)
    need(world, found, Permission.MANAGE_GUILD)
    found.change(by=bot(world), reason=reason_of(request), **(await body_of(request)).json)
    return answer(found.shown())


async def pause(world: World, request: web.Request) -> web.Response:
    """Pause invitations and direct messages among members, for a day at most, or end the pauses."""
    found = guild_of(world, request)
    need(world, found, Permission.MANAGE_GUILD)
    asked = (await body_of(request)).json
    for name in ("invites_disabled_until", "dms_disabled_until"):
        until = asked.get(name)
        if until is not None and datetime.fromisoformat(until) > world.now() + LONGEST_PAUSE:
            raise invalid(name, "Must be within 24 hours.", "DATE_TIME_TOO_FAR")
    empty: JSON = dict.fromkeys(("invites_disabled_until", "dms_disabled_until"))
    incidents = empty | (found.data["incidents_data"] or {}) | asked
    found.change(by=bot(world), reason=reason_of(request), incidents_data=incidents)
    return answer(incidents)


async def roles(world: World, request: web.Request) -> web.Response:
    """List a guild's roles."""
    return answer(list(guild_of(world, request).roles.values()))


async def role(world: World, request: web.Request) -> web.Response:
    """Show a role."""
    found = guild_of(world, request).roles.get(request.match_info["role_id"])
    if found is None:
        raise Refused(10011)
    return answer(found)


async def add_role(world: World, request: web.Request) -> web.Response:
    """Add a role, lowest of all, with no more rights than the bot has."""
    found = guild_of(world, request)
    need(world, found, Permission.MANAGE_ROLES)
    asked = (await body_of(request)).json or {}
    _not_more(world, found, asked)
    made = found.add_role(asked.get("name") or "new role", int(asked.get("permissions") or 0), 1, by=bot(world))
    made |= {name: asked[name] for name in ("color", "hoist", "mentionable") if asked.get(name) is not None}
    return answer(made)


async def change_role(world: World, request: web.Request) -> web.Response:
    """Change a role below the bot's own."""
    found = guild_of(world, request)
    role_id = _reachable(world, found, request)
    asked = (await body_of(request)).json
    _not_more(world, found, asked)
    fields = {name: value for name, value in asked.items() if value is not None}
    if "permissions" in fields:
        fields["permissions"] = str(fields["permissions"])
    return answer(found.change_role(role_id, by=bot(world), reason=reason_of(request), **fields))


async def remove_role(world: World, request: web.Request) -> web.Response:
    """Delete a role below the bot's own."""
    found = guild_of(world, request)
    found.remove_role(_reachable(world, found, request), by=bot(world), reason=reason_of(request))
    return nothing()


def _reachable(world: World, guild: Guild, request: web.Request) -> str:
    role_id = request.match_info["role_id"]
    if role_id not in guild.roles:
        raise Refused(10011)
    need(world, guild, Permission.MANAGE_ROLES)
    if not permissions.above(guild, bot(world), role_id):
        raise Refused(50013)
    return role_id


def _not_more(world: World, guild: Guild, asked: Mapping[str, Any]) -> None:
    """Refuse rights that the bot hasn't itself."""
    if int(asked.get("permissions") or 0) & ~permissions.base(guild, bot(world)):
        raise Refused(50013)


async def audit_log(world: World, request: web.Request) -> web.Response:
    """List entries of the audit log: the latest first, but with `after` the earliest of those behind it."""
    found = guild_of(world, request)
    need(world, found, Permission.VIEW_AUDIT_LOG)
    oldest = snowflake.first_at(world.now() - KEPT)
    after, before = number(request, "after", oldest), number(request, "before", 2**63)
    wanted = [one for one in found.audit if max(after, oldest) < int(one["id"]) < before]
    for name, of in (("user_id", "user_id"), ("target_id", "target_id"), ("action_type", "action_type")):
        if name in request.query:
            wanted = [one for one in wanted if str(one[of]) == request.query[name]]
    if "after" not in request.query:
        wanted.reverse()
    shown = wanted[: number(request, "limit", 50)]
    named = {one["user_id"] for one in shown} | {one["target_id"] for one in shown}
    targets = {one["target_id"] for one in shown}
    return answer(
        {
            "audit_log_entries": shown,
            "users": [world.users[one] for one in sorted(named & world.users.keys())],
            "threads": [found.threads[one] for one in sorted(targets & found.threads.keys())],
            "auto_moderation_rules": [found.rules[one] for one in sorted(targets & found.rules.keys())],
            "application_commands": [], "integrations": [], "webhooks": [], "guild_scheduled_events": [],
        }
    )  # fmt: skip


async def invites(world: World, request: web.Request) -> web.Response:
    """List a guild's invitations."""
    found = guild_of(world, request)
    need(world, found, Permission.MANAGE_GUILD)
    return answer(list(found.invites.values()))


async def invite(world: World, request: web.Request) -> web.Response:
    """Show where an invitation leads, of whatever server."""
    code = request.match_info["code"]
    for found in world.guilds.values():
        if code in found.invites:
            return answer(found.invites[code])
    if code not in world.invites:
        raise Refused(10006)
    return answer(world.invites[code])


async def remove_invite(world: World, request: web.Request) -> web.Response:
    """End an invitation."""
    code = request.match_info["code"]
    for found in world.guilds.values():
        if code in found.invites:
            need(world, found, Permission.MANAGE_GUILD)
            return answer(invitations.remove(found, code, by=bot(world), reason=reason_of(request)))
    raise Refused(10006)


ROUTES: Mapping[tuple[str, str], Handler] = {
    ("GET", "/guilds/{guild_id}"): guild,
    ("PATCH", "/guilds/{guild_id}"): change_guild,
    ("PUT", "/guilds/{guild_id}/incident-actions"): pause,
    ("GET", "/guilds/{guild_id}/roles"): roles,
    ("POST", "/guilds/{guild_id}/roles"): add_role,
    ("GET", "/guilds/{guild_id}/roles/{role_id}"): role,
    ("PATCH", "/guilds/{guild_id}/roles/{role_id}"): change_role,
    ("DELETE", "/guilds/{guild_id}/roles/{role_id}"): remove_role,
    ("GET", "/guilds/{guild_id}/audit-logs"): audit_log,
    ("GET", "/guilds/{guild_id}/invites"): invites,
    ("GET", "/invites/{code}"): invite,
    ("DELETE", "/invites/{code}"): remove_invite,
}
