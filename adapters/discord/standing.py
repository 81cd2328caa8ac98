"""How somebody stands on a Discord server: banned, in quarantine by a role, or timed out."""

from collections.abc import Sequence
from datetime import datetime

from adapters.discord.calls import CallError
from adapters.discord.glancing import Glance
from adapters.discord.members import Members
from adapters.discord.translate import Json, time_of
from bot.domain.message import AccountRef
from bot.domain.outcome import OutcomeKind
from bot.domain.sanction import FREE, Standing
from bot.ports import PlatformUnavailableError

_FOR_GOOD = Standing(held=True)


async def standings_of(
    members: Members, accounts: Sequence[AccountRef], sanction: OutcomeKind
) -> list[Standing | None]:
    """Return how members stand, each None where that can't be told; who isn't there stands free of all but a ban.

    Raises PlatformUnavailableError, ConnectionRevokedError.
    """
    glance, server = Glance(door=members.door, members=members), members.door.home.server
    users = [one.user for one in accounts if one.workspace == server and one.user.isdecimal()]
    try:
        if sanction is OutcomeKind.BAN:
            await glance.ahead(bans=users)
        else:
            await glance.ahead(members=users)
    except CallError as error:
        raise PlatformUnavailableError(error.result.after) from None
    asked = frozenset(users)
    return [await _standing(glance, one, sanction) if one.user in asked else FREE for one in accounts]


async def _standing(glance: Glance, account: AccountRef, sanction: OutcomeKind) -> Standing | None:
    if sanction is OutcomeKind.BAN:
        return FREE if await glance.ban(account.user) is None else _FOR_GOOD
    member, door = await glance.member(account.user), glance.door
    return FREE if member is None else shown(member, sanction, door.home.quarantine, door.clock.now())


def shown(member: Json, sanction: OutcomeKind, quarantine: str | None, now: datetime) -> Standing | None:
    """Return how a member object says that somebody stands; None for a quarantine that no role stands for."""
    if sanction is OutcomeKind.QUARANTINE:
        if quarantine is None:
            return None
        return _FOR_GOOD if quarantine in {str(role) for role in member.get("roles", ())} else FREE
    until = time_of(member.get("communication_disabled_until"))
    return FREE if until is None or until <= now else Standing(held=True, until=until)
