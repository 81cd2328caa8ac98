"""Connects one workspace, and says what is done about each event, and what goes on beside."""

from adapters.slack.answering import answer
from adapters.slack.beginning import begin_with
from adapters.slack.channels import Channels
from adapters.slack.connected import WorkspaceConnected
from adapters.slack.entering import enter
from adapters.slack.groups import Groups
from adapters.slack.hearing import HANDLERS
from adapters.slack.home import Home
from adapters.slack.people import People
from adapters.slack.platform import SlackPlatform
from adapters.slack.reading import Reading
from adapters.slack.session import Session
from adapters.slack.showing_home import home_opened
from bot.ports import Clock


async def connect(session: Session, home: Home, clock: Clock) -> WorkspaceConnected:
    """Return a workspace, connected.

    Raises ConnectionRevokedError, ElsewhereError, NoTokensError, NotHeardError, PlatformUnavailableError.
    """
    access = session.access(home.workspace)
    door = await enter(home, access, clock)
    channels, people, groups = Channels(door=door), People(door=door), Groups(door=door)
    platform = SlackPlatform(
        door=door, channels=channels, people=people, groups=groups, reading=Reading(door=door, channels=channels)
    )
    return WorkspaceConnected(
        door=door,
        platform=platform,
        handlers={**HANDLERS, "app_home_opened": home_opened},
        answer=answer,
        beside=begin_with,
        receiver=None if access.app else session.receiver,
    )
