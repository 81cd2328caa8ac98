"""What people call things and themselves: names of members and titles of threads are judged as messages are.

A change of names stands where joins stand, once for the same names. Discord says it with `GUILD_MEMBER_UPDATE`, which
comes for a new account name as well (https://docs.discord.com/developers/events/gateway-events#guild-member-update);
`USER_UPDATE` is about the bot alone.

A forum post's title is judged together with the message that began it: title, line break, text. The title of any other
thread is a message of whoever began the thread, in the channel that it hangs under, with nothing there to delete:
Discord writes a message about some of these threads (type 18), which is the same one. A title that is changed is that
message, edited; who changed it isn't said, so it stays its author's.
"""

from collections import OrderedDict
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from typing import TYPE_CHECKING

import discord

from adapters.discord.server import channel_of, role_names
from adapters.discord.snowflakes import made_at
from adapters.discord.translate import Json, joins_of, member_of, message_ref, title_ref
from bot.domain.message import Markup, Member, Message, MessageKind
from bot.ports import Feed

if TYPE_CHECKING:
    from adapters.discord.connected import ServerConnected

#: people whose names are remembered, and threads whose titles are
_MOST = 10_000


@dataclass(kw_only=True, slots=True)
class Names:
    """Names that were judged a moment ago: an event comes for every role that somebody gets, too."""

    #: forum posts whose first message was judged while nobody knew their title
    untitled: set[str] = field(default_factory=set)
    _known: "OrderedDict[str, str]" = field(default_factory=OrderedDict)

    def learn(self, whose: str, name: str) -> str | None:
        """Remember how somebody or something is called; return how it was called before, as far as is remembered."""
        known = self._known.get(whose)
        self._known[whose] = name
        self._known.move_to_end(whose)
        while len(self._known) > _MOST:
            self._known.popitem(last=False)
        return known


async def met(server: "ServerConnected", _feed: Feed, data: Json) -> None:
    """Remember how somebody is called who came: that was judged with their coming."""
    if "user" in data:
        author = member_of(server.door.home.server, data["user"], data, {})
        server.names.learn(author.key, _digest(author))


async def renamed(server: "ServerConnected", feed: Feed, data: Json) -> None:
    """Hand over a member's names where they are new."""
    home, clock = server.door.home, server.door.clock
    if "user" not in data:
        return
    author = member_of(home.server, data["user"], data, role_names(server.door.server))
    digest = _digest(author)
    if not author.names or server.names.learn(author.key, digest) == digest:
        return
    place = joins_of(home.server)
    feed.offer(
        Message(
            ref=message_ref(place, f"{author.key}-rename-{digest}"), author=author, channel=place, at=clock.now(),
            text="", kind=MessageKind.RENAME, markup=Markup.DISCORD,
        )
    )  # fmt: skip


def _digest(author: Member) -> str:
    return blake2b("\0".join(author.names).encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


async def titled(server: "ServerConnected", feed: Feed, data: Json) -> None:
    """Hand over a thread's title where it is new: by itself, or with the message that a forum post began with."""
    thread, title, owner = str(data["id"]), str(data.get("name") or ""), data.get("owner_id")
    begun, before = bool(data.get("newly_created")), server.names.learn(thread, title)
    # of a thread that wasn't known it can't be said that its title is another one now
    if not title or owner is None or before == title or (before is None and not begun):
        return
    if str(owner) == str(server.door.own):
        # where Locum tells somebody something
        return
    if isinstance(server.door.server.get_channel(int(data.get("parent_id") or 0)), discord.ForumChannel):
        if not begun or thread in server.names.untitled:
            server.names.untitled.discard(thread)
            await again(server, feed, thread)
        return
    channel = channel_of(server.door.server, str(data.get("parent_id") or 0))
    member = await server.platform.members.member(str(owner))
    if channel is None or member is None:
        return
    author = member_of(server.door.home.server, member["user"], member, role_names(server.door.server))
    feed.offer(
        Message(
            ref=title_ref(channel, thread), author=author, channel=channel, at=made_at(thread), text=title,
            markup=Markup.DISCORD, edited_at=None if begun else server.door.clock.now(), withheld=True,
        )
    )  # fmt: skip


async def again(server: "ServerConnected", feed: Feed, thread: str) -> None:
    """Hand over the message that a forum post began with: its title is another one now, or known by now."""
    message = await server.platform.fetched(thread, thread)
    if message is not None:
        feed.offer(replace(message, edited_at=server.door.clock.now()))
