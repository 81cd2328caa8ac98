"""`chat.*`: what is said, changed and taken back."""

from collections.abc import Mapping
from typing import Any

from tests.slack import shapes
from tests.slack.api import content
from tests.slack.api.calling import Call, Handler
from tests.slack.errors import Refused
from tests.slack.things import JSON, Channel, PostedMessage

#: kinds of messages that Slack itself wrote: nobody answers, edits or deletes them by the Web API
OF_SLACK = frozenset({"tombstone"})


def post_message(call: Call) -> JSON:
    """Say something as an app, or as a user by an app."""
    channel = _where(call)
    said = content.said(call)
    thread = call.ts("thread_ts", "invalid_thread_ts")
    if thread not in channel.messages:
        # what answers nothing stands in the channel, for all to see
        thread = ""
    _may_write(call, channel, thread)
    more: JSON = {name: call.text(name) for name in ("username",) if call.text(name)}
    if more or call.text("icon_emoji") or call.text("icon_url"):
        call.need("chat:write.customize")
    message = call.workspace.post(
        channel.id, call.token.user_id, said.text, thread_ts=thread or None, more=more, metadata=content.metadata(call)
        or None, broadcast=call.flag("reply_broadcast") and bool(thread), **_by(call), **said.fields(),
    )  # fmt: skip
    return {"channel": channel.id, "ts": message.ts, "message": shapes.message(call.workspace, channel, message)}


def me_message(call: Call) -> JSON:
    """Say what one does."""
    channel = call.channel(member=True, alive=True)
    text = content.said(call).text
    message = call.workspace.post(channel.id, call.token.user_id, text, subtype="me_message", **_by(call))
    return {"channel": channel.id, "ts": message.ts}


def post_ephemeral(call: Call) -> JSON:
    """Show something to one person alone, who has to be in the channel."""
    channel = call.channel(alive=True)
    said = content.said(call)
    if call.token.user_id not in channel.members:
        raise Refused("not_in_channel" if not channel.is_private else "channel_not_found")
    if call.text("user") not in channel.members:
        raise Refused("user_not_in_channel")
    thread = call.ts("thread_ts", "invalid_thread_ts") or None
    found = call.workspace.whisper(
        channel.id, call.text("user"), call.app.id, said.text, thread_ts=thread, **said.fields()
    )  # fmt: skip
    return {"message_ts": found.ts}


def update(call: Call) -> JSON:
    """Change what the caller said; without blocks or attachments, those that were there stay unless text comes."""
    channel = call.channel()
    message = call.workspace.message(channel.id, call.text("ts"))
    said = content.said(call, edits=True)
    if not _wrote(call, message) or message.subtype in OF_SLACK:
        raise Refused("cant_update_message")
    if channel.is_archived:
        raise Refused("is_inactive")
    fields: JSON = {"text": said.text or message.text}
    for name, given in (("blocks", said.blocks), ("attachments", said.attachments)):
        if given is not None or (said.text and name == "blocks"):
            fields[name] = given or []
    noted = content.metadata(call)
    if noted is not None:
        fields["metadata"] = noted or None
    if not message.is_reply and call.flag("reply_broadcast"):
        raise Refused("cant_broadcast_message")
    if call.flag("reply_broadcast"):
        fields["subtype"] = "thread_broadcast"
    changed = call.workspace.edit(
        channel.id, message.ts, by=call.token.user_id, marked=said.blocks is None, **fields
    )  # fmt: skip
    shown = shapes.message(call.workspace, channel, changed)
    return {"channel": channel.id, "ts": changed.ts, "text": changed.text, "message": shown}


def delete(call: Call) -> JSON:
    """Delete a message: a bot its own, a user their own, an admin any of this workspace that they can see."""
    channel = call.channel()
    message = call.workspace.message(channel.id, call.text("ts"))
    if message.subtype in OF_SLACK:
        raise Refused("message_not_found")
    if not _wrote(call, message):
        rank = call.caller.is_admin or call.caller.is_owner
        foreign = message.more.get("user_team", message.team) != call.workspace.id
        if call.is_bot or not rank or foreign:
            raise Refused("cant_delete_message")
    call.workspace.delete(channel.id, message.ts, by=call.token.user_id)
    return {"channel": channel.id, "ts": message.ts}


def permalink(call: Call) -> JSON:
    """Return the address of a message, for whoever can see it."""
    channel = call.channel()
    message = call.workspace.message(channel.id, call.text("message_ts"))
    plain = message.ts.replace(".", "")
    link = f"https://{call.workspace.domain}.slack.com/archives/{channel.id}/p{plain}"
    thread = f"?thread_ts={message.thread_ts}&cid={channel.id}" if message.is_reply else ""
    return {"channel": channel.id, "permalink": link + thread}


def _by(call: Call) -> Mapping[str, Any]:
    """Return what a message shows of the app that wrote it."""
    return {"app_id": call.app.id, "bot_id": None if call.bot is None else call.bot.id}


def _wrote(call: Call, message: PostedMessage) -> bool:
    """Return whether the caller wrote a message; what a user's token wrote isn't the bot's."""
    return message.user == call.token.user_id


def _where(call: Call) -> Channel:
    """Return where something is said: a conversation by its id or name, or a person, with whom one is opened."""
    wanted = call.text("channel")
    if wanted in call.workspace.users:
        user = call.workspace.users[wanted]
        if user.deleted or user.is_stranger or user.id == call.token.user_id:
            raise Refused("channel_not_found")
        if user.is_bot:
            raise Refused("cannot_dm_bot")
        call.need("im:write", "chat:write")
        return call.workspace.open_direct(call.token.user_id, wanted)
    for channel in call.workspace.channels.values():
        if channel.name and wanted.removeprefix("#") == channel.name and call.sees(channel):
            return channel
    found = call.workspace.channel(wanted)
    if not call.sees(found):
        raise Refused("channel_not_found")
    return found


def _may_write(call: Call, channel: Channel, thread: str) -> None:
    """Let somebody write who may; else it is the first of Slack's reasons."""
    if channel.is_archived:
        raise Refused("is_archived")
    anywhere = call.is_bot and not channel.is_private and "chat:write.public" in call.token.scopes
    if call.token.user_id not in channel.members and not anywhere:
        raise Refused("not_in_channel")
    other = next((one for one in channel.members if channel.is_im and one != call.token.user_id), None)
    if other is not None and call.workspace.users[other].deleted:
        raise Refused("channel_not_found")
    if channel.read_only and not call.caller.is_admin:
        raise Refused("restricted_action" if channel.is_general else "restricted_action_read_only_channel")
    if thread and (channel.messages[thread].thread_ts or thread) in channel.locked and not call.caller.is_admin:
        raise Refused("restricted_action_thread_locked")


METHODS: Mapping[str, Handler] = {
    "chat.postMessage": post_message,
    "chat.meMessage": me_message,
    "chat.postEphemeral": post_ephemeral,
    "chat.update": update,
    "chat.delete": delete,
    "chat.getPermalink": permalink,
}
