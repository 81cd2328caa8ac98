"""Brings the commands that a server knows to those of the table, where they differ."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

import discord
from discord.http import Route

from adapters.discord.calls import CallError, called
from adapters.discord.commands import commands
from bot.domain.action import Answer
from bot.errors import LocumError
from bot.ports import PlatformUnavailableError

#: seconds before each attempt
_AGAIN = (0.0, 5.0, 60.0, 600.0)
#: what Discord says of a command or option where nothing was given
_UNSAID: Mapping[str, Any] = {
    "type": 1, "description": "", "options": [], "choices": [], "name_localizations": {},
    "description_localizations": {}, "default_member_permissions": None, "required": False, "autocomplete": False,
}  # fmt: skip
#: what we say of an option beside that
_SAID = ("name", "value", "max_length", "min_length", "min_value", "max_value")


class CommandsRefusedError(LocumError):
    """Discord lets us have no commands on that server: invite the bot once more, as `locum setup discord` says."""


async def keep_told(client: discord.Client, server: str) -> None:
    """Tell Discord our commands, again and again while it doesn't answer; raises CommandsRefusedError."""
    for wait in _AGAIN:
        await asyncio.sleep(wait)
        try:
            await sync(client, server)
        except CallError as error:
            if error.result.answer is Answer.FORBIDDEN:
                raise CommandsRefusedError from None
            continue
        return
    raise PlatformUnavailableError


async def sync(client: discord.Client, server: str) -> bool:
    """Tell Discord our commands on one server where it knows others; return whether it did.

    Raises CallError; its answer is FORBIDDEN where the bot was invited without the right to have commands.
    """
    wanted = commands()
    known: Any = await called(client.http.request(_route(client, "GET", server), params={"with_localizations": "true"}))
    if same(known or (), wanted):
        return False
    await called(client.http.request(_route(client, "PUT", server), json=wanted))
    return True


def _route(client: discord.Client, method: str, server: str) -> Route:
    path = "/applications/{application_id}/guilds/{guild_id}/commands"
    return Route(method, path, application_id=client.application_id, guild_id=server)


def same(known: Sequence[Mapping[str, Any]], wanted: Sequence[Mapping[str, Any]]) -> bool:
    """Return whether commands as Discord tells them are those that we would tell it; their order is no matter."""
    return _by_name(known) == _by_name(wanted)


def _by_name(told: Sequence[Mapping[str, Any]]) -> dict[tuple[int, str], Any]:
    return {(one.get("type") or 1, str(one["name"])): _essence(one) for one in told}


def _essence(one: Mapping[str, Any]) -> dict[str, Any]:
    """Return what matters of a command, an option or a choice; what wasn't said is as if its default was."""
    found = {name: one.get(name) or unsaid for name, unsaid in _UNSAID.items()}
    found |= {name: one[name] for name in _SAID if one.get(name) is not None}
    for within in ("options", "choices"):
        found[within] = [_essence(part) for part in found[within]]
    return found
