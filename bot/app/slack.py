"""Connects communities to their Slack workspaces: each with an app and tokens of its own."""

from functools import partial

from adapters.slack.connecting import connect
from adapters.slack.home import Home
from adapters.slack.http_mode import Receiver
from adapters.slack.session import Session
from adapters.slack.tokens import kept
from bot.app.clock import machine_clock
from bot.app.logs import Log
from bot.app.platforms import Entrance, Entrances, Making, Policies
from bot.domain.message import PlatformName
from bot.domain.place import Connection
from bot.ports import Keys
from bot.settings import Settings


def slack_platform(settings: Settings, tell: Log) -> Making:
    """Return what makes the entrances of every community whose policies name a workspace."""
    place, clock = settings.slack_events, machine_clock()
    receiver = None if place is None else Receiver(host=place.host, port=place.port)

    def entrances(policies: Policies, keys: Keys) -> Entrances:
        session = Session(kept=kept(settings.slack_tokens, keys.wrapping(), api=settings.slack_api), receiver=receiver)
        found: dict[str, Entrance] = {}
        for name, known in policies.items():
            if known.slack is None:
                continue
            home = Home(
                community=name, workspace=known.slack, policies=partial(policies.__getitem__, name),
                tell=partial(_tell, tell, name),
            )  # fmt: skip
            connection = Connection(platform=PlatformName.SLACK, workspace=known.slack)
            found[connection.name] = Entrance(community=name, connect=partial(connect, session, home, clock))
        return found

    return entrances


def _tell(tell: Log, community: str, error: Exception) -> None:
    tell.warning("slack", community=community, problem=error)
