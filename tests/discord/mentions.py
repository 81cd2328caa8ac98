"""Whom a message calls, after what its author allowed."""

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.discord.guild import Guild

_USER = re.compile(r"<@!?([0-9]+)>")
_ROLE = re.compile(r"<@&([0-9]+)>")


def of(guild: "Guild | None", message: Mapping[str, Any], allowed: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return a message's `mentions`, `mention_roles` and `mention_everyone`: those who are called by it.

    Without `allowed` all are called; in components' texts as in content.
    """
    text = "\n".join([message["content"] or "", *texts(message["components"])])
    users = [one for one in dict.fromkeys(_USER.findall(text)) if _allowed("users", one, allowed)]
    roles = [one for one in dict.fromkeys(_ROLE.findall(text)) if _allowed("roles", one, allowed)]
    everyone = ("@everyone" in text or "@here" in text) and (
        allowed is None or "everyone" in (allowed.get("parse") or ())
    )
    replied = message.get("referenced_message")
    if (
        replied is not None
        and (allowed is None or allowed.get("replied_user"))
        and replied["author"]["id"] not in users
    ):
        users.append(replied["author"]["id"])
    if guild is None:
        known = {one["id"]: one for one in _authors(message)}
        return {
            "mentions": [known[one] for one in users if one in known],
            "mention_roles": [],
            "mention_everyone": False,
        }
    return {
        "mentions": [guild.world.users[one] for one in users if one in guild.world.users],
        "mention_roles": [one for one in roles if one in guild.roles],
        "mention_everyone": everyone,
    }


def _authors(message: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    replied = message.get("referenced_message")
    return [message["author"], *([] if replied is None else [replied["author"]])]


def _allowed(kind: str, id: str, allowed: Mapping[str, Any] | None) -> bool:
    return allowed is None or kind in (allowed.get("parse") or ()) or id in (allowed.get(kind) or ())


def texts(components: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return what text displays say, at any depth."""
    found: list[str] = []
    for one in components:
        if one["type"] == 10:
            found.append(one["content"])
        found += texts(one.get("components") or ())
    return found
