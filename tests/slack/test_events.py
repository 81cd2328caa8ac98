"""What apps are told, held against Slack's own samples, by the names of fields."""

import json
import warnings
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import pytest

from tests.slack.description import described_in
from tests.slack.events import Occurrence
from tests.slack.harbour import Harbour
from tests.slack.server import LoopbackSlack

#: what Slack sends, and its samples leave out
YOUNGER = frozenset({"context_team_id", "context_enterprise_id"})
FORGOTTEN = frozenset(
    {
        "event.team", "event.event_ts", "event.client_msg_id", "event.parent_user_id", "event.user_team",
        "event.source_team", "event.user_profile", "event.root.attachments", "event.root.blocks",
        "event.root.client_msg_id", "event.root.is_locked", "event.root.reply_users", "event.user.profile.fields",
        "event.user.profile.status_emoji_display_info",
    }
)  # fmt: skip


@cache
def samples() -> Mapping[tuple[str, str], Any]:
    """Return Slack's samples by type and subtype."""
    folder = described_in() / "events"
    if not folder.is_dir():
        warnings.warn(f"no description of Slack's events in {folder}", stacklevel=2)
        pytest.skip("NO SAMPLES OF SLACK'S EVENTS")
    every = [json.loads(path.read_text("utf-8")) for path in sorted(folder.glob("*.json"))]
    return {_kind(one["event"]): one for one in reversed(every) if "event" in one}


def _kind(event: Mapping[str, Any]) -> tuple[str, str]:
    return str(event["type"]), str(event.get("subtype") or "")


def strange(found: Any, sample: Any, path: str = "") -> Iterator[str]:
    """Yield the fields that a sample doesn't have; what lies within blocks and lists of others isn't looked at."""
    if not isinstance(found, dict) or not isinstance(sample, dict) or not sample:
        return
    for name, value in found.items():
        where = f"{path}.{name}".removeprefix(".")
        if name in sample:
            yield from strange(value, sample[name], where)
        else:
            yield where


def wrong(occurrence: Occurrence) -> set[str]:
    """Return the fields of an event that Slack doesn't know."""
    sample = samples()[_kind(occurrence.event)]
    return set(strange(occurrence.payload(), sample)) - YOUNGER - FORGOTTEN


def live(server: LoopbackSlack, place: Harbour) -> None:
    """Let people do all that they can do."""
    hands = server.hands
    first = hands.say(place.kim, place.room, "hello @robin, see https://example.org")
    hands.edit(place.kim, place.room, first, "hello")
    hands.unfurl(place.room, first, "https://example.org", title="Example")
    hands.say(place.robin, place.room, "a reply", thread=first)
    hands.say(place.robin, place.room, "a loud one", thread=first, broadcast=True)
    hands.me(place.kim, place.room, "waves")
    hands.say(place.kim, place.room, "look", files={"cat.png": b"png"})
    hands.delete(place.robin, place.room, hands.say(place.robin, place.room, "gone"))
    hands.leave(place.kim, place.room)
    hands.join(place.kim, place.room)
    hands.rename(place.kim, title="Sailor")
    hands.say(hands.meet(place.room, "sam"), place.room, "hello from elsewhere")
    place.workspace.add_user("new")
    hands.open_home(place.kim, place.app)
    hands.write_to(place.kim, place.app, "help me")


async def test_no_event_has_a_field_that_slack_does_not_know(server: LoopbackSlack, place: Harbour) -> None:
    live(server, place)
    told = server.world.published
    assert {one.event["type"] for one in told} >= {"message", "user_change", "team_join", "app_home_opened"}
    assert [(_kind(one.event), found) for one in told if (found := wrong(one))] == []


async def test_a_field_that_slack_does_not_know_is_found(server: LoopbackSlack, place: Harbour) -> None:
    server.hands.say(place.kim, place.room, "hello")
    server.world.published[-1].event["invented"] = True
    assert wrong(server.world.published[-1]) == {"event.invented"}
