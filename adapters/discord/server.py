"""One Discord server as the library remembers it: its channels, threads and roles, as the core knows them."""

from collections.abc import Mapping

import discord

from bot.domain.message import Channel, PlatformName
from bot.domain.place import Stream, stream_of

#: channels in which people write: text, announcements, voice, stage, forums and media (their posts are threads)
_WRITTEN_IN = (
    discord.TextChannel, discord.VoiceChannel, discord.StageChannel, discord.ForumChannel,
)  # fmt: skip


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


def streams_of(server: discord.Guild) -> list[Stream]:
    """Return every channel and thread of a server that people write in and that is known to be open."""
    written = (one for one in server.channels if isinstance(one, _WRITTEN_IN))
    return [stream_of(as_channel(one)) for one in (*written, *server.threads)]


def role_names(server: discord.Guild) -> Mapping[str, str]:
    """Return the names of a server's roles by id."""
    return {str(role.id): role.name for role in server.roles}
