"""`conversations.*` that read: which there are, who is in them, and what was said."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice

from tests.slack import shapes
from tests.slack.api.calling import Call, Handler, is_number, packed, page, unpacked
from tests.slack.errors import Refused
from tests.slack.things import JSON, Channel, PostedMessage

#: kinds that may be listed, and the scope of each
TYPES: Mapping[str, str] = {
    "public_channel": "channels", "private_channel": "groups", "im": "im", "mpim": "mpim",
}  # fmt: skip


def list_all(call: Call) -> JSON:
    """List the conversations that the caller knows of."""
    return _listed(call, [one for one in _of_types(call) if call.sees(one)], call.token.user_id)


def of_user(call: Call) -> JSON:
    """List the conversations that somebody is in, as far as the caller knows of them."""
    user_id = call.text("user", call.token.user_id)
    if user_id not in call.workspace.users:
        raise Refused("user_not_found")
    return _listed(call, [one for one in _of_types(call) if user_id in one.members and call.sees(one)], user_id)


def _of_types(call: Call) -> Iterable[Channel]:
    types = call.names("types") or ["public_channel"]
    if set(types) - TYPES.keys():
        raise Refused("invalid_types")
    for one in types:
        call.need(f"{TYPES[one]}:read")
    scopes = {TYPES[one] for one in types}
    archived = not call.flag("exclude_archived")
    every = call.workspace.channels.values()
    return [one for one in every if one.scopes in scopes and (archived or not one.is_archived)]


def _listed(call: Call, found: Sequence[Channel], user_id: str) -> JSON:
    part, more = page(call, found)
    return {"channels": [one.shown(user_id, members=not one.is_im) for one in part], **more}


def info(call: Call) -> JSON:
    """Show one conversation."""
    found = call.channel()
    shown = found.shown(call.token.user_id, members=call.flag("include_num_members"))
    if call.flag("include_locale"):
        shown["locale"] = "en-US"
    if call.token.user_id in found.members:
        shown["last_read"] = "0000000000.000000"
    return {"channel": shown}


def members(call: Call) -> JSON:
    """List who is in a conversation."""
    part, more = page(call, call.channel().members)
    return {"members": list(part), **more}


def history(call: Call) -> JSON:
    """Return what was said in a conversation, the newest first, without replies that stay in their threads."""
    channel = call.channel()
    if call.token.user_id not in channel.members and (call.is_bot or channel.is_private):
        raise Refused("not_in_channel")
    limit = call.count("limit", 100, 999)
    forwards = _forwards(call)
    between = _between(call, call.workspace.latest(channel.id))
    # of the newest page, one more says whether there are more
    found = list(between if forwards else islice(between, limit + 1))
    part = found[-limit:] if forwards else found[:limit]
    more = len(found) > limit
    after = _after(part[0 if forwards else -1]) if more else ""
    shown = {"messages": _shown(call, channel, part), "has_more": more, "pin_count": len(channel.pins)}
    if call.text("latest"):
        shown["latest"] = call.text("latest")
    if call.text("oldest"):
        shown["oldest"] = call.text("oldest")
    return shown | ({"response_metadata": {"next_cursor": after}} if after else {})


def replies(call: Call) -> JSON:
    """Return a thread, the oldest first, after the message that it answers; of a reply, itself alone."""
    channel = call.channel()
    if call.token.user_id not in channel.members and channel.is_private:
        raise Refused("channel_not_found")
    parent = channel.messages.get(call.text("ts"))
    if parent is None:
        raise Refused("thread_not_found")
    answers = [channel.messages[one] for one in channel.threads.get(parent.ts, [])]
    found = list(_between(call, answers))
    limit = call.count("limit", 1000, 1000)
    part = found[:limit]
    more = len(found) > limit
    after = _after(part[-1]) if more else ""
    shown = {"messages": _shown(call, channel, [parent, *part]), "has_more": more}
    return shown | ({"response_metadata": {"next_cursor": after}} if after else {})


def _forwards(call: Call) -> bool:
    """Return whether pages go from the oldest to the newest."""
    if call.method.name == "conversations.replies":
        return True
    return call.world.oldest_page_first and bool(call.text("oldest")) and not call.text("latest")


def _after(message: PostedMessage) -> str:
    return packed(f"next_ts:{shapes.number(message.ts)}")


def _between(call: Call, messages: Iterable[PostedMessage]) -> Iterator[PostedMessage]:
    """Yield the messages between two moments, from where a cursor stands."""
    oldest, latest = call.ts("oldest", "invalid_ts_oldest"), call.ts("latest", "invalid_ts_latest")
    inclusive = call.flag("inclusive")
    low = shapes.number(oldest) - inclusive if oldest not in {"", "0"} else -1
    high = shapes.number(latest) + inclusive if latest else 2**63
    kind, _, at = unpacked(call).partition(":")
    if kind not in {"", "next_ts"} or not is_number(at or "0"):
        raise Refused("invalid_cursor")
    if at and _forwards(call):
        low = max(low, int(at))
    elif at:
        high = min(high, int(at))
    yield from (one for one in messages if low < shapes.number(one.ts) < high)


def _shown(call: Call, channel: Channel, messages: Iterable[PostedMessage]) -> list[JSON]:
    noted = call.flag("include_all_metadata")
    return [shapes.message(call.workspace, channel, one, metadata=noted) for one in messages]


METHODS: Mapping[str, Handler] = {
    "conversations.list": list_all,
    "conversations.info": info,
    "conversations.members": members,
    "conversations.history": history,
    "conversations.replies": replies,
    "users.conversations": of_user,
}
