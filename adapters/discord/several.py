"""Several members named in one option, by mentions or ids: whoever is there is looked up a hundred at a time."""

import re
from typing import Any

import discord

from adapters.discord.door import Door
from adapters.discord.interactions import found_user
from adapters.discord.translate import account_ref
from bot.domain.message import Member
from bot.ports import PlatformUnavailableError

#: https://docs.discord.com/developers/events/gateway-events#request-guild-members
_AT_ONCE = 100
_BETWEEN = re.compile(r"[\s,;]+")
#: mentions may stand without anything between them
_MENTIONS = re.compile(r"(?<=>)(?=<)")


def users_in(value: str) -> list[str] | None:
    """Return the ids of those who were named, each once; None where something else stands among them."""
    words = [word for part in _BETWEEN.split(value) for word in _MENTIONS.split(part) if word]
    found = [found_user(word) for word in words]
    return None if None in found else list(dict.fromkeys(one for one in found if one is not None))


async def members_of(door: Door, users: list[str]) -> tuple[Member, ...]:
    """Return members by their ids; of who isn't there nothing but the id is known. Raises PlatformUnavailableError."""
    known: dict[str, discord.Member] = {}
    for start in range(0, len(users), _AT_ONCE):
        part = [int(user) for user in users[start : start + _AT_ONCE]]
        try:
            asked: Any = await door.server.query_members(user_ids=part, limit=_AT_ONCE, cache=False)
        except (TimeoutError, discord.DiscordException, RuntimeError, OSError):
            # the gateway is away for now
            raise PlatformUnavailableError from None
        known |= {str(one.id): one for one in asked}
    return tuple(_member(door.home.server, user, known.get(user)) for user in users)


def _member(server: str, user: str, found: discord.Member | None) -> Member:
    account = account_ref(server, user)
    if found is None:
        return Member(key=user, account=account)
    names = (found.nick, found.global_name, found.name)
    roles = frozenset(part for role in found.roles for part in (str(role.id), role.name))
    return Member(
        key=user, account=account, names=tuple(dict.fromkeys(name for name in names if name)),
        created_at=found.created_at, joined_at=found.joined_at, roles=roles, bot=found.bot,
    )  # fmt: skip
