"""Whatever shape an event has, it is read, left out, or named as unreadable; of what Slack describes, every word is."""

import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

import pytest

from adapters.slack.deeds import deeds_of
from adapters.slack.members import author_of, member_of
from adapters.slack.times import time_of
from adapters.slack.translate import UnreadableEventError, deletion_of, held_in, message_of, rename_of
from bot.domain.message import Member
from tests.adapters.slack.samples import EDITED, PLACE, TS, WORKSPACE, changed, post, twisted, user
from tests.slack.description import described_in

SHARE = {
    "is_share": True, "text": "t", "fields": [{"title": "a"}], "files": [{"id": "F2", "name": "b"}],
    "message_blocks": [{"message": {"blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": "x"}}]}}],
}  # fmt: skip
FULL = post(
    thread_ts="1704000000.000001", parent_user_id="U2", edited={"user": "U1", "ts": EDITED}, username="x",
    user_profile={"display_name": "x"}, bot_profile={"name": "b"}, attachments=[SHARE],
    files=[{"id": "F1", "name": "a", "size": 1, "preview": "p"}],
)  # fmt: skip
DELETED = {"subtype": "message_deleted", "channel": "C1", "deleted_ts": TS, "event_ts": TS, "previous_message": FULL}
STONE = changed(FULL, FULL | {"subtype": "tombstone"})
#: fields of blocks, boxes and files whose text a reader sees, wherever Slack's samples have them
_SEEN = frozenset({"text", "title", "alt_text", "alt_txt", "pretext", "author_name", "footer", "subject"})


def read(event: dict[str, Any]) -> None:
    """Read an event as anything that it may be."""
    author = author_of(WORKSPACE, held_in(event), None) or Member(key="")
    with suppress(UnreadableEventError):
        message_of(event, PLACE, author)
    with suppress(UnreadableEventError):
        deletion_of(WORKSPACE, event)


@pytest.mark.parametrize("rubbish", [None, 7, -1.5, True, "", "\ud800<@", [], [[]], {}, {"type": {}}, {"type": []}])
@pytest.mark.parametrize("event", [FULL, changed(FULL, post("new")), DELETED, STONE])
def test_an_event_with_a_part_of_another_shape_is_read_or_named_as_unreadable(
    event: dict[str, Any], rubbish: Any
) -> None:
    for twist in twisted(event, rubbish):
        if isinstance(twist, dict):
            read(twist)


@pytest.mark.parametrize("rubbish", [None, 7, True, "", "\ud800", [], {}])
def test_a_user_with_a_part_of_another_shape_is_one_of_whom_less_is_known(rubbish: Any) -> None:
    at = time_of(TS)
    assert at is not None
    for twist in twisted(user(enterprise_user={"teams": ["T0A"]}), rubbish):
        if isinstance(twist, dict):
            member = member_of(WORKSPACE, twist, ())
            assert all(isinstance(name, str) for name in member.names)
            assert len(list(deeds_of(WORKSPACE, twist, user(), at))) <= 2
            rename_of(member, twist, user(), at)


def samples() -> list[tuple[str, dict[str, Any]]]:
    """Return Slack's own samples of events about messages; values in them are blank."""
    found = sorted((described_in() / "events").glob("Message*Payload.json"))
    return [(path.stem, json.loads(path.read_text("utf-8"))["event"]) for path in found]


def filled(value: Any, words: list[str], key: str = "") -> Any:
    """Return a sample with a word of its own wherever a reader sees one; the words are noted."""
    if isinstance(value, dict):
        return {name: filled(part, words, name) for name, part in value.items()}
    if isinstance(value, list):
        return [filled(part, words) for part in value]
    if value == "" and key in _SEEN:
        words.append(f"word{len(words)}")
        return words[-1]
    return value


def parts(message: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for key in ("blocks", "attachments", "files"):
        for part in message.get(key, ()):
            yield key, part


def test_of_what_slack_describes_every_word_that_is_seen_is_found() -> None:
    known = samples()
    if not known:
        pytest.skip("no samples of Slack's events")
    for name, event in known:
        for key, part in parts(held_in(event)):
            words: list[str] = []
            message = message_of(
                {"type": "message", "user": "U1", "ts": TS, key: [filled(part, words)]}, PLACE, Member(key="U1")
            )
            assert message is not None
            assert [word for word in words if word not in message.text.split()] == [], (name, part.get("type"))


def test_what_slack_describes_is_read_or_named_as_unreadable_as_it_is() -> None:
    known = samples()
    if not known:
        pytest.skip("no samples of Slack's events")
    for _name, event in known:
        read(event)
        read(event | {"ts": TS, "event_ts": TS, "user": "U1", "channel": "C1"})
