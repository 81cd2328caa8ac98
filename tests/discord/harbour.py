"""A server with a channel and people of three heights, for tests that need no more."""

from dataclasses import dataclass

from tests.discord.guild import Guild
from tests.discord.permissions import Permission
from tests.discord.world import World

#: everything that a bot which moderates needs, and not more
MODERATING = (
    Permission.VIEW_CHANNEL
    | Permission.SEND_MESSAGES
    | Permission.SEND_MESSAGES_IN_THREADS
    | Permission.CREATE_PUBLIC_THREADS
    | Permission.CREATE_PRIVATE_THREADS
    | Permission.MANAGE_THREADS
    | Permission.EMBED_LINKS
    | Permission.ATTACH_FILES
    | Permission.READ_MESSAGE_HISTORY
    | Permission.MANAGE_MESSAGES
    | Permission.MANAGE_CHANNELS
    | Permission.MANAGE_ROLES
    | Permission.MANAGE_GUILD
    | Permission.MODERATE_MEMBERS
    | Permission.KICK_MEMBERS
    | Permission.BAN_MEMBERS
    | Permission.VIEW_AUDIT_LOG
)


@dataclass(frozen=True, kw_only=True)
class Harbour:
    """One server; the bot's role stands between `staff` and `member`."""

    #: the server
    guild: Guild
    #: id of a text channel
    room: str
    #: id of the role above the bot's, with the right to ban
    staff_role: str
    #: id of a role below the bot's
    member_role: str
    #: user id of somebody above the bot
    staff: str
    #: user id of somebody below it
    member: str

    @property
    def bot(self) -> str:
        """Return the bot's user id."""
        return str(self.guild.world.bot["id"])


def harbour(world: World, permissions: int = MODERATING) -> Harbour:
    """Return a new server in which the bot has these rights."""
    guild = world.add_guild("Harbour", permissions=permissions)
    own = guild.members[world.bot["id"]]["roles"][0]
    guild.roles[own] = guild.roles[own] | {"position": 2}
    low = guild.add_role("crew", position=1)["id"]
    high = guild.add_role("officers", Permission.BAN_MEMBERS | Permission.MANAGE_MESSAGES, position=3)["id"]
    return Harbour(
        guild=guild, room=guild.add_channel("general")["id"], staff_role=high, member_role=low,
        staff=guild.add_member("Officer", roles=[high])["user"]["id"], member=guild.add_member("Sailor")["user"]["id"],
    )  # fmt: skip
