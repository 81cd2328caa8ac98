"""Native moderation rules, within Discord's limits."""

from collections.abc import Mapping, Sequence
from typing import Any

import re2
from aiohttp import web

from tests.discord import automod
from tests.discord.automod import ALERT, BLOCK, BLOCK_MEMBER, KEYWORD, MENTIONS, PRESET, PROFILE, SPAM, TIMEOUT
from tests.discord.errors import Refused, invalid
from tests.discord.guild import JSON, Guild
from tests.discord.permissions import Permission
from tests.discord.rest.access import Handler, bot, guild_of, id_of, need
from tests.discord.rest.reading import answer, body_of, nothing, reason_of
from tests.discord.world import World

#: rules of each trigger that a guild may have
MOST: Mapping[int, int] = {KEYWORD: 6, SPAM: 1, PRESET: 1, MENTIONS: 1, PROFILE: 1}
#: what each trigger may do
ACTIONS: Mapping[int, frozenset[int]] = {
    KEYWORD: frozenset({BLOCK, ALERT, TIMEOUT}),
    SPAM: frozenset({BLOCK, ALERT}),
    PRESET: frozenset({BLOCK, ALERT}),
    MENTIONS: frozenset({BLOCK, ALERT, TIMEOUT}),
    PROFILE: frozenset({ALERT, BLOCK_MEMBER}),
}
#: entries and characters of each list; of the words that a preset allows there may be more
LISTS: Mapping[str, tuple[int, int]] = {
    "keyword_filter": (1000, 60), "regex_patterns": (10, 260), "allow_list": (100, 60),
}  # fmt: skip
ALLOWED_OF_PRESET = 1000
#: seconds of the longest timeout by a rule
LONGEST_TIMEOUT = 2_419_200


async def rules(world: World, request: web.Request) -> web.Response:
    """List a guild's rules."""
    return answer(list(_guild(world, request).rules.values()))


async def rule(world: World, request: web.Request) -> web.Response:
    """Show a rule."""
    return answer(_one(_guild(world, request), request))


async def add(world: World, request: web.Request) -> web.Response:
    """Add a rule."""
    guild = _guild(world, request)
    asked = (await body_of(request)).json
    kind = asked["trigger_type"]
    if sum(1 for one in guild.rules.values() if one["trigger_type"] == kind) >= MOST[kind]:
        message = "Maximum number of rules of this trigger type reached."
        raise invalid("trigger_type", message, "AUTO_MODERATION_MAX_RULES_OF_TYPE_EXCEEDED")
    made = automod.shape(world.ids.next(), guild.id, bot(world), _cleaned(asked))
    _check(world, guild, made)
    return answer(automod.add(guild, made, by=bot(world), reason=reason_of(request)))


async def change(world: World, request: web.Request) -> web.Response:
    """Change a rule; its trigger stays."""
    guild = _guild(world, request)
    old = _one(guild, request)
    asked = _cleaned((await body_of(request)).json)
    if asked.get("trigger_type", old["trigger_type"]) != old["trigger_type"]:
        raise invalid("trigger_type", "The trigger type cannot be changed.", "AUTO_MODERATION_TRIGGER_TYPE")
    if "trigger_metadata" in asked:
        asked["trigger_metadata"] = old["trigger_metadata"] | asked["trigger_metadata"]
    _check(world, guild, old | asked)
    return answer(automod.change(guild, old["id"], by=bot(world), reason=reason_of(request), **asked))


async def remove(world: World, request: web.Request) -> web.Response:
    """Remove a rule."""
    guild = _guild(world, request)
    automod.remove(guild, _one(guild, request)["id"], by=bot(world), reason=reason_of(request))
    return nothing()


def _guild(world: World, request: web.Request) -> Guild:
    guild = guild_of(world, request)
    need(world, guild, Permission.MANAGE_GUILD)
    return guild


def _one(guild: Guild, request: web.Request) -> JSON:
    found = guild.rules.get(request.match_info["rule_id"])
    if found is None:
        raise Refused(10066)
    return found


def _cleaned(asked: JSON) -> JSON:
    """Return what was given, ids as digits."""
    found = {name: value for name, value in asked.items() if value is not None}
    for name in ("exempt_roles", "exempt_channels"):
        if name in found:
            found[name] = [id_of(one) for one in found[name]]
    for action in found.get("actions", ()):
        metadata = action.get("metadata") or {}
        if "channel_id" in metadata:
            metadata["channel_id"] = id_of(metadata["channel_id"])
    return found


def _check(world: World, guild: Guild, wanted: JSON) -> None:
    kind = wanted["trigger_type"]
    if wanted["event_type"] != (2 if kind == PROFILE else 1):
        raise invalid("event_type", "Event type doesn't go with the trigger.", "AUTO_MODERATION_EVENT_TYPE")
    _shorter("name", [wanted["name"]], 1, 100)
    _shorter("exempt_roles", wanted["exempt_roles"], 20, 20)
    _shorter("exempt_channels", wanted["exempt_channels"], 50, 20)
    _check_trigger(kind, wanted["trigger_metadata"])
    if not 1 <= len(wanted["actions"]) <= 5:
        raise invalid("actions", "Must be between 1 and 5 in length.")
    for index, action in enumerate(wanted["actions"]):
        _check_action(world, guild, kind, action, f"actions.{index}")


def _check_trigger(kind: int, trigger: JSON) -> None:
    for name, (entries, longest) in LISTS.items():
        most = ALLOWED_OF_PRESET if (name, kind) == ("allow_list", PRESET) else entries
        _shorter(f"trigger_metadata.{name}", trigger.get(name) or (), most, longest)
    if kind == MENTIONS and not 0 <= int(trigger.get("mention_total_limit") or 0) <= 50:
        raise invalid("trigger_metadata.mention_total_limit", "Must be between 0 and 50.", "NUMBER_TYPE_MAX")
    if kind in {KEYWORD, PROFILE} and not (trigger.get("keyword_filter") or trigger.get("regex_patterns")):
        raise invalid("trigger_metadata", "A keyword or pattern is required.", "BASE_TYPE_REQUIRED")
    for index, pattern in enumerate(trigger.get("regex_patterns") or ()):
        try:
            re2.compile(pattern)
        except re2.error:
            where = f"trigger_metadata.regex_patterns.{index}"
            raise invalid(where, "Invalid regex", "AUTO_MODERATION_INVALID_REGEX") from None


def _check_action(world: World, guild: Guild, kind: int, action: JSON, at: str) -> None:
    metadata = action.get("metadata") or {}
    if action["type"] not in ACTIONS[kind]:
        raise invalid(f"{at}.type", "This action doesn't go with the trigger.", "AUTO_MODERATION_ACTION_TYPE")
    if action["type"] == ALERT and id_of(metadata.get("channel_id")) not in guild.channels:
        raise invalid(f"{at}.metadata.channel_id", "Unknown channel", "AUTO_MODERATION_INVALID_CHANNEL")
    if action["type"] == TIMEOUT:
        need(world, guild, Permission.MODERATE_MEMBERS)
        if not 0 < int(metadata.get("duration_seconds") or 0) <= LONGEST_TIMEOUT:
            raise invalid(f"{at}.metadata.duration_seconds", "Must be within 28 days.", "NUMBER_TYPE_MAX")
    _shorter(f"{at}.metadata.custom_message", [metadata.get("custom_message") or ""], 1, 150)


def _shorter(name: str, values: Sequence[Any], most: int, longest: int) -> None:
    if len(values) > most:
        raise invalid(name, f"Must be {most} or fewer in length.", "BASE_TYPE_MAX_LENGTH")
    for index, value in enumerate(values):
        if len(value) > longest:
            raise invalid(f"{name}.{index}", f"Must be {longest} or fewer in length.", "BASE_TYPE_MAX_LENGTH")


_ALL, _EACH = "/guilds/{guild_id}/auto-moderation/rules", "/guilds/{guild_id}/auto-moderation/rules/{rule_id}"
ROUTES: Mapping[tuple[str, str], Handler] = {
    ("GET", _ALL): rules,
    ("POST", _ALL): add,
    ("GET", _EACH): rule,
    ("PATCH", _EACH): change,
    ("DELETE", _EACH): remove,
}
