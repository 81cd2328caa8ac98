"""Hears what Discord's own moderation held back: a message like any other, with nothing there to delete.

Our own evaluation finds in it what the rule found that Discord holds for us; strikes, notices and cases follow from
that finding as from any. Discord tells once of each thing that it does, so the same message may be told of three times.
https://docs.discord.com/developers/events/gateway-events#auto-moderation-action-execution
"""

import asyncio
import re
from typing import TYPE_CHECKING

import discord

from adapters.discord.calls import read
from adapters.discord.names import renamed
from adapters.discord.prevention.native import Trigger
from adapters.discord.server import as_channel, role_names
from adapters.discord.snowflakes import made_at
from adapters.discord.translate import Json, account_ref, member_of, message_ref
from bot.domain.message import NO_MENTIONS, Channel, Markup, Member, Mentions, Message
from bot.domain.place import stream_of
from bot.ports import Feed, PlatformUnavailableError

if TYPE_CHECKING:
    from adapters.discord.connected import ServerConnected

_PEOPLE, _ROLES = re.compile(r"<@!?([0-9]+)>"), re.compile(r"<@&([0-9]+)>")
#: what was held back stands nowhere to be read back: offered so often, so many seconds apart
_OFFERS, _BETWEEN = 40, 0.5


async def prevented(server: "ServerConnected", feed: Feed, data: Json) -> None:
    """Hand over what Discord did something about; raises PlatformUnavailableError, ConnectionRevokedError."""
    user = str(data["user_id"])
    if data.get("channel_id") is None or data.get("rule_trigger_type") == Trigger.MEMBER_PROFILE:
        # a name: judged as one that was just taken
        member = await server.platform.members.member(user, fresh=True)
        if member is not None:
            await renamed(server, feed, member)
        return
    stands = data.get("message_id")
    if stands is not None and server.session.content:
        # only told of: it is there, and was heard as it was written
        return
    text = text_of(data)
    channel = await _channel(server, str(data["channel_id"])) if text else None
    if channel is None:
        return
    now = server.door.clock.now()
    place = channel.thread or channel.id
    id_ = str(stands) if stands is not None else server.prevention.heard.id_of(place, user, text, now)
    if id_ is None:
        return
    feed.expect([stream_of(channel)])
    message = Message(
        ref=message_ref(channel, id_), author=await _author(server, user), channel=channel,
        at=now if stands is None else made_at(id_), text=text, markup=Markup.DISCORD,
        mentions=mentions_of(text), withheld=stands is None,
    )  # fmt: skip
    for _ in range(_OFFERS):
        if feed.offer(message):
            return
        await asyncio.sleep(_BETWEEN)


def text_of(data: Json) -> str:
    """Return what was written; without the right to read it, the keyword that Discord found there."""
    return str(data.get("content") or data.get("matched_content") or (data.get("matched_keyword") or "").strip("*"))


def mentions_of(text: str) -> Mentions:
    """Return whom a text would have pinged, as Discord counts it: each person and each role once.

    Whether everyone would have been pinged isn't said, for that depends on what the author may do.
    """
    people, roles = (tuple(dict.fromkeys(pattern.findall(text))) for pattern in (_PEOPLE, _ROLES))
    return Mentions(people=people, roles=roles) if people or roles else NO_MENTIONS


async def _channel(server: "ServerConnected", id_: str) -> Channel | None:
    known = server.channel(id_)
    if known is not None:
        return known
    found = await read(server.door.client.fetch_channel(int(id_)))
    return as_channel(found) if isinstance(found, discord.abc.GuildChannel | discord.Thread) else None


async def _author(server: "ServerConnected", user: str) -> Member:
    """Return who wrote it, with the roles they have; without, where Discord doesn't say."""
    home = server.door.home
    try:
        member = await server.platform.members.member(user)
    except PlatformUnavailableError:
        member = None
    if member is None:
        return Member(key=user, account=account_ref(home.server, user), created_at=made_at(user))
    return member_of(home.server, member["user"], member, role_names(server.door.server))
