"""Connects one workspace, and says what is done about each event, and what goes on beside."""

from adapters.slack.answering import answer
from adapters.slack.aside import Aside, is_direct
from adapters.slack.beginning import begin_with, look_again
from adapters.slack.calls import Json
from adapters.slack.channels import Channels
from adapters.slack.connected import Handler, WorkspaceConnected
from adapters.slack.entering import enter
from adapters.slack.groups import Groups
from adapters.slack.hearing import HANDLERS
from adapters.slack.home import Home
from adapters.slack.people import People
from adapters.slack.platform import SlackPlatform
from adapters.slack.reading import Reading
from adapters.slack.session import Session
from adapters.slack.showing_home import home_opened
from bot.ports import Clock, Feed


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
        handlers={**HANDLERS, "message": _written(Aside()), "app_home_opened": home_opened},
        answer=answer,
        beside=begin_with,
        again=look_again,
        receiver=None if access.app else session.receiver,
    )


def _written(aside: Aside) -> Handler:
    """Return what is done about a message: one to the bot is answered, any other is handed over."""

    async def written(workspace: WorkspaceConnected, feed: Feed, event: Json) -> None:
        if is_direct(event):
            await aside.heard(workspace, feed, event)
        else:
            await HANDLERS["message"](workspace, feed, event)

    return written
