"""Threads and posts of forums: open, list, join."""

from collections.abc import Mapping, Sequence
from typing import Any

from aiohttp import web

from tests.discord import permissions, shapes
from tests.discord.errors import Refused
from tests.discord.guild import JSON, Guild
from tests.discord.permissions import Permission
from tests.discord.rest.access import Handler, bot, channel_of, guild_of, id_of, in_guild, need
from tests.discord.rest.composing import composed
from tests.discord.rest.messages import allowed
from tests.discord.rest.reading import Body, answer, body_of, nothing, reason_of
from tests.discord.world import World


async def active(world: World, request: web.Request) -> web.Response:
    """List a guild's threads that aren't archived, newest first."""
    guild = guild_of(world, request)
    found = sorted(guild.open_threads(bot(world)), key=lambda one: -int(one["id"]))
    shown = [guild.thread_for(one, bot(world)) for one in found]
    return answer({"threads": shown, "members": _own(world, guild, found), "has_more": False})


async def archived_public(world: World, request: web.Request) -> web.Response:
    """List a channel's public threads that are archived, the last archived first."""
    return _archived(world, request, frozenset({10, 11}), Permission.READ_MESSAGE_HISTORY)


async def archived_private(world: World, request: web.Request) -> web.Response:
    """List a channel's private threads that are archived, for their keepers."""
    rights = Permission.READ_MESSAGE_HISTORY | Permission.MANAGE_THREADS
    return _archived(world, request, frozenset({12}), rights)


def _archived(world: World, request: web.Request, kinds: frozenset[int], wanted: int) -> web.Response:
    guild, channel = in_guild(channel_of(world, request))
    need(world, guild, wanted, channel)
    found = [
        one for one in guild.threads.values()
        if one["parent_id"] == channel["id"] and one["type"] in kinds and one["thread_metadata"]["archived"]
    ]  # fmt: skip
    found.sort(key=_archived_at, reverse=True)
    if "before" in request.query:
        found = [one for one in found if _archived_at(one) < request.query["before"].replace(" ", "+")]
    shown = found[: int(request.query.get("limit", 50))]
    return answer({"threads": shown, "members": _own(world, guild, shown), "has_more": len(found) > len(shown)})


def _archived_at(thread: JSON) -> str:
    return str(thread["thread_metadata"]["archive_timestamp"])


def _own(world: World, guild: Guild, threads: Sequence[JSON]) -> Sequence[JSON]:
    """Return the bot's memberships of threads."""
    shown = [guild.thread_for(one, bot(world)) for one in threads]
    return [one["member"] for one in shown if "member" in one]


async def open_on_message(world: World, request: web.Request) -> web.Response:
    """Open a thread on a message, whose id it takes."""
    guild, channel = in_guild(channel_of(world, request))
    need(world, guild, Permission.CREATE_PUBLIC_THREADS, channel)
    message_id = world.message(channel["id"], request.match_info["message_id"])["id"]
    if channel["type"] not in {0, 5}:
        raise Refused(50024)
    if message_id in guild.threads:
        raise Refused(160004)
    asked = (await body_of(request)).json
    made = guild.open_thread(
        channel["id"], asked["name"], message_id, by=bot(world), reason=reason_of(request), **_limits(asked)
    )
    return answer(guild.thread_for(_archiving(guild, made, asked), bot(world)), 201)


async def open_thread(world: World, request: web.Request) -> web.Response:
    """Open a thread by itself: private unless its type says otherwise; in a forum with its first post."""
    guild, channel = in_guild(channel_of(world, request))
    body = await body_of(request)
    if channel["type"] in shapes.FORUMS:
        return _post(world, request, guild, channel, body)
    if channel["type"] not in {0, 5}:
        raise Refused(50024)
    kind = body.json.get("type") or 12
    need(world, guild, Permission.CREATE_PRIVATE_THREADS if kind == 12 else Permission.CREATE_PUBLIC_THREADS, channel)
    made = guild.open_thread(
        channel["id"], body.json["name"], by=bot(world), kind=kind, reason=reason_of(request), **_limits(body.json)
    )
    return answer(guild.thread_for(_archiving(guild, made, body.json), bot(world)), 201)


def _post(world: World, request: web.Request, guild: Guild, channel: JSON, body: Body) -> web.Response:
    """Open a post of a forum with what it says first."""
    need(world, guild, Permission.SEND_MESSAGES, channel)
    inner = Body(kind=body.kind, json=body.json["message"], files=body.files)
    fields = composed(world, guild, channel, inner)
    made = guild.open_thread(
        channel["id"], body.json["name"], by=bot(world), reason=reason_of(request), **_limits(body.json),
        applied_tags=[id_of(one) for one in body.json.get("applied_tags") or ()],
    )  # fmt: skip
    called = allowed(world, guild, channel, inner.json)
    said = world.post(made["id"], bot(world), id=made["id"], allowed=called, **fields)
    thread = _archiving(guild, guild.threads[made["id"]], body.json)
    return answer(guild.thread_for(thread, bot(world)) | {"message": said}, 201)


def _limits(asked: Mapping[str, Any]) -> Mapping[str, Any]:
    slow = asked.get("rate_limit_per_user")
    return {} if slow is None else {"rate_limit_per_user": slow}


def _archiving(guild: Guild, thread: JSON, asked: Mapping[str, Any]) -> JSON:
    """Set after how many minutes of silence a thread is archived; it is part of its opening, and no change."""
    minutes = asked.get("auto_archive_duration")
    if minutes is None:
        return thread
    metadata = thread["thread_metadata"] | {"auto_archive_duration": minutes}
    guild.threads[thread["id"]] = guild.threads[thread["id"]] | {"thread_metadata": metadata}
    return guild.threads[thread["id"]]


async def join(world: World, request: web.Request) -> web.Response:
    """Make the bot a member of a thread."""
    guild, thread = in_guild(channel_of(world, request))
    return _joined(guild, thread, bot(world))


async def add(world: World, request: web.Request) -> web.Response:
    """Make somebody a member of a thread."""
    guild, thread = in_guild(channel_of(world, request))
    user_id = request.match_info["user_id"]
    if user_id not in guild.members:
        raise Refused(10007 if user_id in world.users else 10013)
    if not permissions.computed(guild, bot(world), thread) & Permission.SEND_MESSAGES_IN_THREADS:
        raise Refused(50013)
    return _joined(guild, thread, user_id)


def _joined(guild: Guild, thread: JSON, user_id: str) -> web.Response:
    if thread["type"] not in shapes.THREADS:
        raise Refused(50024)
    if thread["thread_metadata"]["archived"]:
        raise Refused(50083)
    guild.join_thread(thread["id"], user_id)
    return nothing()


async def members(world: World, request: web.Request) -> web.Response:
    """List a thread's members."""
    guild, thread = in_guild(channel_of(world, request))
    joined = guild.joined.get(thread["id"], {}).items()
    found = [{"id": thread["id"], "user_id": one, "join_timestamp": since, "flags": 0} for one, since in joined]
    return answer(found)


ROUTES: Mapping[tuple[str, str], Handler] = {
    ("GET", "/guilds/{guild_id}/threads/active"): active,
    ("GET", "/channels/{channel_id}/threads/archived/public"): archived_public,
    ("GET", "/channels/{channel_id}/threads/archived/private"): archived_private,
    ("POST", "/channels/{channel_id}/messages/{message_id}/threads"): open_on_message,
    ("POST", "/channels/{channel_id}/threads"): open_thread,
    ("GET", "/channels/{channel_id}/thread-members"): members,
    ("PUT", "/channels/{channel_id}/thread-members/@me"): join,
    ("PUT", "/channels/{channel_id}/thread-members/{user_id}"): add,
}
