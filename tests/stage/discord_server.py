"""The server of the stage on Discord: how it is furnished, and what is true on it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from adapters.discord.standing import shown
from bot.domain.message import AccountRef, PlatformName
from bot.domain.outcome import OutcomeKind
from bot.domain.place import Connection
from bot.domain.sanction import FREE, Standing
from bot.policy.policy_set import PolicySet
from tests.discord.guild import Guild
from tests.discord.harbour import MODERATING
from tests.discord.permissions import Permission
from tests.discord.world import World
from tests.fakes.world import World as PagedWorld
from tests.stage.stage import CHANNELS

HERE = Connection(platform=PlatformName.DISCORD, workspace="1000")
STAFF, HELD = "5001", "5002"


@dataclass(kw_only=True)
class ServerWorld:
    """What is true on the server, as stories ask for it."""

    guild: Guild
    #: what was paged, which goes past Discord
    paged: PagedWorld

    @property
    def pages(self) -> dict[str, list[str]]:
        """Pages by key."""
        return self.paged.pages

    @property
    def messages(self) -> Mapping[str, Sequence[str]]:
        """What members wrote and what still stands, by channel."""
        world, bot = self.guild.world, self.guild.world.bot["id"]
        return {
            name: [one["content"] for one in world.messages.get(id_, {}).values() if one["author"]["id"] != bot]
            for name, id_ in CHANNELS.items() if name != "leads"
        }  # fmt: skip

    def standing(self, account: AccountRef, sanction: OutcomeKind) -> Standing:
        """Return how a member stands."""
        if sanction is OutcomeKind.BAN:
            return Standing(held=True) if account.user in self.guild.bans else FREE
        member = self.guild.members.get(account.user)
        return FREE if member is None else shown(member, sanction, HELD, self.guild.world.now()) or FREE


def furnish(world: World, policies: PolicySet) -> Guild:
    """Return a server with the stage's channels and everybody of the roster; the team alone sees the leads' channel."""
    guild = world.add_guild("Acme", id=HERE.workspace, permissions=MODERATING)
    own = guild.members[world.bot["id"]]["roles"][0]
    guild.roles[own] = guild.roles[own] | {"position": 3}
    guild.add_role("quarantine", position=1, id=HELD)
    guild.add_role("staff", position=2, id=STAFF)
    for name, id_ in CHANNELS.items():
        guild.add_channel(name, id=id_)
    guild.overwrite(CHANNELS["leads"], guild.id, deny=Permission.VIEW_CHANNEL)
    for target in (STAFF, own):
        guild.overwrite(CHANNELS["leads"], target, allow=Permission.VIEW_CHANNEL)
    for person in policies.governance.roster.people.values():
        internal = policies.governance.roster.organisations[person.organisation].is_internal
        account = person.accounts[HERE.platform][1]
        guild.add_member(person.alias, id=account, roles=[STAFF] if internal else [])
    return guild
