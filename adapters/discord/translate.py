"""Discord's JSON as the core knows it: pure functions of what the gateway and the API say.

Shapes are those of API version 10: https://docs.discord.com/developers/resources/message
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from adapters.discord.snowflakes import made_at
from bot.domain.message import (
    NO_MENTIONS,
    AccountRef,
    Attachment,
    Channel,
    Markup,
    Member,
    Mentions,
    Message,
    MessageKind,
    MessageRef,
    PlatformName,
)
from bot.domain.place import Stream

#: an object as Discord sends it
Json = Mapping[str, Any]

#: a thread's title, as a message in the channel that it hangs under
_TITLE = 18
#: types of messages that people write: plain, a thread's title, answers, and what answered a command or a menu; what
#: stands first in a thread that was begun at a message (21) holds that message once more
_WRITTEN = frozenset({0, _TITLE, 19, 20, 23})
#: how a message refers to another: it answers it, or it forwards it
_FORWARD = 1
#: message flag: it exists for one reader, and nobody else can see it
_EPHEMERAL = 1 << 6
#: for whom a program was installed: a server, or a user
_OF_SERVER, _OF_USER = "0", "1"
#: component: text that a program wrote
_TEXT_DISPLAY = 10


def account_ref(server: str, user: str) -> AccountRef:
    """Return an account as the core names it."""
    return AccountRef(platform=PlatformName.DISCORD, workspace=server, user=user)


def message_ref(channel: Channel, message: str) -> MessageRef:
    """Return a message as the core names it: in a thread, too, by the channel that it hangs under."""
    return MessageRef(
        platform=PlatformName.DISCORD, workspace=channel.workspace, channel=channel.id, message=message
    )  # fmt: skip


def title_ref(channel: Channel, thread: str) -> MessageRef:
    """Return the title of a thread as a message is named: by the thread, in the channel that it hangs under."""
    return message_ref(channel, f"{thread}-title")


def joins_of(server: str) -> Channel:
    """Return where joins stand: in no channel, so in one that is called as the server is."""
    return Channel(platform=PlatformName.DISCORD, workspace=server, id=server)


def address_of(stream: Stream) -> str:
    """Return the id under which Discord knows a channel or thread."""
    return stream.thread or stream.channel


def member_of(server: str, user: Json, member: Json | None, roles: Mapping[str, str]) -> Member:
    """Return whoever is moderated; `roles` are the server's names of roles by id.

    Without a member object nothing is said of roles and of when they joined: a message from history has none.
    """
    given = None if member is None else [str(one) for one in member.get("roles", ())]
    names = (None if member is None else member.get("nick"), user.get("global_name"), user.get("username"))
    return Member(
        key=str(user["id"]),
        account=account_ref(server, str(user["id"])),
        names=tuple(dict.fromkeys(name for name in names if name)),
        created_at=made_at(str(user["id"])),
        joined_at=None if member is None else time_of(member.get("joined_at")),
        roles=None if given is None else frozenset(part for id_ in given for part in (id_, roles.get(id_, ""))) - {""},
        bot=bool(user.get("bot")),
    )


def author_of(data: Json) -> Json:
    """Return who answers for a message: its author, or the member who brought along the program that wrote it.

    A program that isn't the server's is somebody's own, who used it there: what it says there, they do. Whoever only
    pressed on something of it doesn't. Perhaps nothing but the id is known of them.
    https://docs.discord.com/developers/resources/message#message-interaction-metadata-object
    """
    metadata = data.get("interaction_metadata") or {}
    owners = metadata.get("authorizing_integration_owners") or {}
    author: Json = data["author"]
    if _OF_SERVER in owners or not owners.get(_OF_USER):
        return author
    user: Json = metadata.get("user") or {}
    return user if str(user.get("id")) == str(owners[_OF_USER]) else {"id": str(owners[_OF_USER])}


def message_of(data: Json, channel: Channel, author: Member, *, title: str = "") -> Message | None:
    """Return a message as it is judged; None for what Discord itself says, and for what only one reader sees.

    `title` is that of the forum post which it began.
    """
    if data.get("type", 0) not in _WRITTEN or int(data.get("flags") or 0) & _EPHEMERAL:
        return None
    reference = data.get("message_reference") or {}
    forwarded = reference.get("type", 0) == _FORWARD
    answered = None if forwarded else reference.get("message_id")
    replied = data.get("referenced_message") or {}
    # a thread's title stands, whatever becomes of the message that tells of it
    thread = str(reference.get("channel_id") or "") if data.get("type") == _TITLE else ""
    text = text_of(data)
    return Message(
        ref=title_ref(channel, thread) if thread else message_ref(channel, str(data["id"])),
        author=author,
        channel=channel,
        at=time_of(data.get("timestamp")) or made_at(str(data["id"])),
        text=f"{title}\n{text}" if title else text,
        markup=Markup.DISCORD,
        edited_at=time_of(data.get("edited_timestamp")),
        mentions=_mentions(data),
        attachments=tuple(_files(data)),
        reply_to=None if answered is None else str(answered),
        reply_author=str(author_of(replied)["id"]) if answered is not None and "author" in replied else None,
        forwarded=forwarded,
        withheld=bool(thread),
    )


def join_of(server: str, data: Json, roles: Mapping[str, str]) -> Message | None:
    """Return a member's coming as it is judged; None where Discord doesn't say who, or since when."""
    joined = time_of(data.get("joined_at"))
    user = data.get("user")
    if joined is None or user is None:
        return None
    place = joins_of(server)
    # whoever comes back comes at another time
    ref = message_ref(place, f"{user['id']}-{int(joined.timestamp() * 1000)}")
    return Message(
        ref=ref, author=member_of(server, user, data, roles), channel=place, at=joined, text="",
        kind=MessageKind.JOIN, markup=Markup.DISCORD,
    )  # fmt: skip


def text_of(data: Json) -> str:
    """Return what a reader sees: the content, what was forwarded and a poll's words, else the words of boxes.

    What a program wrote as components is read in any case where somebody forwards it.
    """
    forwarded = _forwarded(data)
    words = [data.get("content"), *(one.get("content") for one in forwarded), *_poll(data.get("poll"))]
    words += [text for one in forwarded for text in _components(one.get("components"))]
    if not any(words):
        words = [*_boxes(data), *_components(data.get("components"))]
    return "\n".join(word for word in words if word)


def time_of(value: Any) -> datetime | None:
    """Return a time as Discord writes it, UTC; None for none."""
    if not isinstance(value, str):
        return None
    try:
        at = datetime.fromisoformat(value)
    except ValueError:
        return None
    return at.astimezone(UTC) if at.tzinfo is not None else at.replace(tzinfo=UTC)


def _forwarded(data: Json) -> list[Json]:
    return [one.get("message") or {} for one in data.get("message_snapshots") or ()]


def _poll(poll: Json | None) -> list[str]:
    if not poll:
        return []
    media = [poll.get("question"), *(one.get("poll_media") for one in poll.get("answers") or ())]
    return [one.get("text") or "" for one in media if one]


def _boxes(data: Json) -> list[str | None]:
    """Return the words of embeds: programs and webhooks write them; those of links are the linked page's."""
    words: list[str | None] = []
    for source in (data, *_forwarded(data)):
        for box in source.get("embeds") or ():
            words += [(box.get("author") or {}).get("name"), box.get("title"), box.get("description")]
            words += [part.get(name) for part in box.get("fields") or () for name in ("name", "value")]
            words.append((box.get("footer") or {}).get("text"))
    return words


def _components(components: Any) -> Iterator[str]:
    for one in components or ():
        if one.get("type") == _TEXT_DISPLAY:
            yield one.get("content") or ""
        yield from _components(one.get("components"))


def _files(data: Json) -> Iterator[Attachment]:
    for source in (data, *_forwarded(data)):
        for one in source.get("attachments") or ():
            yield Attachment(
                id=str(one["id"]), name=one.get("filename") or "", media_type=one.get("content_type"),
                size=one.get("size"),
            )  # fmt: skip
        for sticker in source.get("sticker_items") or ():
            yield Attachment(id=str(sticker["id"]), name=sticker.get("name") or "", media_type="image/x-sticker")


def _mentions(data: Json) -> Mentions:
    people = tuple(dict.fromkeys(str(one["id"]) for one in data.get("mentions") or ()))
    roles = tuple(dict.fromkeys(str(one) for one in data.get("mention_roles") or ()))
    everyone = bool(data.get("mention_everyone"))
    return Mentions(people=people, roles=roles, everyone=everyone) if people or roles or everyone else NO_MENTIONS
