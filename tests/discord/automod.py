"""Discord's own moderation: keywords, patterns, mentions and profiles; what it does before a message appears.

Two triggers can't be had here, since what they look for is Discord's secret: SPAM and KEYWORD_PRESET never match.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import re2

from tests.discord import shapes
from tests.discord.errors import Refused
from tests.discord.intents import Intent
from tests.discord.permissions import QUARANTINED, Permission, base

if TYPE_CHECKING:
    from tests.discord.guild import Guild

KEYWORD, SPAM, PRESET, MENTIONS, PROFILE = 1, 3, 4, 5, 6
BLOCK, ALERT, TIMEOUT, BLOCK_MEMBER = 1, 2, 3, 4
#: what an action is called in the audit log
LOGGED: Mapping[int, int] = {BLOCK: 143, ALERT: 144, TIMEOUT: 145, BLOCK_MEMBER: 146}


def look_at_message(guild: "Guild", author_id: str, channel: Mapping[str, Any], content: str) -> None:
    """Let a message pass, or act on it and raise 200000 if it must not appear; bots and managers aren't looked at."""
    if guild.world.users[author_id].get("bot") or base(guild, author_id) & Permission.MANAGE_GUILD:
        return
    stopped = False
    for rule in list(guild.rules.values()):
        if rule["event_type"] != 1 or not _concerns(guild, rule, author_id, channel):
            continue
        found = _found(rule, content)
        if found is None:
            continue
        for action in rule["actions"]:
            stopped = stopped or action["type"] == BLOCK
            _act(guild, rule, action, author_id, found, content=content, channel_id=channel["id"])
    if stopped:
        raise Refused(200000)


def look_at_profile(guild: "Guild", user_id: str) -> None:
    """Hold a member's names against the profile rules; who may not use the guild may again with better names."""
    member = guild.members[user_id]
    names = [one for one in (member["nick"], member["user"]["global_name"], member["user"]["username"]) if one]
    quarantined = False
    for rule in list(guild.rules.values()):
        if rule["event_type"] != 2 or not _concerns(guild, rule, user_id, None):
            continue
        found = next(((name, one) for name in names if (one := _found(rule, name)) is not None), None)
        if found is None:
            continue
        for action in rule["actions"]:
            quarantined = quarantined or action["type"] == BLOCK_MEMBER
            _act(guild, rule, action, user_id, found[1], content=found[0], channel_id=None)
    flags = member["flags"] & ~QUARANTINED | (QUARANTINED if quarantined else 0)
    if flags != member["flags"]:
        guild.members[user_id] = member | {"flags": flags}
        guild.tell("GUILD_MEMBER_UPDATE", guild.members[user_id], Intent.GUILD_MEMBERS)


def _concerns(guild: "Guild", rule: Mapping[str, Any], user_id: str, channel: Mapping[str, Any] | None) -> bool:
    exempt = set(rule["exempt_roles"])
    roles = guild.members[user_id]["roles"] if user_id in guild.members else ()
    places = set() if channel is None else {channel["id"], channel.get("parent_id")}
    if channel is not None and channel["type"] in shapes.THREADS:
        places.add(guild.channels[channel["parent_id"]]["parent_id"])
    return bool(rule["enabled"]) and exempt.isdisjoint(roles) and places.isdisjoint(rule["exempt_channels"])


def _found(rule: Mapping[str, Any], text: str) -> tuple[str, str] | None:
    """Return which keyword or pattern matched, and what it matched; None without a match."""
    wanted = rule["trigger_metadata"]
    if rule["trigger_type"] == MENTIONS:
        called = set(re.findall(r"<@!?[0-9]+>|<@&[0-9]+>", text))
        return ("", "") if len(called) > wanted["mention_total_limit"] else None
    if rule["trigger_type"] not in {KEYWORD, PROFILE}:
        return None
    allowed = [span for word in wanted.get("allow_list") or () for span in _spans(word, text)]
    for word in wanted.get("keyword_filter") or ():
        for start, end in _spans(word, text):
            if not any(first <= start and end <= last for first, last in allowed):
                return word, text[start:end]
    for pattern in wanted.get("regex_patterns") or ():
        match = re2.search(f"(?i){pattern}", text)
        if match is not None and not any(first <= match.start() and match.end() <= last for first, last in allowed):
            return pattern, match[0]
    return None


def _spans(keyword: str, text: str) -> Iterator[tuple[int, int]]:
    """Yield where a keyword stands: as whole words, or within them at the sides that have an asterisk."""
    before = "" if keyword.startswith("*") else r"(?<!\w)"
    after = "" if keyword.endswith("*") else r"(?!\w)"
    for match in re.finditer(before + re.escape(keyword.strip("*").strip()) + after, text, re.IGNORECASE):
        yield match.span()


def _act(
    guild: "Guild", rule: Mapping[str, Any], action: Mapping[str, Any], user_id: str, found: tuple[str, str], *,
    content: str, channel_id: str | None,
) -> None:  # fmt: skip
    metadata = action.get("metadata") or {}
    where = {} if channel_id is None else {"channel_id": channel_id}
    told: dict[str, Any] = where | {
        "action": action, "rule_id": rule["id"], "rule_trigger_type": rule["trigger_type"], "user_id": user_id,
        "content": content, "matched_keyword": found[0] or None, "matched_content": found[1] or None,
    }  # fmt: skip
    if action["type"] == ALERT:
        shown = {"rule_name": rule["name"], "keyword": found[0], "keyword_matched_content": found[1]} | where
        told["alert_system_message_id"] = _alert(guild, metadata["channel_id"], user_id, content, shown)
    if action["type"] == TIMEOUT and user_id in guild.members:
        until = shapes.when(guild.world.now() + timedelta(seconds=metadata["duration_seconds"]))
        member = guild.members[user_id] = guild.members[user_id] | {"communication_disabled_until": until}
        guild.tell("GUILD_MEMBER_UPDATE", member, Intent.GUILD_MEMBERS)
    guild.effect("automod_acted", user_id, "", rule_id=rule["id"], action=action["type"])
    named = where | {
        "auto_moderation_rule_name": rule["name"], "auto_moderation_rule_trigger_type": str(rule["trigger_type"]),
    }  # fmt: skip
    guild.log(LOGGED[action["type"]], user_id, user_id, options=named)
    wanted = Permission.MANAGE_GUILD
    guild.tell("AUTO_MODERATION_ACTION_EXECUTION", told, Intent.AUTO_MODERATION_EXECUTION, wanted)


def _alert(guild: "Guild", channel_id: str, user_id: str, content: str, shown: Mapping[str, str]) -> str:
    """Post what happened, as the member's own system message, and return its id."""
    fields = [{"name": name, "value": value, "inline": False} for name, value in shown.items() if value]
    embed = {"type": "auto_moderation_message", "description": content, "fields": fields}
    return str(guild.world.post(channel_id, user_id, kind=24, embeds=[embed])["id"])


def shape(id: str, guild_id: str, creator_id: str, fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return a rule, complete; `fields` are what was asked for."""
    actions = [one if one.get("metadata") is not None else {**one, "metadata": {}} for one in fields["actions"]]
    return {
        "id": id, "guild_id": guild_id, "creator_id": creator_id, "name": fields["name"],
        "event_type": fields["event_type"], "trigger_type": fields["trigger_type"], "actions": actions,
        "trigger_metadata": _metadata(fields["trigger_type"]) | (fields.get("trigger_metadata") or {}),
        "enabled": fields.get("enabled", False), "exempt_roles": fields.get("exempt_roles", []),
        "exempt_channels": fields.get("exempt_channels", []),
    }  # fmt: skip


def _metadata(trigger: int) -> dict[str, Any]:
    match trigger:
        case 1 | 6:
            return {"keyword_filter": [], "regex_patterns": [], "allow_list": []}
        case 4:
            return {"presets": [], "allow_list": []}
        case 5:
            return {"mention_total_limit": 20, "mention_raid_protection_enabled": False}
        case _:
            return {}


def add(guild: "Guild", rule: dict[str, Any], *, by: str, reason: str | None = None) -> dict[str, Any]:
    """Add a rule as `shape` returns it."""
    guild.rules[rule["id"]] = rule
    _tell(guild, "CREATE", 140, rule, by=by, reason=reason)
    return rule


def change(guild: "Guild", rule_id: str, *, by: str, reason: str | None = None, **fields: Any) -> dict[str, Any]:
    """Change a rule's fields."""
    rule = guild.rules[rule_id] = guild.rules[rule_id] | fields
    _tell(guild, "UPDATE", 141, rule, by=by, reason=reason)
    return rule


def remove(guild: "Guild", rule_id: str, *, by: str, reason: str | None = None) -> None:
    """Remove a rule."""
    _tell(guild, "DELETE", 142, guild.rules.pop(rule_id), by=by, reason=reason)


def _tell(guild: "Guild", what: str, entry: int, rule: Mapping[str, Any], *, by: str, reason: str | None) -> None:
    guild.log(entry, by, rule["id"], reason=reason, changes=[{"key": "name", "new_value": rule["name"]}])
    guild.effect(f"rule_{what.lower()}d", rule["id"], by, name=rule["name"])
    event = f"AUTO_MODERATION_RULE_{what}"
    guild.tell(event, rule, Intent.AUTO_MODERATION_CONFIGURATION, Permission.MANAGE_GUILD)
