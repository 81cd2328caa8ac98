"""Connects communities to their Discord servers: one session for the token, one connection a server."""

from functools import partial

from adapters.discord.connecting import connect
from adapters.discord.home import Home
from adapters.discord.sharing import Access, Session
from bot.app.clock import machine_clock
from bot.app.logs import Log
from bot.app.platforms import Entrance, Entrances, Making, Policies
from bot.domain.message import PlatformName
from bot.domain.place import Connection
from bot.ports import Keys
from bot.settings import Settings


def access_of(settings: Settings) -> Access:
    """Return where Discord is, and how we come in."""
    token = settings.discord_token.get_secret_value()
    return Access(token=token, api=settings.discord_api, gateway=settings.discord_gateway)


def discord_platform(settings: Settings, tell: Log, *, prevents: bool = True) -> Making:
    """Return what makes the entrances of every community whose policies name a server.

    Without `prevents`, Discord itself holds nothing back: each message appears, and is judged and deleted.
    """
    session, clock = Session(access_of(settings)), machine_clock()

    def entrances(policies: Policies, _keys: Keys) -> Entrances:
        found: dict[str, Entrance] = {}
        for name, known in policies.items():
            if known.discord is None:
                continue
            home = Home(
                community=name, server=known.discord, policies=partial(policies.__getitem__, name),
                tell=partial(_tell, tell, name), prevents=prevents,
            )  # fmt: skip
            connection = Connection(platform=PlatformName.DISCORD, workspace=known.discord)
            found[connection.name] = Entrance(community=name, connect=partial(connect, session, home, clock))
        return found

    return entrances


def _tell(tell: Log, community: str, error: Exception) -> None:
    tell.warning("discord", community=community, problem=error)
