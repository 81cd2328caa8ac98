"""Roles on a Discord server: which ones members hold, and taking one from whoever is to hold it no more."""

import asyncio
from collections.abc import Mapping, Sequence

from adapters.discord.calls import called, read
from adapters.discord.door import Door
from adapters.discord.server import role_names
from bot.domain.action import Answer, Result
from bot.domain.message import AccountRef
from bot.ports import Effect

#: members asked for side by side
_AT_ONCE = 5
_GONE = Result(answer=Answer.GONE)
_DONE = Result(answer=Answer.DONE)


async def held(door: Door, accounts: Sequence[AccountRef]) -> Sequence[Mapping[str, str]]:
    """Return the names of the roles that members hold, by id; raise PlatformUnavailableError."""
    turn, names = asyncio.Semaphore(_AT_ONCE), role_names(door.server)

    async def one(account: AccountRef) -> Mapping[str, str]:
        async with turn:
            return {role: names.get(role, "") for role in await _roles(door, account) or ()}

    return await asyncio.gather(*(one(account) for account in accounts))


async def take(door: Door, effect: Effect) -> Result:
    """Take a role; where the member doesn't hold it, Discord says yes as well."""
    if effect.account is None or not effect.account.user.isdecimal() or not effect.role.isdecimal():
        return _GONE
    user = int(effect.account.user)
    await called(door.http.remove_role(door.number, user, int(effect.role), reason=effect.action))
    return _DONE


async def look_at(door: Door, effect: Effect) -> Result:
    """Return whether a role is held no more."""
    roles = None if effect.account is None else await _roles(door, effect.account)
    if roles is None:
        return _GONE
    return Result(answer=Answer.RETRY_AFTER) if effect.role in roles else _DONE


async def _roles(door: Door, account: AccountRef) -> list[str] | None:
    """Return the ids of the roles that somebody holds; None for who isn't there."""
    if account.workspace != door.home.server or not account.user.isdecimal():
        return None
    member = await read(door.http.get_member(door.number, int(account.user)))
    return None if member is None else [str(role) for role in member.get("roles", ())]
