"""Channels: what there is, slow mode and other fields, what roles and members may do in them."""

from collections.abc import Mapping
from typing import Any

from aiohttp import web

from tests.discord import invitations, permissions, shapes
from tests.discord.errors import Refused, invalid
from tests.discord.guild import JSON, Guild
from tests.discord.permissions import Permission
from tests.discord.rest.access import Handler, bot, channel_of, guild_of, id_of, in_guild, need
from tests.discord.rest.reading import answer, body_of, nothing, reason_of
from tests.discord.world import World

#: seconds of slow mode
LONGEST_PAUSE = 21_600
#: what a thread keeps in its metadata
METADATA = frozenset({"archived", "locked", "auto_archive_duration", "invitable"})
#: what who opened a thread may change in it without being its keeper
OWNERS = frozenset({"name", "archived", "auto_archive_duration", "invitable", "applied_tags"})


async def channels(world: World, request: web.Request) -> web.Response:
    """List a guild's channels without threads."""
    guild = guild_of(world, request)
    return answer([one for one in guild.channels.values() if guild.sees(bot(world), one)])


async def add_channel(world: World, request: web.Request) -> web.Response:
    """Add a channel."""
    guild = guild_of(world, request)
    need(world, guild, Permission.MANAGE_CHANNELS)
    asked = (await body_of(request)).json
    parent = asked.get("parent_id")
    made = guild.add_channel(
        asked["name"], asked.get("type") or 0, None if parent is None else id_of(parent), by=bot(world)
    )
    guild.effect("channel_created", made["id"], bot(world), name=asked["name"])
    for one in asked.get("permission_overwrites") or ():
        guild.overwrite(made["id"], id_of(one["id"]), allow=int(one["allow"] or 0), deny=int(one["deny"] or 0))
    fields = {name: asked[name] for name in ("topic", "rate_limit_per_user", "nsfw") if asked.get(name) is not None}
    return answer(guild.change_channel(made["id"], by=bot(world), **fields), 201)


async def channel(world: World, request: web.Request) -> web.Response:
    """Show a channel or thread."""
    guild, found = channel_of(world, request)
    return answer(found if guild is None else guild.thread_for(found, bot(world)))


async def change_channel(world: World, request: web.Request) -> web.Response:
    """Change a channel's fields, or a thread's."""
    guild, found = in_guild(channel_of(world, request))
    asked = (await body_of(request)).json
    if not 0 <= int(asked.get("rate_limit_per_user") or 0) <= LONGEST_PAUSE:
        message = f"int value should be between 0 and {LONGEST_PAUSE}."
        raise invalid("rate_limit_per_user", message, "NUMBER_TYPE_MAX")
    if found["type"] in shapes.THREADS:
        fields = _of_thread(world, guild, found, asked)
    else:
        need(world, guild, Permission.MANAGE_CHANNELS, found)
        fields = {name: value for name, value in asked.items() if name in found}
        if asked.get("permission_overwrites") is not None:
            need(world, guild, Permission.MANAGE_ROLES, found)
            fields["permission_overwrites"] = [
                {"id": id_of(one["id"]), "type": one["type"], "allow": str(one["allow"]), "deny": str(one["deny"])}
                for one in asked["permission_overwrites"]
            ]
    return answer(guild.change_channel(found["id"], by=bot(world), reason=reason_of(request), **fields))


def _of_thread(world: World, guild: Guild, thread: JSON, asked: Mapping[str, Any]) -> JSON:
    """Return the fields of a thread that are to change; an archived one has to be opened first."""
    keeper = permissions.computed(guild, bot(world), thread) & Permission.MANAGE_THREADS
    if not keeper and (thread["owner_id"] != bot(world) or not asked.keys() <= OWNERS):
        raise Refused(50013)
    metadata = thread["thread_metadata"]
    if metadata["archived"] and asked.get("archived") is not False:
        raise Refused(50083)
    changed = {name: value for name, value in asked.items() if name in METADATA and value is not None}
    fields = {name: value for name, value in asked.items() if name not in METADATA and value is not None}
    if "archived" in changed:
        changed["archive_timestamp"] = shapes.when(world.now())
    return fields | ({"thread_metadata": metadata | changed} if changed else {})


async def remove_channel(world: World, request: web.Request) -> web.Response:
    """Delete a channel or thread; direct messages only close."""
    guild, found = channel_of(world, request)
    if guild is None:
        return answer(found)
    thread = found["type"] in shapes.THREADS
    need(world, guild, Permission.MANAGE_THREADS if thread else Permission.MANAGE_CHANNELS, found)
    guild.remove_channel(found["id"], by=bot(world), reason=reason_of(request))
    return answer(found)


async def overwrite(world: World, request: web.Request) -> web.Response:
    """Set what a role or a member may do in a channel beside their roles."""
    guild, found = in_guild(channel_of(world, request))
    need(world, guild, Permission.MANAGE_ROLES, found)
    asked = (await body_of(request)).json
    target, own = request.match_info["overwrite_id"], permissions.computed(guild, bot(world), found)
    allow, deny = int(asked.get("allow") or 0), int(asked.get("deny") or 0)
    if (allow | deny) & ~own:
        raise Refused(50013)
    guild.overwrite(found["id"], target, allow=allow, deny=deny, by=bot(world))
    guild.effect("overwrite_set", found["id"], bot(world), overwrite_id=target, allow=allow, deny=deny)
    return nothing()


async def remove_overwrite(world: World, request: web.Request) -> web.Response:
    """Leave a role or a member with what their roles allow."""
    guild, found = in_guild(channel_of(world, request))
    need(world, guild, Permission.MANAGE_ROLES, found)
    target = request.match_info["overwrite_id"]
    kept = [one for one in found["permission_overwrites"] if one["id"] != target]
    guild.change_channel(found["id"], by=bot(world), reason=reason_of(request), permission_overwrites=kept)
    return nothing()


async def typing(world: World, request: web.Request) -> web.Response:
    """Show that the bot writes."""
    channel_of(world, request)
    return nothing()


async def invites(world: World, request: web.Request) -> web.Response:
    """List invitations into a channel."""
    guild, found = in_guild(channel_of(world, request))
    need(world, guild, Permission.MANAGE_CHANNELS, found)
    return answer([one for one in guild.invites.values() if one["channel"]["id"] == found["id"]])


async def add_invite(world: World, request: web.Request) -> web.Response:
    """Invite into a channel."""
    guild, found = in_guild(channel_of(world, request))
    need(world, guild, Permission.CREATE_INSTANT_INVITE, found)
    code = f"i{world.ids.next()}"
    return answer(invitations.add(guild, code, found["id"], by=bot(world), reason=reason_of(request)))


ROUTES: Mapping[tuple[str, str], Handler] = {
    ("GET", "/guilds/{guild_id}/channels"): channels,
    ("POST", "/guilds/{guild_id}/channels"): add_channel,
    ("GET", "/channels/{channel_id}"): channel,
    ("PATCH", "/channels/{channel_id}"): change_channel,
    ("DELETE", "/channels/{channel_id}"): remove_channel,
    ("PUT", "/channels/{channel_id}/permissions/{overwrite_id}"): overwrite,
    ("DELETE", "/channels/{channel_id}/permissions/{overwrite_id}"): remove_overwrite,
    ("POST", "/channels/{channel_id}/typing"): typing,
    ("GET", "/channels/{channel_id}/invites"): invites,
    ("POST", "/channels/{channel_id}/invites"): add_invite,
}
