"""A ground on Slack: the real library against a server of our own, a community on it, and everybody's hands."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from adapters.slack.access import Access
from adapters.slack.capabilities import capabilities_of, ways
from adapters.slack.connected import WorkspaceConnected
from adapters.slack.connecting import connect
from adapters.slack.home import Home
from adapters.slack.manifest import manifest
from adapters.slack.members import account_ref
from adapters.slack.pacing import Paces
from adapters.slack.session import Session
from adapters.slack.times import time_of
from bot.domain.capability import Ability, Way
from bot.domain.card import Card
from bot.domain.message import AccountRef, MessageRef, PlatformName
from bot.domain.outcome import OutcomeKind
from bot.domain.place import Stream
from bot.domain.sanction import Standing
from bot.policy.load import load_policies
from bot.policy.policy_set import PolicySet
from bot.ports import Platform
from tests.fakes.clock import FakeClock
from tests.policy.folders import write
from tests.slack import shapes
from tests.slack.server import LoopbackSlack
from tests.slack.things import App
from tests.slack.workspace import Workspace
from tests.slack.world import World

#: joins words without being seen, so that what they make isn't a link or a name
_JOINER = "\u2060"
#: channels that there are unless others are named; the leads' is private
ROOMS: Mapping[str, str | None] = {"help": None, "leads": None}


@dataclass(kw_only=True)
class Installed:
    """Locum's app in a workspace, as its manifest makes it, and who is there from the beginning."""

    workspace: Workspace
    app: App
    access: Access
    #: an admin, to whom the second token is bound
    admin: str
    #: ids of channels in which the bot is: a public one, and the staff's private one
    room: str
    leads: str

    @property
    def bot(self) -> str:
        """The bot's user."""
        return self.app.bots[self.workspace.id].user_id


@dataclass(kw_only=True)
class SlackGround:
    """One workspace on Slack, and Locum's connection to it."""

    clock: FakeClock
    server: LoopbackSlack
    place: Installed
    connected: WorkspaceConnected
    help: Stream
    thread: Stream
    leads: Stream
    #: what was told to whoever runs the program
    told: list[Exception] = field(default_factory=list)
    #: an answered message is all that a thread is
    titled: bool = False

    @property
    def platform(self) -> Platform:
        return self.connected.platform

    def way(self, ability: Ability) -> Way:
        return ways(capabilities_of(self.connected.door))[ability]

    def join(self, name: str) -> AccountRef:
        workspace = self.place.workspace
        user = workspace.add_user(name).id
        for one in (self.help, self.thread):
            workspace.join(one.channel, user)
            self._pass(workspace.channels[one.channel].newest + 1)
        return account_ref(workspace.id, user)

    def leave(self, account: AccountRef) -> None:
        # whoever leaves a workspace deactivates the account
        self.server.hands.deactivate(self.place.admin, account.user)

    def say(self, account: AccountRef, text: str, *, where: Stream | None = None) -> MessageRef:
        where = where or self.help
        said = self.server.hands.say(account.user, where.channel, text, thread=where.thread or None)
        self._pass(shapes.number(said))
        return self.ref(where, said)

    def edit(self, ref: MessageRef, text: str) -> None:
        author = self.place.workspace.message(ref.channel, ref.message).user
        self.server.hands.edit(author, ref.channel, ref.message, text)

    def erase(self, ref: MessageRef) -> None:
        self.server.hands.delete(self.place.admin, ref.channel, ref.message)

    def natively(self, account: AccountRef, sanction: OutcomeKind, standing: Standing) -> None:
        if sanction is OutcomeKind.BAN:
            change = self.server.hands.deactivate if standing.held else self.server.hands.reactivate
            change(self.place.admin, account.user)

    def hold(self, account: AccountRef) -> tuple[str, str]:
        group = self.server.hands.group(self.place.admin, "crew", [self.place.admin, account.user])
        return group, "crew"

    def notices(self, account: AccountRef) -> list[str]:
        return [words_of(one) for one in self.server.hands.direct_messages(account.user, self.place.app)]

    def cards(self) -> list[Card]:
        shown = self.server.hands.sees(self.place.admin, self.leads.channel)
        return [Card(title=title_of(one)) for one in shown if title_of(one)]

    def talk(self, ref: MessageRef) -> tuple[str, list[str]] | None:
        said = self.server.hands.sees(self.place.admin, ref.channel, thread=ref.message)
        own = [words_of(one) for one in said if one["ts"] != ref.message and one.get("user") == self.place.bot]
        return ("", own) if own else None

    def _pass(self, micros: int) -> None:
        """Let time pass until then: no two messages of a channel are of the same moment."""
        at = time_of(shapes.ts_of(micros)) or self.clock.now()
        self.clock.move(max(at - self.clock.now(), timedelta()))

    def ref(self, where: Stream, posted: str) -> MessageRef:
        return MessageRef(platform=where.platform, workspace=where.workspace, channel=where.channel, message=posted)


def texts_of(message: Any) -> list[str]:
    """Return what a message made of blocks says, each text by itself."""
    found: list[str] = []
    for block in message.get("blocks") or ():
        found += list(_texts(block))
    return found


def _texts(part: Any) -> list[str]:
    if isinstance(part, dict):
        own = [part["text"]] if isinstance(part.get("text"), str) else []
        return [*own, *(one for name, value in part.items() if name != "text" or not own for one in _texts(value))]
    return [one for each in part for one in _texts(each)] if isinstance(part, list) else []


def words_of(message: Any) -> str:
    """Return everything that a message says."""
    return "\n".join(texts_of(message)).replace(_JOINER, "")


def title_of(message: Any) -> str:
    """Return the title of the card that a message shows; nothing of a message that shows none."""
    heads = [one["text"]["text"] for one in message.get("blocks") or () if one["type"] == "header"]
    return heads[0].replace(_JOINER, "") if heads else ""


@lru_cache
def policies_of(workspace: str) -> PolicySet:
    """Return policies of a community in one workspace."""
    community = f"community: acme\nlanguages: [en]\nslack: {workspace}\nchannels: {{help: {{}}}}\n"
    loaded = load_policies(write(Path(mkdtemp()), {"community.yaml": community}), "acme", live=True)
    assert loaded.policies is not None, loaded.problems
    return loaded.policies


def install(
    server: LoopbackSlack, *, admin: bool = True, socket: bool = True, domain: str = "acme", id: str | None = None,
    channels: Mapping[str, str | None] = ROOMS,
) -> Installed:  # fmt: skip
    """Return Locum's app installed in a workspace of its own, with its manifest's scopes, events and commands.

    `channels` are those that there are, `help` and `leads` among them, with their ids where those matter.
    """
    world, made = server.world, manifest()
    workspace = world.add_workspace(domain, id=id)
    features = made["features"]
    app = world.add_app(
        "Locum",
        bot_events=set(made["settings"]["event_subscriptions"]["bot_events"]),
        commands={one["command"]: {"should_escape": one["should_escape"]} for one in features["slash_commands"]},
        shortcuts={one["callback_id"]: {"type": one["type"], "name": one["name"]} for one in features["shortcuts"]},
    )
    scopes = made["oauth_config"]["scopes"]
    bot = world.install(app, workspace.id, scopes=scopes["bot"])
    keeper = workspace.add_user("keeper", told=False)
    keeper.is_admin = True
    own = app.bots[workspace.id].user_id
    members = [workspace.owner, keeper.id, own]
    rooms = {
        name: workspace.add_channel(name, id=known, members=members, is_private=name == "leads", told=False).id
        for name, known in channels.items()
    }
    access = Access(
        workspace=workspace.id,
        bot=bot.text,
        app=world.app_token(app) if socket else "",
        signing=app.signing_secret,
        admin=world.authorise(app, workspace.id, keeper.id, scopes=scopes["user"]).text if admin else "",
        admin_user=keeper.id if admin else "",
        api=server.api,
    )
    return Installed(
        workspace=workspace, app=app, access=access, admin=keeper.id, room=rooms["help"], leads=rooms["leads"]
    )


class Unhurried(Paces):
    """Lets everything be asked for at once: a story's time stands still."""

    def wait(self, method: str, now: float, *, channel: str = "") -> float:
        return 0.0


@asynccontextmanager
async def slack_ground(*, admin: bool = True) -> AsyncIterator[SlackGround]:
    """Connect a community to a workspace of its own while the block runs; nothing asked is off Slack's words."""
    clock = FakeClock()
    async with LoopbackSlack(World(now=clock.now)) as server:
        # limits have tests of their own: whoever waits for them here only waits
        server.limits.on = False
        place = install(server, admin=admin)
        workspace, own = place.workspace, place.bot
        workspace.may_kick = "regular"
        gaming = workspace.add_channel("gaming", members=[workspace.owner, place.admin, own], told=False).id
        begins = server.hands.say(place.admin, gaming, "a thread begins here")
        told: list[Exception] = []
        policies = policies_of(workspace.id)
        home = Home(community="acme", workspace=workspace.id, policies=lambda: policies, tell=told.append)
        connected = await connect(Session(kept={workspace.id: place.access}), home, clock)
        connected.door.paces = Unhurried()
        try:
            here = Stream(platform=PlatformName.SLACK, workspace=workspace.id, channel=place.room)
            yield SlackGround(
                clock=clock, server=server, place=place, connected=connected, told=told, help=here,
                leads=replace(here, channel=place.leads), thread=replace(here, channel=gaming, thread=begins),
            )  # fmt: skip
        finally:
            await connected.close()
        assert not server.record.off, server.record.off
        assert not server.record.pings, server.record.pings
