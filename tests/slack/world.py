"""All that is true in a Slack of its own: workspaces, apps and their tokens; no I/O, and no opinion on rights.

What happens goes through methods of `Workspace`, whoever does it: a method of the Web API for an app, `hands` for
people. Each changes the state, notes an effect in `record` and publishes events, which reach the apps that may hear
them as `Occurrence`s: kept in `published`, and handed to `deliver`, which whoever sends them sets. Whether somebody may
do it is asked before, by the methods of the Web API.

A beginning: `world = World()`, `workspace = world.add_workspace("harbour")`, `kim = workspace.add_user("kim")`,
`app = world.add_app("Locum", bot_events={"message.channels"})`,
`token = world.install(app, workspace.id, scopes={"chat:write"}).text`,
`channel = workspace.add_channel("help", members=[kim.id])`, `workspace.post(channel.id, kim.id, "Hello")`.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.slack.errors import Refused
from tests.slack.events import Occurrence
from tests.slack.record import Effect, Record
from tests.slack.things import SLACKBOT, App, Bot, Token, User
from tests.slack.workspace import Workspace

#: how long a trigger may open a view
TRIGGER_LIVES = timedelta(seconds=3)
#: how long, and how often, something may be answered at its own address
RESPONSE_LIVES = timedelta(minutes=30)
RESPONSES = 5


@dataclass(kw_only=True)
class Ids:
    """Ids in the order in which they are asked for, so that a story told twice has the same ones."""

    _last: int = 0

    def next(self, kind: str) -> str:
        """Return a new id of a kind: `U`, `C`, `Ev` and so on."""
        self._last += 1
        digits, left = "", self._last
        while left:
            left, digit = divmod(left, 36)
            digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"[digit] + digits
        return f"{kind}0{digits.rjust(9, '0')}"


@dataclass(kw_only=True)
class Trigger:
    """Something that a person just did, upon which an app may open a view once."""

    #: the app that was asked
    app_id: str
    #: the workspace
    team_id: str
    #: who did it
    user_id: str
    #: until when
    until: datetime
    #: the view in which it was done; None outside of one
    view_id: str | None = None
    #: it was used
    used: bool = False


@dataclass(kw_only=True)
class ResponseAddress:
    """An address at which an app may answer what a person did in a channel."""

    #: the app that was asked
    app_id: str
    #: the workspace
    team_id: str
    #: where it was done
    channel_id: str
    #: who did it
    user_id: str
    #: the message on which it was done, which may be replaced; None otherwise
    ts: str | None
    #: it was done on a message that one person alone sees
    ephemeral: bool
    #: until when
    until: datetime
    #: the thread in which it was done
    thread_ts: str | None = None
    #: answers that it still takes
    left: int = RESPONSES


def _real_time() -> datetime:
    return datetime.now(UTC)


def _told_nobody(occurrence: Occurrence) -> None:
    """Tell nobody: no server listens yet."""


def _no_sockets(app: App) -> str:
    """Refuse sockets: no server listens yet."""
    raise Refused("service_unavailable")


@dataclass(kw_only=True)
class World:
    """What is true outside."""

    #: the one clock
    now: Callable[[], datetime] = _real_time
    #: what was asked and what changed
    record: Record = field(default_factory=Record)
    #: new ids
    ids: Ids = field(default_factory=Ids)
    #: by id
    workspaces: dict[str, Workspace] = field(default_factory=dict)
    #: by id
    apps: dict[str, App] = field(default_factory=dict)
    #: by text
    tokens: dict[str, Token] = field(default_factory=dict)
    #: what people just did, by the id that apps are told
    triggers: dict[str, Trigger] = field(default_factory=dict)
    #: how long a trigger may open a view
    trigger_lives: timedelta = TRIGGER_LIVES
    #: by path on the server
    responses: dict[str, ResponseAddress] = field(default_factory=dict)
    #: codes that `oauth.v2.access` takes once: the bot's token, and a user's or None
    codes: dict[str, tuple[Token, Token | None]] = field(default_factory=dict)
    #: history that is asked for by `oldest` alone begins with the page next to it, as was seen, or with the newest,
    #: as is written; each page has the newest message first
    oldest_page_first: bool = False
    #: events that apps are told, in order
    published: list[Occurrence] = field(default_factory=list)
    #: sends an event to its app; set by the server
    deliver: Callable[[Occurrence], None] = _told_nobody
    #: returns where a socket may be opened; set by the server
    connect: Callable[[App], str] = _no_sockets
    #: where the server is; set by the server
    host: str = "http://127.0.0.1"

    def add_workspace(self, domain: str, *, id: str | None = None, **fields: Any) -> Workspace:
        """Add a workspace with its primary owner and `#general`; `fields` are others of `Workspace`."""
        found = Workspace(world=self, id=id or self.ids.next("T"), domain=domain, **fields)
        self.workspaces[found.id] = found
        # Slack's own account looks like anybody's
        found.add_user("slackbot", id=SLACKBOT, real_name="Slackbot", told=False)
        owner = found.add_user("owner", is_admin=True, is_owner=True, is_primary_owner=True, told=False)
        found.owner = owner.id
        found.add_channel("general", is_general=True, members=[owner.id], creator=owner.id, told=False)
        return found

    def add_app(self, name: str, *, id: str | None = None, **fields: Any) -> App:
        """Add an app with its own token (`xapp-…`), which may open sockets; `fields` are others of `App`."""
        app_id = id or self.ids.next("A")
        secrets = {one: f"{one}-of-{app_id}" for one in ("signing_secret", "client_secret", "verification")}
        found = App(id=app_id, name=name, **(secrets | fields))
        self.apps[app_id] = found
        self.add_token(f"xapp-1-{app_id}", kind="app", app_id=app_id, scopes={"connections:write"})
        return found

    def add_token(
        self, text: str, *, kind: str, app_id: str, team_id: str = "", user_id: str = "", scopes: Iterable[str] = ()
    ) -> Token:
        """Add a token, or give one that there is already these scopes, good again."""
        found = Token(text=text, kind=kind, app_id=app_id, team_id=team_id, user_id=user_id, scopes=set(scopes))
        self.tokens[text] = found
        return found

    def app_token(self, app: App) -> str:
        """Return what an app opens sockets with."""
        return f"xapp-1-{app.id}"

    def install(self, app: App, team_id: str, *, scopes: Iterable[str], user_id: str | None = None) -> Token:
        """Install an app with the scopes of its bot, or anew with others, and return the bot's token."""
        workspace = self.workspaces[team_id]
        if team_id not in app.bots:
            bot = Bot(id=self.ids.next("B"), user_id=user_id or self.ids.next("U"))
            app.bots[team_id] = bot
            workspace.add_user(
                app.name.lower(), id=bot.user_id, real_name=app.name, is_bot=True, bot_id=bot.id, told=False
            )
        bot = app.bots[team_id]
        workspace.users[bot.user_id].deleted = False
        self.note("app_installed", app.id, "", team_id)
        text = f"xoxb-{team_id}-{app.id}"
        return self.add_token(
            text, kind="bot", app_id=app.id, team_id=team_id, user_id=bot.user_id, scopes=scopes
        )  # fmt: skip

    def authorise(self, app: App, team_id: str, user_id: str, *, scopes: Iterable[str]) -> Token:
        """Let an app act as a user with these scopes, and return the token."""
        text = f"xoxp-{team_id}-{app.id}-{user_id}"
        return self.add_token(text, kind="user", app_id=app.id, team_id=team_id, user_id=user_id, scopes=scopes)

    def revoke(self, *texts: str) -> None:
        """Make tokens worthless, of which their apps are told."""
        found = [self.tokens[text] for text in texts]
        for app_id, team_id in dict.fromkeys((token.app_id, token.team_id) for token in found):
            told = [token for token in found if (token.app_id, token.team_id) == (app_id, team_id)]
            gone = {
                "oauth": [token.user_id for token in told if token.kind == "user"],
                "bot": [token.user_id for token in told if token.kind == "bot"],
            }
            self._tell_itself(app_id, team_id, {"type": "tokens_revoked", "tokens": gone})
        for token in found:
            token.revoked = True
            self.note("token_revoked", token.user_id, "", token.team_id, token=token.kind, app_id=token.app_id)

    def uninstall(self, app: App, team_id: str) -> None:
        """Remove an app from a workspace: its tokens are worthless, and its bot is gone from everywhere."""
        theirs = [one for one in self.tokens.values() if (one.app_id, one.team_id) == (app.id, team_id)]
        good = [one.text for one in theirs if not one.revoked]
        if good:
            self._tell_itself(app.id, team_id, {"type": "app_uninstalled"})
            self.revoke(*good)
        workspace = self.workspaces[team_id]
        if team_id in app.bots:
            bot = workspace.users[app.bots[team_id].user_id]
            bot.deleted = True
            for channel in workspace.channels.values():
                if bot.id in channel.members and not channel.is_im:
                    channel.members.remove(bot.id)
        self.note("app_uninstalled", app.id, "", team_id)

    def _tell_itself(self, app_id: str, team_id: str, event: Mapping[str, Any]) -> None:
        if team_id:
            self.workspaces[team_id].publish(dict(event), only=self.apps[app_id])

    def trigger(self, app: App, team_id: str, user_id: str, *, view_id: str | None = None) -> str:
        """Return the id of a trigger for what somebody did just now."""
        id = f"{len(self.triggers) + 1}.{int(self.now().timestamp())}.{self.ids.next('')}"
        until = self.now() + self.trigger_lives
        self.triggers[id] = Trigger(app_id=app.id, team_id=team_id, user_id=user_id, until=until, view_id=view_id)
        return id

    def response_url(
        self, app: App, team_id: str, channel_id: str, user_id: str, *, ts: str | None = None,
        ephemeral: bool = False, thread_ts: str | None = None,
    ) -> str:  # fmt: skip
        """Return an address at which an app may answer; `ts` is the message on which something was done."""
        path = f"/actions/{team_id}/{len(self.responses) + 1}/{self.ids.next('')}"
        self.responses[path] = ResponseAddress(
            app_id=app.id, team_id=team_id, channel_id=channel_id, user_id=user_id, ts=ts, ephemeral=ephemeral,
            until=self.now() + RESPONSE_LIVES, thread_ts=thread_ts,
        )  # fmt: skip
        return self.host + path

    def user(self, user_id: str) -> tuple[Workspace, User]:
        """Return a user and the workspace in which it is met; raise `user_not_found`."""
        for workspace in self.workspaces.values():
            if user_id in workspace.users:
                return workspace, workspace.users[user_id]
        raise Refused("user_not_found")

    def note(self, kind: str, target: str, by: str, team_id: str, **detail: Any) -> None:
        """Note an effect."""
        at = self.now()
        self.record.effects.append(Effect(kind=kind, target=target, by=by, team_id=team_id, at=at, detail=detail))

    def publish(self, occurrence: Occurrence) -> None:
        """Keep what an app is told, and have it sent."""
        self.published.append(occurrence)
        self.deliver(occurrence)
