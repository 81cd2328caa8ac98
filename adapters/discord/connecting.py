"""Connects one server, and says what is done about each event that takes more than handing over."""

from collections.abc import Mapping

from adapters.discord.answering import answer
from adapters.discord.aside import Aside
from adapters.discord.connected import Handler, ServerConnected
from adapters.discord.door import Door
from adapters.discord.home import Home
from adapters.discord.members import Members
from adapters.discord.names import met, renamed, titled
from adapters.discord.platform import DiscordPlatform
from adapters.discord.prevention.hearing import prevented
from adapters.discord.prevention.sync import changed
from adapters.discord.sharing import Session
from adapters.discord.vanishing import Vanishings
from adapters.discord.watching import Watcher
from bot.ports import Clock

HANDLERS: Mapping[str, Handler] = {
    "INTERACTION_CREATE": answer,
    "GUILD_MEMBER_ADD": met,
    "GUILD_MEMBER_UPDATE": renamed,
    "THREAD_CREATE": titled,
    "THREAD_UPDATE": titled,
    "CHANNEL_CREATE": changed,
    "CHANNEL_UPDATE": changed,
    "AUTO_MODERATION_ACTION_EXECUTION": prevented,
}


async def connect(session: Session, home: Home, clock: Clock) -> ServerConnected:
    """Return a server, connected; raise ConnectionRevokedError, NotInvitedError, PlatformUnavailableError."""
    server = await session.enter(home.server)
    if session.client.aside is None:
        session.client.aside = Aside(client=session.client)
    door = Door(home=home, client=session.client, server=server, clock=clock)
    platform = DiscordPlatform(door=door, members=Members(door=door))
    handlers = {**HANDLERS, **Watcher().handlers, **Vanishings().handlers}
    return ServerConnected(session=session, door=door, platform=platform, handlers=handlers)
