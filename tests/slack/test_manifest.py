"""An app's manifest, as Slack would take it or not."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from tests.slack.api.manifest import wrong
from tests.slack.clients import calling, described_only
from tests.slack.harbour import EVENTS, SCOPES, Harbour
from tests.slack.server import LoopbackSlack

GOOD: Mapping[str, Any] = {
    "_metadata": {"major_version": 2},
    "display_information": {"name": "Tide", "description": "Looks after things", "long_description": "x" * 174},
    "features": {
        "app_home": {"home_tab_enabled": True}, "bot_user": {"display_name": "Tide"},
        "slash_commands": [{"command": "/mod", "description": "Moderates", "should_escape": True}],
        "shortcuts": [{"name": "Look into it", "type": "message", "callback_id": "look", "description": "Looks"}],
    },
    "oauth_config": {"scopes": {"bot": sorted(SCOPES), "user": ["chat:write", "search:read"]}},
    "settings": {
        "event_subscriptions": {"bot_events": sorted(EVENTS)}, "interactivity": {"is_enabled": True},
        "socket_mode_enabled": True,
    },
}  # fmt: skip


def changed(path: str, value: Any) -> dict[str, Any]:
    """Return the manifest with another value somewhere."""
    found: dict[str, Any] = json.loads(json.dumps(GOOD))
    *before, last = path.split("/")
    place = found
    for name in before:
        place = place[name]
    place[last] = value
    return found


async def test_a_good_manifest_is_taken_over_the_wire(server: LoopbackSlack, place: Harbour) -> None:
    async with calling(server, place.token) as bot:
        assert (await bot.apps_manifest_validate(manifest=json.dumps(GOOD)))["ok"]
    assert server.record.off == []


@pytest.mark.parametrize(
    ("path", "value", "where"),
    [
        ("display_information/name", "x" * 36, "/display_information/name"),
        ("display_information", {}, "/display_information/name"),
        ("display_information/long_description", "short", "/display_information/long_description"),
        ("colour", "red", "/"), ("settings/sockets", True, "/settings"), ("features", [], "/features"),
        ("settings/socket_mode_enabled", False, "/settings/interactivity/request_url"),
        ("features/slash_commands", [{"command": "mod", "description": "x"}], "/features/slash_commands/0/command"),
        ("features/shortcuts", [{"name": "x" * 25, "type": "message", "callback_id": "x", "description": "x"}],
         "/features/shortcuts/0/name"),
        ("features/shortcuts", ["look"], "/features/shortcuts/0/type"),
        pytest.param("oauth_config/scopes/bot", ["search:read"], "/oauth_config/scopes/bot", marks=described_only),
        pytest.param("oauth_config/scopes/user", ["chat:shout"], "/oauth_config/scopes/user", marks=described_only),
        pytest.param("settings/event_subscriptions/bot_events", ["message.loud"],
                     "/settings/event_subscriptions/bot_events", marks=described_only),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_manifest_is_named_with_its_place(path: str, value: Any, where: str) -> None:
    assert where in [found for _, found in wrong(changed(path, value))]


def test_what_is_no_manifest_is_none() -> None:
    assert not wrong(json.loads(json.dumps(GOOD)))
    assert wrong([])
    assert wrong("nonsense")
    rubbishes: list[Any] = [7, [], {}, [7], [{}], {"type": []}, None, "x"]
    for rubbish in rubbishes:
        for path in ("features/slash_commands", "features/shortcuts", "oauth_config/scopes", "settings", "features"):
            wrong(changed(path, rubbish) | {7: rubbish})
