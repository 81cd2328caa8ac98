"""How Discord can do each thing that Locum does, here and now: by what the bot may do, and what it may hear."""

from collections.abc import Mapping

from adapters.discord.door import Door
from adapters.discord.permissions import ADMINISTRATOR, NEEDS
from bot.domain.capability import Ability, Capability, Way
from bot.policy.abilities import wanted
from bot.policy.policy_set import PolicySet

#: what Discord has no word for, put together from what it has: a role that keeps somebody from writing
_EMULATED = frozenset({Ability.QUARANTINE})
#: causes: the application may not hear it, a permission is missing, no role stands for it
NO_CONTENT, NO_MEMBERS, NO_PERMISSION, NO_ROLE = "no_content", "no_members", "no_permission", "no_quarantine_role"


def capabilities(held: int, *, content: bool, members: bool, quarantine: bool) -> list[Capability]:
    """Return how each thing is done, by the bot's permissions on the server and the rights of its application.

    `quarantine` says whether the policies name a role for it.
    """
    causes: dict[Ability, tuple[str, str]] = {}
    for need in NEEDS:
        if need.kinds is None and not held & (need.bit | ADMINISTRATOR):
            for ability in need.serves:
                causes.setdefault(ability, (NO_PERMISSION, need.name))
    if not quarantine:
        causes.setdefault(Ability.QUARANTINE, (NO_ROLE, ""))
    if not members:
        causes[Ability.JOINS] = (NO_MEMBERS, "")
    if not content:
        causes[Ability.MESSAGES] = (NO_CONTENT, "")
    return [_capability(ability, causes) for ability in Ability]


def capabilities_of(door: Door) -> list[Capability]:
    """Return the same of a server that is connected; a quarantine that nobody imposes needs no role."""
    me, intents, policies = door.server.me, door.client.intents, door.home.policies()
    found = capabilities(
        me.guild_permissions.value, content=intents.message_content, members=intents.members,
        quarantine=door.home.quarantine is not None,
    )  # fmt: skip
    return [one for one in found if one.cause != NO_ROLE or quarantines(policies)]


def quarantines(policies: PolicySet) -> bool:
    """Return whether anybody may quarantine members, or ask for it."""
    return Ability.QUARANTINE in wanted(policies)


def _capability(ability: Ability, causes: Mapping[Ability, tuple[str, str]]) -> Capability:
    if ability in causes:
        cause, about = causes[ability]
        return Capability(ability=ability, way=Way.MISSING, cause=cause, about=about)
    return Capability(ability=ability, way=Way.EMULATED if ability in _EMULATED else Way.DIRECT)
