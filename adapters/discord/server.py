"""One Discord server as the library remembers it: its channels, threads and roles, as the core knows them."""

from collections.abc import Iterable, Mapping

import discord

from adapters.discord.translate import Json
from bot.domain.message import Channel, PlatformName
from bot.domain.place import Stream, stream_of

#: channels in which people write: text, announcements, voice and stage; in forums and media channels only threads are
#: what the gateway calls a channel that is hidden from us
HIDDEN = "___hidden___"
_WRITTEN_IN = (discord.TextChannel, discord.VoiceChannel, discord.StageChannel)


def channel_of(server: discord.Guild, id_: str) -> Channel | None:
    """Return the channel or thread of that id; None for one that the library doesn't know."""
    found = server.get_channel_or_thread(int(id_))
    return None if found is None else as_channel(found)


def as_channel(found: "discord.abc.GuildChannel | discord.Thread") -> Channel:
    """Return a channel or thread as the core knows it: a thread belongs to the channel that it hangs under."""
    if isinstance(found, discord.Thread):
        above = found.parent
        return Channel(
            platform=PlatformName.DISCORD,
            workspace=str(found.guild.id),
            id=str(found.parent_id),
            name="" if above is None else above.name,
            category=None if above is None or above.category_id is None else str(above.category_id),
            thread=str(found.id),
        )
    return Channel(
        platform=PlatformName.DISCORD,
        workspace=str(found.guild.id),
        id=str(found.id),
        name=found.name,
        category=None if found.category_id is None else str(found.category_id),
    )


def title_of(server: discord.Guild, data: Json) -> str:
    """Return the title of the forum post that a message began; empty for any other message."""
    if str(data["id"]) != str(data["channel_id"]):
        return ""
    thread = server.get_thread(int(data["id"]))
    return "" if thread is None else thread.name


def streams_of(server: discord.Guild) -> list[Stream]:
    """Return every channel and thread of a server that people write in, that we see, and that is known to be open."""
    written = (one for one in server.channels if isinstance(one, _WRITTEN_IN) and _is_seen(server, one))
    return [stream_of(as_channel(one)) for one in (*written, *server.threads)]


def _is_seen(server: discord.Guild, channel: discord.abc.GuildChannel) -> bool:
    """Return whether a channel is open to us: of one that isn't, nothing arrives and nothing can be read back."""
    return channel.name != HIDDEN and channel.permissions_for(server.me).view_channel


def role_names(server: discord.Guild) -> Mapping[str, str]:
    """Return the names of a server's roles by id."""
    return {str(role.id): role.name for role in server.roles}


def names_of(server: discord.Guild, ids: Iterable[str]) -> Mapping[str, str]:
    """Return the names of some of its roles by id, without looking at the others: for what is asked very often."""
    found = ((str(one), server.get_role(int(one))) for one in ids if str(one).isdecimal())
    return {id_: role.name for id_, role in found if role is not None}
