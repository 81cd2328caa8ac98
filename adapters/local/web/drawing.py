"""Posts and rooms of the chat as the page shows them to one person; text stays as it was written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import quote

from adapters.local.chat.chat import LOCUM, Chat
from adapters.local.chat.types import Post, Room, RoomKind
from adapters.local.web.people import hue_of, initials_of
from adapters.local.web.pieces import pieces_of
from adapters.local.web.views import PersonView, PostView, RoomView
from bot.i18n import say

#: posts of one author that follow each other so closely stand under one head
_TOGETHER = timedelta(minutes=5)
#: characters of what is answered
_EXCERPT = 90


@dataclass(frozen=True, kw_only=True, slots=True)
class Reader:
    """For whom something is drawn."""

    #: their account
    account: str
    #: their language
    language: str
    #: in front of every address of theirs
    base: str
    #: everybody, by account
    people: Mapping[str, PersonView]


def draw_posts(
    chat: Chat, reader: Reader, posts: Sequence[Post], followed: frozenset[str], *, before: Post | None = None
) -> tuple[PostView, ...]:  # fmt: skip
    """Return posts of one room in their order; `followed` are those that something followed from."""
    threads = {room.began_at: href_of(reader, room) for room in chat.rooms() if room.kind is RoomKind.THREAD}
    drawn = []
    for post in posts:
        drawn.append(
            draw_post(
                chat, reader, post, followed=post.id in followed, thread=threads.get(post.id, ""),
                continued=before is not None and _continues(before, post),
            )
        )  # fmt: skip
        before = post
    return tuple(drawn)


def draw_post(
    chat: Chat,
    reader: Reader,
    post: Post,
    *,
    followed: bool = False,
    thread: str = "",
    continued: bool = False,
    text: str | None = None,
    marks: Sequence[tuple[int, int]] = (),
) -> PostView:
    """Return one post; `text` is what it said where the chat no longer knows."""
    names = (reader.people[one].name for one in post.mentions if one in reader.people)
    return PostView(
        id=post.id,
        author=author_of(reader, post.author),
        at=post.at,
        pieces=pieces_of(post.text if text is None else text, names, everyone=post.everyone, marks=marks),
        edited=post.edited_at is not None,
        reply=_answered(chat, reader, post),
        attachments=post.attachments,
        reactions=tuple((sign, len(who), reader.account in who) for sign, who in post.reactions if who),
        card=None if post.gone_at is not None else post.card,
        gone=_gone(reader, post),
        joined=post.joined,
        followed=followed,
        mine=post.author == reader.account,
        continued=continued,
        thread=thread,
    )


def author_of(reader: Reader, account: str) -> PersonView:
    """Return who wrote something; of an account that nobody knows, what it is called."""
    known = reader.people.get(account)
    return known or PersonView(id=account, name=account, initials=initials_of(account), hue=hue_of(account))


def draw_room(reader: Reader, room: Room, *, here: str = "") -> RoomView:
    """Return a room of the list."""
    return RoomView(
        id=room.id,
        name=say("chat.direct", reader.language) if room.kind is RoomKind.DIRECT else room.name,
        kind=room.kind.value,
        href=href_of(reader, room),
        here=room.id == here,
        parent=room.parent,
        slow=room.slow,
    )


def href_of(reader: Reader, room: Room) -> str:
    """Return where a room is shown."""
    return f"{reader.base}/{quote(room.id, safe='')}"


def rooms_seen(chat: Chat, account: str) -> tuple[Room, ...]:
    """Return the rooms that somebody sees, threads under theirs, their own with Locum at the end."""
    seen = [room for room in chat.rooms() if chat.sees(account, room)]
    under: dict[str, list[Room]] = {}
    for room in seen:
        if room.kind is RoomKind.THREAD:
            under.setdefault(room.parent, []).append(room)
    listed = [one for room in seen if room.kind is not RoomKind.THREAD for one in (room, *under.get(room.id, ()))]
    return (*listed, chat.direct(account))


def _continues(before: Post, post: Post) -> bool:
    closely = before.author == post.author and post.at - before.at <= _TOGETHER
    return closely and not (post.reply_to or post.joined or before.joined or post.card or before.card)


def _answered(chat: Chat, reader: Reader, post: Post) -> tuple[str, str] | None:
    answered = chat.post(post.reply_to) if post.reply_to else None
    if answered is None:
        return None
    text = " ".join(answered.text.split())
    shown = text if len(text) <= _EXCERPT else f"{text[: _EXCERPT - 1]}…"
    return author_of(reader, answered.author).name, _gone(reader, answered) or shown


def _gone(reader: Reader, post: Post) -> str:
    if post.gone_at is None:
        return ""
    if post.gone_by == LOCUM:
        return say("chat.gone_by_locum", reader.language)
    return say("chat.gone_by_author", reader.language)
