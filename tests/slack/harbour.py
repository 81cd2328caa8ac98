"""A workspace with a channel and a few people, and one app that hears them, for tests that need no more."""

from dataclasses import dataclass

from tests.slack.things import App
from tests.slack.workspace import Workspace
from tests.slack.world import World

#: what an app needs to hear and answer
SCOPES = frozenset(
    {
        "channels:history", "groups:history", "im:history", "mpim:history", "channels:read", "groups:read", "im:read",
        "im:write", "channels:join", "channels:manage", "chat:write", "commands", "users:read", "files:read",
        "reactions:read",
    }
)  # fmt: skip
EVENTS = frozenset(
    {
        "message.channels", "message.groups", "message.im", "message.mpim", "member_joined_channel",
        "member_left_channel", "user_change", "team_join", "app_home_opened", "file_shared", "tokens_revoked",
        "app_uninstalled",
    }
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Harbour:
    """One workspace, with one app in it."""

    #: the workspace
    workspace: Workspace
    #: the app
    app: App
    #: the token of its bot
    token: str
    #: id of a public channel with everybody in it, the bot too
    room: str
    #: user id of an admin
    admin: str
    #: user ids of two who are none
    kim: str
    robin: str

    @property
    def bot(self) -> str:
        """Return the bot's user id."""
        return self.app.bots[self.workspace.id].user_id


def harbour(world: World) -> Harbour:
    """Return a new workspace, of which the app is told nothing before it is there."""
    workspace = world.add_workspace("harbour")
    app = world.add_app(
        "Tide", bot_events=set(EVENTS), commands={"/mod": {"should_escape": True}, "/raw": {}},
        shortcuts={
            "look": {"type": "message", "name": "Look into it"}, "board": {"type": "global", "name": "Open the board"},
        },
    )  # fmt: skip
    token = world.install(app, workspace.id, scopes=SCOPES)
    people = [workspace.add_user(name, told=False).id for name in ("ada", "kim", "robin")]
    workspace.users[people[0]].is_admin = True
    bot = app.bots[workspace.id].user_id
    room = workspace.add_channel("help", members=[workspace.owner, *people, bot], told=False).id
    return Harbour(
        workspace=workspace, app=app, token=token.text, room=room, admin=people[0], kim=people[1], robin=people[2]
    )
