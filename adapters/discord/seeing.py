"""Whether whoever names a message could read it themselves: asking Locum for it is no way around that."""

from typing import TYPE_CHECKING, Any

import discord

from adapters.discord.calls import read
from adapters.discord.interactions import user_of
from adapters.discord.translate import Json
from bot.domain.message import Channel

if TYPE_CHECKING:
    from adapters.discord.connected import ServerConnected

_PRIVATE_THREAD = 12


async def sees(server: "ServerConnected", data: Json, channel: Channel) -> bool:
    """Return whether whoever asked reads what stands in a channel or thread, by Discord's own permissions.

    Of private threads, those alone who manage threads; anybody in one has the menu on its messages. Raises
    PlatformUnavailableError, ConnectionRevokedError.
    """
    door, user = server.door, user_of(data)
    if data.get("guild_id") and str(data.get("channel_id")) == (channel.thread or channel.id):
        return True
    member: Any = data.get("member") or await server.platform.members.member(str(user["id"]))
    found = door.server.get_channel(int(channel.id))
    if member is None or found is None:
        return False
    asking = discord.Member(data={**member, "user": user}, guild=door.server, state=door.client._connection)  # type: ignore[typeddict-item]  # noqa: SLF001 - it has no other name
    held = found.permissions_for(asking)
    if channel.thread and await _is_private(server, channel.thread) and not held.manage_threads:
        return False
    return held.view_channel and held.read_message_history


async def _is_private(server: "ServerConnected", thread: str) -> bool:
    known = server.door.server.get_thread(int(thread))
    if known is not None:
        return known.is_private()
    told = await read(server.door.http.get_channel(int(thread)))
    return told is None or int(told["type"]) == _PRIVATE_THREAD
