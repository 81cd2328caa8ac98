"""What stands in the chat, as the core knows it: pure functions of posts, accounts and rooms."""

from adapters.local.chat.types import Account, Post, Room, RoomKind
from bot.domain.message import (
    NO_MENTIONS,
    AccountRef,
    Channel,
    Markup,
    Member,
    Mentions,
    Message,
    MessageKind,
    MessageRef,
    PlatformName,
)
from bot.domain.place import Stream, stream_of


def account_ref(workspace: str, account: str) -> AccountRef:
    """Return an account as the core names it."""
    return AccountRef(platform=PlatformName.LOCAL, workspace=workspace, user=account)


def channel_of(workspace: str, room: Room) -> Channel:
    """Return a room as the core knows it: a thread belongs to the channel that it hangs under."""
    threaded = room.kind is RoomKind.THREAD
    channel = room.parent if threaded else room.id
    return Channel(
        platform=PlatformName.LOCAL,
        workspace=workspace,
        id=channel,
        # a room that is no thread is called as its id is
        name=channel if threaded else room.name,
        thread=room.id if threaded else None,
    )


def stream_in(workspace: str, room: Room) -> Stream:
    """Return a room as that in which messages stand in their order."""
    return stream_of(channel_of(workspace, room))


def message_ref(workspace: str, room: Room, post: str) -> MessageRef:
    """Return a post as the core names it: in a thread, too, by the channel that it hangs under."""
    channel = room.parent if room.kind is RoomKind.THREAD else room.id
    return MessageRef(platform=PlatformName.LOCAL, workspace=workspace, channel=channel, message=post)


def member_of(workspace: str, account: Account) -> Member:
    """Return an account as whoever is moderated."""
    return Member(
        key=account.id,
        account=account_ref(workspace, account.id),
        names=(account.name,),
        created_at=account.created_at,
        joined_at=account.joined_at,
        roles=account.roles,
        bot=account.bot,
    )


def message_of(workspace: str, room: Room, post: Post, author: Account, answered: str | None = None) -> Message:
    """Return a post as it is judged; `answered` is the account that it answers."""
    named = post.mentions or post.everyone
    return Message(
        ref=message_ref(workspace, room, post.id),
        author=member_of(workspace, author),
        channel=channel_of(workspace, room),
        at=post.at,
        text=post.text,
        kind=MessageKind.JOIN if post.joined else MessageKind.MESSAGE,
        markup=Markup.PLAIN,
        edited_at=post.edited_at,
        mentions=Mentions(people=post.mentions, everyone=post.everyone) if named else NO_MENTIONS,
        attachments=post.attachments,
        reply_to=post.reply_to or None,
        reply_author=answered if post.reply_to else None,
    )
