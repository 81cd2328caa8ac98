"""The workspace of the stage on Slack: how it is furnished, what is true in it, and policies of a community there."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.domain.message import AccountRef, PlatformName
from bot.domain.outcome import OutcomeKind
from bot.domain.place import Connection
from bot.domain.sanction import FREE, Standing
from bot.policy.policy_set import PolicySet
from tests.adapters.slack.ground import Installed, install
from tests.fakes.world import World as PagedWorld
from tests.slack.server import LoopbackSlack
from tests.slack.usergroups import add_group
from tests.slack.workspace import Workspace
from tests.stage.policies import FILES
from tests.stage.stage import CHANNELS as IDS

HERE = Connection(platform=PlatformName.SLACK, workspace="T0A")
#: ids of channels by name
CHANNELS = {name: f"C{id_}" for name, id_ in IDS.items()}
STAFF = "S5001"
#: who administers the workspace beside the account of the second token
ADMINS = frozenset({"ada", "lee"})
#: what the stage's policies call in Discord, and what that is in Slack
_IN_SLACK = {"4": ("slack", "C"), "5": ("slack_group", "S"), "9": ("slack", "U")}
_ID = re.compile(r'discord: "((\d)\d+)"')


@dataclass(kw_only=True)
class SlackWorld:
    """What is true in the workspace, as stories ask for it."""

    workspace: Workspace
    #: the bot's user
    bot: str
    #: what was paged, which goes past Slack
    paged: PagedWorld

    @property
    def pages(self) -> dict[str, list[str]]:
        """Pages by key."""
        return self.paged.pages

    @property
    def messages(self) -> Mapping[str, Sequence[str]]:
        """What members wrote and what still stands, by channel; that somebody came or went, Slack writes itself."""
        rooms = {name: self.workspace.channels[id_].messages.values() for name, id_ in CHANNELS.items()}
        return {
            name: [one.text for one in room if one.user != self.bot and one.client_msg_id is not None]
            for name, room in rooms.items() if name != "leads"
        }  # fmt: skip

    def standing(self, account: AccountRef, sanction: OutcomeKind) -> Standing:
        """Return whether somebody is deactivated: of whatever else there is, Slack knows nothing."""
        assert sanction is OutcomeKind.BAN, f"a {sanction} shows in what becomes of what is written: ask `is_held`"
        user = self.workspace.users.get(account.user)
        return Standing(held=True) if user is not None and user.deleted else FREE


def in_slack(files: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return the files of the stage's policies for a community that is in Slack alone."""
    return [(name, _ID.sub(_moved, text)) for name, text in {**dict(FILES), **dict(files)}.items()]


def _moved(found: "re.Match[str]") -> str:
    word, letter = _IN_SLACK[found[2]]
    return f"{word}: {HERE.workspace}/{letter}{found[1]}"


def furnish(server: LoopbackSlack, policies: PolicySet, *, admin: bool) -> Installed:
    """Return the workspace with the stage's channels and everybody of the roster; leads alone are in their channel."""
    place = install(server, admin=admin, id=HERE.workspace, channels=CHANNELS)
    workspace, team = place.workspace, []
    for person in policies.governance.roster.people.values():
        if person.accounts.get(HERE.platform) is None:
            continue
        internal = policies.governance.roster.organisations[person.organisation].is_internal
        account = person.accounts[HERE.platform][1]
        workspace.add_user(person.alias.lower(), id=account, told=False, is_admin=person.id in ADMINS)
        team += [account] if internal else []
        for name, id_ in CHANNELS.items():
            if internal or name != "leads":
                workspace.channels[id_].members.append(account)
    if team:
        add_group(workspace, "staff", team, id=STAFF)
    return place
