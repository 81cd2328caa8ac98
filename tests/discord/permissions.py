"""Who may do what where: rights of roles, overwrites of channels, heights of roles."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import IntFlag
from typing import TYPE_CHECKING, Any

from tests.discord.errors import Refused

if TYPE_CHECKING:
    from tests.discord.guild import Guild


class Permission(IntFlag):
    """Rights, as bits."""

    NONE = 0
    CREATE_INSTANT_INVITE = 1 << 0
    KICK_MEMBERS = 1 << 1
    BAN_MEMBERS = 1 << 2
    ADMINISTRATOR = 1 << 3
    MANAGE_CHANNELS = 1 << 4
    MANAGE_GUILD = 1 << 5
    ADD_REACTIONS = 1 << 6
    VIEW_AUDIT_LOG = 1 << 7
    VIEW_CHANNEL = 1 << 10
    SEND_MESSAGES = 1 << 11
    MANAGE_MESSAGES = 1 << 13
    EMBED_LINKS = 1 << 14
    ATTACH_FILES = 1 << 15
    READ_MESSAGE_HISTORY = 1 << 16
    MENTION_EVERYONE = 1 << 17
    USE_EXTERNAL_EMOJIS = 1 << 18
    CONNECT = 1 << 20
    SPEAK = 1 << 21
    CHANGE_NICKNAME = 1 << 26
    MANAGE_NICKNAMES = 1 << 27
    MANAGE_ROLES = 1 << 28
    MANAGE_WEBHOOKS = 1 << 29
    USE_APPLICATION_COMMANDS = 1 << 31
    MANAGE_THREADS = 1 << 34
    CREATE_PUBLIC_THREADS = 1 << 35
    CREATE_PRIVATE_THREADS = 1 << 36
    SEND_MESSAGES_IN_THREADS = 1 << 38
    MODERATE_MEMBERS = 1 << 40
    SEND_POLLS = 1 << 49
    PIN_MESSAGES = 1 << 51
    BYPASS_SLOWMODE = 1 << 52


#: every bit: what owners and administrators have
ALL = (1 << 53) - 1
#: what @everyone has in a new guild
EVERYONE = (
    Permission.CREATE_INSTANT_INVITE
    | Permission.ADD_REACTIONS
    | Permission.VIEW_CHANNEL
    | Permission.SEND_MESSAGES
    | Permission.EMBED_LINKS
    | Permission.ATTACH_FILES
    | Permission.READ_MESSAGE_HISTORY
    | Permission.CONNECT
    | Permission.SPEAK
    | Permission.CHANGE_NICKNAME
    | Permission.USE_APPLICATION_COMMANDS
    | Permission.CREATE_PUBLIC_THREADS
    | Permission.SEND_MESSAGES_IN_THREADS
    | Permission.SEND_POLLS
)
#: the flag of a member whom native moderation keeps from using the guild because of their name
QUARANTINED = 1 << 7
#: all that is left to somebody in a timeout, or with such a name
TIMED_OUT = Permission.VIEW_CHANNEL | Permission.READ_MESSAGE_HISTORY
#: threads have no overwrites of their own
THREADS = frozenset({10, 11, 12})


def base(guild: "Guild", user_id: str) -> int:
    """Return somebody's rights in the guild, before any channel's overwrites."""
    if user_id == guild.data["owner_id"]:
        return ALL
    member = guild.members.get(user_id)
    if member is None:
        return 0
    granted = int(guild.roles[guild.id]["permissions"])
    for role_id in member["roles"]:
        granted |= int(guild.roles[role_id]["permissions"])
    return ALL if granted & Permission.ADMINISTRATOR else granted


def computed(guild: "Guild", user_id: str, channel: Mapping[str, Any] | None = None) -> int:
    """Return somebody's rights in a channel, or in the guild; a thread has those of its parent."""
    granted = base(guild, user_id)
    if granted == ALL:
        return ALL
    member = guild.members.get(user_id)
    if member is None:
        return 0
    if channel is not None:
        place = guild.channels[channel["parent_id"]] if channel["type"] in THREADS else channel
        granted = _overwritten(granted, place["permission_overwrites"], guild.id, user_id, member["roles"])
        if not granted & Permission.VIEW_CHANNEL:
            return 0
        if not granted & Permission.SEND_MESSAGES:
            granted &= ~(Permission.MENTION_EVERYONE | Permission.ATTACH_FILES | Permission.EMBED_LINKS)
    if member["flags"] & QUARANTINED or timed_out(member, guild.world.now()):
        granted &= TIMED_OUT
    return granted


def timed_out(member: Mapping[str, Any], now: datetime) -> bool:
    """Return whether a member is in a timeout."""
    until = member["communication_disabled_until"]
    return until is not None and datetime.fromisoformat(until) > now


def _overwritten(
    granted: int, overwrites: Iterable[Mapping[str, Any]], everyone: str, user_id: str, roles: Iterable[str]
) -> int:
    by_id = {one["id"]: one for one in overwrites}
    allow = deny = 0
    if everyone in by_id:
        granted = granted & ~int(by_id[everyone]["deny"]) | int(by_id[everyone]["allow"])
    for role_id in roles:
        if role_id in by_id:
            allow |= int(by_id[role_id]["allow"])
            deny |= int(by_id[role_id]["deny"])
    granted = granted & ~deny | allow
    if user_id in by_id:
        granted = granted & ~int(by_id[user_id]["deny"]) | int(by_id[user_id]["allow"])
    return granted


def height(guild: "Guild", user_id: str) -> tuple[int, int]:
    """Return the position of somebody's highest role, comparable: of two on one position the older one is higher."""
    member = guild.members.get(user_id)
    heights = [(guild.roles[one]["position"], -int(one)) for one in (member["roles"] if member else ())]
    return max(heights, default=(0, -int(guild.id)))


def outranks(guild: "Guild", user_id: str, other_id: str) -> bool:
    """Return whether somebody may act upon another: owners upon all, others upon those below their highest role."""
    if other_id == guild.data["owner_id"]:
        return False
    return user_id == guild.data["owner_id"] or height(guild, user_id) > height(guild, other_id)


def above(guild: "Guild", user_id: str, role_id: str) -> bool:
    """Return whether somebody may give and take a role."""
    role = guild.roles[role_id]
    return user_id == guild.data["owner_id"] or height(guild, user_id) > (role["position"], -int(role_id))


def need(guild: "Guild", user_id: str, wanted: int, channel: Mapping[str, Any] | None = None) -> None:
    """Let somebody through who has every right that is wanted; a channel that they can't see is 50001."""
    granted = computed(guild, user_id, channel)
    if channel is not None and not granted & Permission.VIEW_CHANNEL:
        raise Refused(50001)
    if granted & wanted != wanted:
        raise Refused(50013)
