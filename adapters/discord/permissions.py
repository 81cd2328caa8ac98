"""What Locum needs of a Discord server, each permission with what it is for, and what somebody may do where.

https://docs.discord.com/developers/topics/permissions
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from adapters.discord.translate import Json
from bot.domain.capability import Ability
from bot.i18n import Phrase, phrase

#: where a bot is invited
_INVITE = "https://discord.com/oauth2/authorize"
#: the bot itself, and its commands
_SCOPES = "bot applications.commands"
ADMINISTRATOR, VIEW = 1 << 3, 1 << 10
#: every bit that there may be: what owners and administrators have
_EVERYTHING = (1 << 64) - 1
#: kinds of channels: voice and stage; those without messages of their own, whose posts are threads; in threads alone
VOICE, FORUMS = frozenset({2, 13}), frozenset({15, 16})


@dataclass(frozen=True, kw_only=True, slots=True)
class Need:
    """One permission that Locum needs."""

    #: Discord's name of it, in its API
    name: str
    #: its bit
    bit: int
    #: what it is for: without it these can't be done
    serves: tuple[Ability, ...]
    #: it can be taken back in single channels, and is looked for in each that the policies list
    in_channels: bool = False
    #: kinds of channels in which it is looked for; None for all
    kinds: frozenset[int] | None = None


#: everything that the adapter asks of Discord; what isn't here, it isn't invited with
NEEDS = (
    Need(name="view_channel", bit=VIEW, in_channels=True, serves=(
        Ability.MESSAGES, Ability.HISTORY, Ability.DELETE, Ability.SLOW_MODE, Ability.CARD,
    )),
    Need(name="read_message_history", bit=1 << 16, in_channels=True, serves=(Ability.HISTORY, Ability.DELETE)),
    Need(name="connect", bit=1 << 20, in_channels=True, kinds=VOICE, serves=(Ability.MESSAGES, Ability.HISTORY)),
    Need(name="send_messages", bit=1 << 11, serves=(Ability.CARD,)),
    Need(name="manage_messages", bit=1 << 13, in_channels=True, serves=(Ability.DELETE,)),
    Need(name="manage_threads", bit=1 << 34, in_channels=True, serves=(Ability.MESSAGES, Ability.SLOW_MODE)),
    Need(name="manage_channels", bit=1 << 4, in_channels=True, serves=(Ability.SLOW_MODE,)),
    Need(name="moderate_members", bit=1 << 40, serves=(Ability.TIMEOUT,)),
    Need(name="manage_roles", bit=1 << 28, serves=(Ability.QUARANTINE,)),
    Need(name="kick_members", bit=1 << 1, serves=(Ability.KICK,)),
    Need(name="ban_members", bit=1 << 2, serves=(Ability.BAN,)),
    Need(name="manage_guild", bit=1 << 5, serves=(Ability.RAID_MODE, Ability.PREVENTION)),
    Need(name="view_audit_log", bit=1 << 7, serves=(Ability.OUTSIDE,)),
    Need(name="create_private_threads", bit=1 << 36, serves=(Ability.NOTICE,)),
    Need(name="create_public_threads", bit=1 << 35, serves=(Ability.THREAD,)),
    Need(name="send_messages_in_threads", bit=1 << 38, serves=(Ability.NOTICE, Ability.THREAD)),
)  # fmt: skip
#: their bits together
ALL_NEEDED = sum(one.bit for one in NEEDS)
#: by name
BITS: Mapping[str, int] = {one.name: one.bit for one in NEEDS}
#: what is needed where cards hang: they are posted, and talked over
_FOR_CARDS = frozenset({"send_messages", "create_public_threads", "send_messages_in_threads"})
#: who holds one of these moderates, whatever the role is called
STAFF = ADMINISTRATOR | BITS["manage_guild"] | BITS["ban_members"] | BITS["kick_members"] | BITS["moderate_members"]


def invite_link(application: str, server: str = "") -> str:
    """Return the address at which somebody who runs a server invites the bot, with what it needs and no more."""
    query = {"client_id": application, "scope": _SCOPES, "permissions": str(ALL_NEEDED)}
    if server:
        query |= {"guild_id": server}
    return f"{_INVITE}?{urlencode(query)}"


def granted(server: Json, member: Json) -> int:
    """Return what a member may do on a server, before any channel's overwrites."""
    if str(member["user"]["id"]) == str(server.get("owner_id")):
        return _EVERYTHING
    return granted_to(server, member.get("roles") or ())


def granted_to(server: Json, roles: Iterable[str]) -> int:
    """Return what somebody with these roles may do on a server, beside what everybody may."""
    held = {str(one) for one in roles} | {str(server["id"])}
    found = 0
    for role in server["roles"]:
        if str(role["id"]) in held:
            found |= int(role["permissions"])
    return _EVERYTHING if found & ADMINISTRATOR else found


def granted_in(channel: Json, server: Json, roles: Iterable[str], user: str = "", *, base: int | None = None) -> int:
    """Return what somebody with these roles may do in a channel; `base` is what they may on the server, if known."""
    held = {str(one) for one in roles}
    found = granted_to(server, held) if base is None else base
    if found == _EVERYTHING:
        return found
    overwrites = {str(one["id"]): one for one in channel.get("permission_overwrites") or ()}
    found = _changed(found, [overwrites[str(server["id"])]] if str(server["id"]) in overwrites else [])
    found = _changed(found, [one for id_, one in overwrites.items() if id_ in held])
    found = _changed(found, [overwrites[user]] if user in overwrites else [])
    return found if found & VIEW else 0


def _changed(before: int, overwrites: Iterable[Json]) -> int:
    """Return rights after overwrites of one rank: what one of them allows, another doesn't take."""
    allowed = denied = 0
    for one in overwrites:
        allowed |= int(one.get("allow") or 0)
        denied |= int(one.get("deny") or 0)
    return before & ~denied | allowed


def missing(held: int, needs: Iterable[Need] = NEEDS) -> list[Need]:
    """Return the permissions that aren't among those held."""
    return [one for one in needs if not held & one.bit]


def said(need: Need) -> Phrase:
    """Return a permission as Discord's own pages call it, with what it is for."""
    return phrase(f"discord.need_{need.name}")


def needed_in(kind: int, *, cards: bool) -> list[Need]:
    """Return what is needed in a channel of a kind; where `cards` hang, Locum also writes and opens threads."""
    return [
        one
        for one in NEEDS
        if (one.in_channels and (one.kinds is None or kind in one.kinds)) or (cards and one.name in _FOR_CARDS)
    ]
