"""Messages: read, write, edit, delete, one by one and in bulk."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from itertools import islice
from typing import Any

from aiohttp import web

from tests.discord import permissions, shapes, snowflake
from tests.discord.errors import Refused, invalid
from tests.discord.guild import JSON, Guild
from tests.discord.intents import Intent
from tests.discord.permissions import Permission
from tests.discord.rest.access import Handler, bot, channel_of, id_of, in_guild, need, number
from tests.discord.rest.composing import composed
from tests.discord.rest.reading import answer, body_of, nothing, reason_of
from tests.discord.world import World

#: how old a message may be that is deleted in bulk
BULK_AGE = timedelta(days=14)


async def messages(world: World, request: web.Request) -> web.Response:
    """List messages, the newest first: just before, just after or around one, else the latest."""
    guild, channel = channel_of(world, request)
    if channel["type"] not in shapes.SPOKEN:
        raise Refused(50008)
    if guild is not None and not permissions.computed(guild, bot(world), channel) & Permission.READ_MESSAGE_HISTORY:
        return answer([])
    limit = number(request, "limit", 50)
    if not 1 <= limit <= 100:
        raise invalid("limit", "int value should be between 1 and 100.", "NUMBER_TYPE_MAX")
    return answer([_shown(world, guild, one) for one in _chosen(world, channel["id"], request.query, limit)])


def _chosen(world: World, channel_id: str, query: Mapping[str, str], limit: int) -> Sequence[JSON]:
    """Return messages, the newest first."""
    if "around" in query:
        middle = int(query["around"])
        older = list(islice(world.latest(channel_id, before=middle), limit // 2))
        rest = list(world.latest(channel_id, after=middle - 1))
        return [*rest[max(len(rest) - limit + len(older), 0) :], *older]
    if "before" in query:
        return list(islice(world.latest(channel_id, before=int(query["before"])), limit))
    if "after" in query:
        return list(world.latest(channel_id, after=int(query["after"])))[-limit:]
    return list(islice(world.latest(channel_id), limit))


async def message(world: World, request: web.Request) -> web.Response:
    """Show a message."""
    guild, channel = channel_of(world, request)
    if guild is not None:
        need(world, guild, Permission.READ_MESSAGE_HISTORY, channel)
    return answer(_shown(world, guild, world.message(channel["id"], request.match_info["message_id"])))


def _shown(world: World, guild: Guild | None, found: JSON) -> JSON:
    """Return a message as the bot may read it."""
    if guild is None or world.privileged & Intent.MESSAGE_CONTENT:
        return found
    return shapes.without_content(found, bot(world))


async def post(world: World, request: web.Request) -> web.Response:
    """Write a message."""
    guild, channel = channel_of(world, request)
    if channel["type"] not in shapes.SPOKEN:
        raise Refused(40058 if channel["type"] in shapes.FORUMS else 50008)
    if guild is None:
        world.must_reach(channel["recipients"][0]["id"])
    else:
        must_speak(world, guild, channel)
    body = await body_of(request)
    asked = body.json if isinstance(body.json, Mapping) else {}
    reference = referred(world, guild, channel, asked.get("message_reference"))
    fields = {} if reference is not None and reference["type"] == 1 else composed(world, guild, channel, body)
    made = world.post(
        channel["id"], bot(world), reference=reference, allowed=allowed(world, guild, channel, asked),
        nonce=asked.get("nonce"), enforce_nonce=bool(asked.get("enforce_nonce")), **fields,
    )  # fmt: skip
    return answer(made)


def must_speak(world: World, guild: Guild, channel: JSON) -> None:
    """Let the bot through if it may write here; a locked thread is for its keepers alone."""
    thread = channel["type"] in shapes.THREADS
    need(world, guild, Permission.SEND_MESSAGES_IN_THREADS if thread else Permission.SEND_MESSAGES, channel)
    if thread and channel["thread_metadata"]["locked"]:
        granted = permissions.computed(guild, bot(world), channel)
        if not granted & Permission.MANAGE_THREADS:
            raise Refused(50083)


def referred(world: World, guild: Guild | None, channel: JSON, asked: Mapping[str, Any] | None) -> JSON | None:
    """Return what a message replies to, or forwards; an unknown one is refused unless the bot doesn't mind."""
    if asked is None:
        return None
    where = id_of(asked.get("channel_id") or channel["id"])
    found: JSON = {"type": asked.get("type") or 0, "channel_id": where, "message_id": id_of(asked["message_id"])}
    if found["message_id"] not in world.messages.get(where, {}):
        if found["type"] == 0 and asked.get("fail_if_not_exists") is False:
            return None
        raise invalid("message_reference", "Unknown message", "REPLIES_UNKNOWN_MESSAGE")
    if guild is not None and not permissions.computed(guild, bot(world), channel) & Permission.READ_MESSAGE_HISTORY:
        raise Refused(160002)
    return found


def allowed(world: World, guild: Guild | None, channel: JSON, asked: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Return who may be called by a message; `everyone` and all roles only with the right to."""
    given = asked.get("allowed_mentions")
    if given is None and guild is None:
        return None
    found: JSON = {"parse": ["users", "roles", "everyone"], "replied_user": True} if given is None else dict(given)
    for kind in ("users", "roles"):
        found[kind] = [id_of(one) for one in found.get(kind) or ()]
        if found[kind] and kind in (found.get("parse") or ()):
            raise invalid("allowed_mentions", f"parse and {kind} are mutually exclusive", "MESSAGE_ALLOWED_MENTIONS")
    if guild is not None and not permissions.computed(guild, bot(world), channel) & Permission.MENTION_EVERYONE:
        found["parse"] = [one for one in found.get("parse") or () if one != "everyone"]
    return found


async def edit(world: World, request: web.Request) -> web.Response:
    """Edit one of the bot's own messages; of others only previews can be hidden, with the right to."""
    guild, channel = channel_of(world, request)
    old = world.message(channel["id"], request.match_info["message_id"])
    body = await body_of(request)
    asked = body.json if isinstance(body.json, Mapping) else {}
    if old["author"]["id"] != bot(world):
        if guild is None or asked.keys() != {"flags"}:
            raise Refused(50005)
        need(world, guild, Permission.MANAGE_MESSAGES, channel)
    if channel["type"] in shapes.THREADS and channel["thread_metadata"]["archived"]:
        raise Refused(50083)
    fields = composed(world, guild, channel, body, old)
    return answer(
        world.edit(channel["id"], old["id"], allowed=allowed(world, guild, channel, asked), **fields)
    )  # fmt: skip


async def delete(world: World, request: web.Request) -> web.Response:
    """Delete a message."""
    guild, channel = channel_of(world, request)
    found = world.message(channel["id"], request.match_info["message_id"])
    if found["author"]["id"] != bot(world):
        if guild is None:
            raise Refused(50003)
        need(world, guild, Permission.MANAGE_MESSAGES, channel)
    if found["type"] == 21:
        raise Refused(50021)
    world.delete(channel["id"], found["id"], by=bot(world), reason=reason_of(request))
    return nothing()


async def delete_many(world: World, request: web.Request) -> web.Response:
    """Delete 2 to 100 messages at once; a single one that is too old spares them all."""
    guild, channel = in_guild(channel_of(world, request))
    need(world, guild, Permission.MANAGE_MESSAGES, channel)
    ids = [id_of(one) for one in (await body_of(request)).json["messages"]]
    if not 2 <= len(ids) <= 100:
        raise Refused(50016)
    oldest = snowflake.first_at(world.now() - BULK_AGE)
    if any(int(one) < oldest for one in ids):
        raise Refused(50034)
    world.delete_many(channel["id"], ids, by=bot(world))
    return nothing()


_ALL, _ONE = "/channels/{channel_id}/messages", "/channels/{channel_id}/messages/{message_id}"
ROUTES: Mapping[tuple[str, str], Handler] = {
    ("GET", _ALL): messages,
    ("POST", _ALL): post,
    ("POST", f"{_ALL}/bulk-delete"): delete_many,
    ("GET", _ONE): message,
    ("PATCH", _ONE): edit,
    ("DELETE", _ONE): delete,
}
