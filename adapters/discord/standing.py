"""How somebody stands on a Discord server: banned, in quarantine by a role, or timed out."""

from datetime import datetime

from adapters.discord.calls import read
from adapters.discord.door import Door
from adapters.discord.translate import Json, time_of
from bot.domain.message import AccountRef
from bot.domain.outcome import OutcomeKind
from bot.domain.sanction import FREE, Standing

_FOR_GOOD = Standing(held=True)


async def standing_of(door: Door, account: AccountRef, sanction: OutcomeKind) -> Standing | None:
    """Return how somebody stands; None where that can't be told.

    Raises PlatformUnavailableError, ConnectionRevokedError.
    """
    if account.workspace != door.home.server or not account.user.isdecimal():
        return FREE
    user = int(account.user)
    if sanction is OutcomeKind.BAN:
        return FREE if await read(door.http.get_ban(user, door.number)) is None else _FOR_GOOD
    member = await read(door.http.get_member(door.number, user))
    return FREE if member is None else shown(member, sanction, door.home.quarantine, door.clock.now())


def shown(member: Json, sanction: OutcomeKind, quarantine: str | None, now: datetime) -> Standing | None:
    """Return how a member object says that somebody stands; None for a quarantine that no role stands for."""
    if sanction is OutcomeKind.QUARANTINE:
        if quarantine is None:
            return None
        return _FOR_GOOD if quarantine in {str(role) for role in member.get("roles", ())} else FREE
    until = time_of(member.get("communication_disabled_until"))
    return FREE if until is None or until <= now else Standing(held=True, until=until)
