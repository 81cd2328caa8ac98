"""Members' posts read from the chat as messages: what stands now, by members, in rooms that are moderated."""

from adapters.local.chat.chat import LOCUM, Chat
from adapters.local.chat.types import Post, Room, RoomKind
from adapters.local.translate import message_of
from bot.domain.message import Message, MessageRef, PlatformName


def as_message(chat: Chat, workspace: str, post: Post) -> Message | None:
    """Return a post as a message; None for what isn't moderated: what is gone, Locum's own, and direct rooms."""
    room, author = chat.room(post.room), chat.account(post.author)
    if post.gone_at is not None or post.author == LOCUM or room is None or author is None:
        return None
    if room.kind is RoomKind.DIRECT:
        return None
    answered = chat.post(post.reply_to) if post.reply_to else None
    return message_of(workspace, room, post, author, None if answered is None else answered.author)


def find(chat: Chat, workspace: str, ref: MessageRef) -> Post | None:
    """Return the post that is meant, whether or not it still stands; a thread's is named by its channel or itself."""
    if ref.platform is not PlatformName.LOCAL or ref.workspace != workspace:
        return None
    post = chat.post(ref.message)
    room = None if post is None else chat.room(post.room)
    return post if room is not None and ref.channel in _names(room) else None


def _names(room: Room) -> tuple[str, ...]:
    return (room.id, room.parent) if room.kind is RoomKind.THREAD else (room.id,)
