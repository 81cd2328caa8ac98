"""Slack's JSON as the core knows it: pure functions of what events and history say.

Shapes are those of the Events API: https://docs.slack.dev/reference/events/message. An event of a message and the same
message in history are read alike.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import blake2b

from adapters.slack.contents import Json, contents_of, object_in, text_in
from adapters.slack.members import profile_of
from adapters.slack.times import time_of, ts_of
from bot.domain.message import Channel, Markup, Member, Message, MessageKind, MessageRef, PlatformName
from bot.domain.place import Stream, stream_of
from bot.errors import LocumError

#: what Slack itself says, or what is told otherwise: joins by events of their own, answers by the answer
_NOISE = frozenset({
    "app_conversation_join", "app_conversation_leave", "bot_add", "bot_disable", "bot_enable", "bot_remove",
    "channel_archive", "channel_canvas_updated", "channel_convert_to_private", "channel_convert_to_public",
    "channel_join", "channel_leave", "channel_posting_permissions", "channel_unarchive", "ekm_access_denied",
    "group_archive", "group_join", "group_leave", "group_unarchive", "hidden_by_limit", "huddle_thread",
    "joiner_notification", "joiner_notification_for_inviter", "message_deleted", "message_replied", "pinned_item",
    "reminder_delete", "sh_room_created", "sh_room_shared", "tabbed_canvas_updated", "tombstone",
    "unpinned_item",
})  # fmt: skip
#: what members write about a channel, and where it stands in what Slack says of it
_ABOUT_CHANNELS = {
    "channel_name": "name",
    "channel_purpose": "purpose",
    "channel_topic": "topic",
    "group_name": "name",
    "group_purpose": "purpose",
    "group_topic": "topic",
}


class UnreadableEventError(LocumError):
    """Slack's event names no channel, author or time as Slack does: nothing is known of it, so it is left out."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Deletion:
    """A message that stands nowhere any more; who deleted it, Slack doesn't say."""

    #: the channel or thread that it stood in, as far as Slack says
    stream: Stream
    #: its id
    message: str
    #: since when, UTC
    at: datetime
    #: the id of whoever wrote it; empty where Slack doesn't say
    author: str = ""


def message_ref(channel: Channel, ts: str) -> MessageRef:
    """Return a message as the core names it: in a thread, too, by the channel that it hangs under."""
    return MessageRef(platform=PlatformName.SLACK, workspace=channel.workspace, channel=channel.id, message=ts)


def place_of(workspace: str, channel: str, thread: str = "") -> Channel:
    """Return a channel or thread as far as its id says it."""
    return Channel(platform=PlatformName.SLACK, workspace=workspace, id=channel, thread=thread or None)


def joins_of(workspace: str) -> Channel:
    """Return where joins stand: in no channel, so in one that is called as the workspace is."""
    return place_of(workspace, workspace)


def held_in(event: Json) -> Json:
    """Return the message that an event is about, as it is now: an edit holds it."""
    return object_in(event, "message") if event.get("subtype") == "message_changed" else event


def thread_of(message: Json) -> str:
    """Return the thread that a message stands in; empty for the channel, where a thread's first message stands, too."""
    thread = text_in(message, "thread_ts")
    return "" if thread == text_in(message, "ts") or time_of(thread) is None else thread


def is_news(event: Json) -> bool:
    """Return whether an event brings a message that is judged: a new one, or a revision of one.

    That a link's preview was added is none: what is judged of the message stays as it was.
    """
    message = held_in(event)
    subtype = message.get("subtype")
    if event.get("is_ephemeral") is True or (isinstance(subtype, str) and subtype in _NOISE) or not message:
        return False
    if message is event:
        # that somebody answered holds the message that they answered, and often lacks its subtype
        return not isinstance(event.get("message"), Mapping)
    before = event.get("previous_message")
    if not isinstance(before, Mapping):
        return True
    return _edit(before) != _edit(message) or contents_of(before) != contents_of(message)


def message_of(event: Json, channel: Channel, author: Member) -> Message | None:
    """Return a message as it is judged; None for what Slack itself says, and for what brings nothing new.

    `channel` is the channel, whatever thread it is in. Raises UnreadableEventError.
    """
    if not is_news(event):
        return None
    message = held_in(event)
    ts, thread = text_in(message, "ts"), thread_of(message)
    at = time_of(ts)
    if at is None or not author.key:
        raise UnreadableEventError
    about = _ABOUT_CHANNELS.get(text_in(message, "subtype"))
    contents = contents_of({"text": text_in(message, about)} if about else message)
    if about and not contents.text:
        # a topic that was taken away
        return None
    return Message(
        ref=message_ref(channel, ts),
        author=author,
        channel=replace(channel, thread=thread or None),
        at=at,
        text=contents.text,
        markup=Markup.SLACK,
        # without the author's hand in it, it may be another one all the same: a file was taken away
        edited_at=time_of(_edit(message)),
        mentions=contents.mentions,
        attachments=contents.attachments,
        reply_to=thread or None,
        reply_author=_answered(message) if thread else None,
        forwarded=contents.forwarded,
        # a topic stands, whatever becomes of the message that tells of it
        withheld=about is not None,
    )


def deletion_of(workspace: str, event: Json) -> Deletion | None:
    """Return what was deleted; None for an event that tells of no deletion. Raises UnreadableEventError.

    Of a message that was answered something stays behind, which says no more than that.
    """
    kept, before = object_in(event, "message"), object_in(event, "previous_message")
    if event.get("subtype") == "message_deleted":
        ts = text_in(event, "deleted_ts") or text_in(before, "ts")
    elif event.get("subtype") == "message_changed" and kept.get("subtype") == "tombstone":
        ts = text_in(kept, "ts")
    else:
        return None
    channel, at = text_in(event, "channel"), time_of(event.get("event_ts")) or time_of(event.get("ts"))
    if not channel or time_of(ts) is None or at is None:
        raise UnreadableEventError
    if before.get("subtype") == "tombstone":
        # what stayed behind is gone as well
        return None
    place = place_of(workspace, channel, thread_of({**before, "ts": ts}))
    return Deletion(stream=stream_of(place), message=ts, at=at, author=text_in(before, "user"))


def join_of(author: Member, place: Channel, at: datetime) -> Message:
    """Return a member's coming as it is judged: into the workspace, or into a channel."""
    # whoever comes back comes at another time
    ref = message_ref(place, f"{author.key}-{ts_of(at)}")
    return Message(
        ref=ref, author=author, channel=place, at=at, text="", kind=MessageKind.JOIN, markup=Markup.SLACK,
    )  # fmt: skip


def rename_of(author: Member, user: Json, before: Json | None, at: datetime) -> Message | None:
    """Return what somebody is called and says of themselves from now on; None where it is as it was.

    Without `before`, nothing is known of how it was: it is judged, and stands once for the same names.
    """
    names = tuple(dict.fromkeys((*author.names, *profile_of(user))))
    if before is not None and _called(before) == _called(user):
        return None
    digest = blake2b("\0".join(names).encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()
    place = joins_of(author.account.workspace if author.account is not None else "")
    return Message(
        ref=message_ref(place, f"{author.key}-rename-{digest}"), author=replace(author, names=names), channel=place,
        at=at, text="", kind=MessageKind.RENAME, markup=Markup.SLACK,
    )  # fmt: skip


def _called(user: Json) -> tuple[str, ...]:
    profile = object_in(user, "profile")
    shown = (text_in(profile, name) for name in ("display_name", "real_name", "name"))
    return (*shown, text_in(user, "real_name"), text_in(user, "name"), *profile_of(user))


def _edit(message: Json) -> str:
    return text_in(message, "edited", "ts")


def _answered(message: Json) -> str | None:
    """Return whose message began the thread, where Slack says it."""
    return text_in(message, "parent_user_id") or text_in(message, "root", "user") or None
