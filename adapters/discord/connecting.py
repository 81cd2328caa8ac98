"""Connects one server, and says what is done about each event that takes more than handing over."""

from collections.abc import Mapping

from adapters.discord.answering import answer
from adapters.discord.connected import Handler, ServerConnected
from adapters.discord.door import Door
from adapters.discord.home import Home
from adapters.discord.members import Members
from adapters.discord.platform import DiscordPlatform
from adapters.discord.sharing import Session
from bot.ports import Clock

HANDLERS: Mapping[str, Handler] = {"INTERACTION_CREATE": answer}


async def connect(session: Session, home: Home, clock: Clock) -> ServerConnected:
    """Return a server, connected; raise ConnectionRevokedError, NotInvitedError, PlatformUnavailableError."""
    server = await session.enter(home.server)
    door = Door(home=home, client=session.client, server=server, clock=clock)
    platform = DiscordPlatform(door=door, members=Members(door=door))
    return ServerConnected(session=session, door=door, platform=platform, handlers=HANDLERS)
