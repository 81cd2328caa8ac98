"""Rules of Discord's own moderation: what ours come to there, as Discord takes them, and when two are the same.

https://docs.discord.com/developers/resources/auto-moderation
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from adapters.discord.translate import Json
from bot.i18n import say

#: rules of ours are known by how their names begin
PREFIX = "Locum: "
#: characters of a keyword, keywords of a rule, roles and channels that a rule leaves alone, mentions that are allowed
LONGEST, KEYWORDS, ROLES, CHANNELS, MENTIONS = 60, 1_000, 20, 50, 50
#: https://docs.discord.com/developers/resources/auto-moderation#auto-moderation-rule-object-event-types
_MESSAGE, _MEMBER = 1, 2
#: https://docs.discord.com/developers/resources/auto-moderation#auto-moderation-action-object-action-types
_BLOCK_MESSAGE, _BLOCK_MEMBER = 1, 4


class Trigger(IntEnum):
    """What wakes a rule."""

    KEYWORD = 1
    MENTION_SPAM = 5
    MEMBER_PROFILE = 6


#: rules of each kind that a server may have, whoever made them
MOST: Mapping[Trigger, int] = {Trigger.KEYWORD: 6, Trigger.MENTION_SPAM: 1, Trigger.MEMBER_PROFILE: 1}
_NAMES: Mapping[Trigger, str] = {Trigger.MENTION_SPAM: "mentions", Trigger.MEMBER_PROFILE: "names"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Native:
    """A rule that Discord is to hold for us."""

    #: as people see it in the server's settings; ours are told apart by it
    name: str
    #: what wakes it
    trigger: Trigger
    #: what it looks for, as Discord writes it: `*` at an end means that the word may go on there
    keywords: tuple[str, ...] = ()
    #: so many mentions pass
    mentions: int = 0
    #: ids of channels that it leaves alone
    channels: frozenset[str] = frozenset()
    #: ids of roles whose holders it leaves alone
    roles: frozenset[str] = frozenset()


def name_of(trigger: Trigger, number: int) -> str:
    """Return what a rule of ours is called; `number` counts the keyword rules, from 1."""
    return PREFIX + _NAMES.get(trigger, f"words {number}")


def is_ours(rule: Json) -> bool:
    """Return whether a rule on the server is one of ours."""
    return str(rule.get("name", "")).startswith(PREFIX)


def body_of(native: Native, language: str) -> dict[str, Any]:
    """Return a rule as Discord takes it; `language` is that of what somebody reads whose message is held back."""
    names = native.trigger is Trigger.MEMBER_PROFILE
    told = {"type": _BLOCK_MESSAGE, "metadata": {"custom_message": say("discord.held_back", language)}}
    return {
        "name": native.name,
        "event_type": _MEMBER if names else _MESSAGE,
        "trigger_type": int(native.trigger),
        "trigger_metadata": _metadata(native),
        "actions": [{"type": _BLOCK_MEMBER, "metadata": {}} if names else told],
        "enabled": True,
        "exempt_roles": sorted(native.roles),
        "exempt_channels": sorted(native.channels),
    }


def _metadata(native: Native) -> dict[str, Any]:
    if native.trigger is Trigger.MENTION_SPAM:
        return {"mention_total_limit": native.mentions, "mention_raid_protection_enabled": False}
    return {"keyword_filter": list(native.keywords), "regex_patterns": [], "allow_list": []}


def same(rule: Json, body: Json) -> bool:
    """Return whether a rule on the server is what it is to be; the order of lists is no matter."""
    return essence(rule) == essence(body)


def essence(rule: Json) -> tuple[object, ...]:
    """Return what matters of a rule, whether Discord says it or leaves out what is usual."""
    wanted = rule.get("trigger_metadata") or {}
    actions = frozenset(
        (int(one["type"]), str((one.get("metadata") or {}).get("custom_message") or "")) for one in rule["actions"]
    )
    lists = (frozenset(wanted.get(name) or ()) for name in ("keyword_filter", "regex_patterns", "allow_list"))
    exempt = (frozenset(map(str, rule.get(name) or ())) for name in ("exempt_roles", "exempt_channels"))
    kind = (rule["name"], int(rule["event_type"]), int(rule["trigger_type"]), bool(rule.get("enabled")))
    limits = int(wanted.get("mention_total_limit") or 0), bool(wanted.get("mention_raid_protection_enabled"))
    return (*kind, actions, *lists, *exempt, *limits)
