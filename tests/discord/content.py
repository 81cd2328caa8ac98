"""What a session is told of an event: of messages nothing without that right, of a guild its members only if online."""

from collections.abc import Mapping
from typing import Any

from tests.discord.intents import Intent
from tests.discord.shapes import without_content

#: intents on which the data of an event depends
TELLING = Intent.MESSAGE_CONTENT | Intent.GUILD_PRESENCES


def shown_to(intents: int, event: str, data: Mapping[str, Any], bot: str, *, large: int) -> Mapping[str, Any]:
    """Return an event's data as a session with these intents is told it; a guild with more members is `large`."""
    if event == "GUILD_CREATE":
        return _arrival(intents, data, bot, large=large)
    if intents & Intent.MESSAGE_CONTENT:
        return data
    if event in {"MESSAGE_CREATE", "MESSAGE_UPDATE"} and data.get("guild_id") is not None:
        shown = without_content(data, bot)
        if isinstance(shown.get("referenced_message"), Mapping):
            shown["referenced_message"] = without_content(shown["referenced_message"], bot)
        return shown
    if event == "AUTO_MODERATION_ACTION_EXECUTION":
        return {**data, "content": "", "matched_content": ""}
    return data


def _arrival(intents: int, data: Mapping[str, Any], bot: str, *, large: int) -> Mapping[str, Any]:
    """Return a guild with the members that are told at first; of a large one those with a role or a nickname."""
    is_large = len(data["members"]) > large
    members = data["members"]
    if not intents & Intent.GUILD_PRESENCES:
        members = [one for one in members if one["user"]["id"] == bot]
    elif is_large:
        members = [one for one in members if one["user"]["id"] == bot or one["roles"] or one["nick"]]
    return {**data, "members": members, "large": is_large}
