"""Users and messages as Slack sends them, made for tests."""

from collections.abc import Iterator
from typing import Any

from bot.domain.message import Channel, PlatformName

WORKSPACE = "T0A"
PLACE = Channel(platform=PlatformName.SLACK, workspace=WORKSPACE, id="C1", name="help")
TS = "1704067200.000100"
EDITED = "1704067260.000200"

#: https://docs.slack.dev/reference/objects/user-object
ADA: dict[str, Any] = {
    "id": "U1", "team_id": WORKSPACE, "name": "ada", "real_name": "Ada L.", "deleted": False, "color": "9f69e7",
    "tz": "Europe/London", "is_admin": False, "is_owner": False, "is_primary_owner": False, "is_restricted": False,
    "is_ultra_restricted": False, "is_bot": False, "is_app_user": False, "updated": 1704067100,
    "profile": {"display_name": "Countess", "real_name": "Ada L.", "title": "Poet", "status_text": "away"},
}  # fmt: skip


def user(**changes: Any) -> dict[str, Any]:
    """Return a user as Slack describes one."""
    return ADA | changes


def post(text: str = "hello", **changes: Any) -> dict[str, Any]:
    """Return the event of a message, as Slack's client makes it."""
    words = {"type": "rich_text_section", "elements": [{"type": "text", "text": text}]}
    return {
        "type": "message", "user": "U1", "ts": TS, "client_msg_id": "7", "text": text, "team": WORKSPACE,
        "blocks": [{"type": "rich_text", "block_id": "b", "elements": [words]}], "channel": "C1", "event_ts": TS,
        "channel_type": "channel",
    } | changes  # fmt: skip


def changed(before: dict[str, Any] | None, now: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """Return the event of a message that is another one now."""
    return {
        "type": "message", "subtype": "message_changed", "hidden": True, "channel": "C1", "message": now,
        "ts": EDITED, "event_ts": EDITED, "channel_type": "channel",
        **({} if before is None else {"previous_message": before}),
    } | changes  # fmt: skip


def twisted(value: Any, rubbish: Any) -> Iterator[Any]:
    """Yield an event with each of its parts, one after the other, replaced by something that doesn't belong there."""
    yield rubbish
    if isinstance(value, dict):
        for key, part in value.items():
            yield from ({**value, key: one} for one in twisted(part, rubbish))
    elif isinstance(value, list):
        for place, part in enumerate(value):
            yield from ([*value[:place], one, *value[place + 1 :]] for one in twisted(part, rubbish))
