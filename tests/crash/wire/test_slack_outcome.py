"""What is looked for in a workspace's record is found there: a check that can't fail would hold of any program."""

from typing import Any

import pytest

from adapters.slack.posting import EVENT
from tests.crash.wire.slack_outcome import doubled, removed
from tests.crash.wire.slack_script import BOT, GAMING, HELP, KEEPER, LEADS


def effect(kind: str, target: str, *, by: str = BOT, **detail: Any) -> dict[str, Any]:
    return {"kind": kind, "target": target, "by": by, "detail": detail}


def post(
    ts: str, action: str | None, *, by: str = BOT, where: str = LEADS, subtype: str | None = None
) -> dict[str, Any]:
    metadata = None if action is None else {"event_type": EVENT, "event_payload": {"action": action}}
    return effect("message_posted", ts, by=by, channel=where, metadata=metadata, subtype=subtype)


def test_what_was_done_once_is_no_complaint() -> None:
    record = [
        post("1.1", "a"), post("1.2", "b"), effect("message_deleted", "1.3", by=KEEPER, channel=HELP),
        effect("message_deleted", "1.3", by=KEEPER, channel=GAMING), effect("member_left", "U1", channel=HELP),
        effect("member_left", "U1", channel=GAMING),
    ]  # fmt: skip
    assert not list(doubled(record))


@pytest.mark.parametrize("kind", ["member_left", "message_deleted"])
@pytest.mark.parametrize("by", [BOT, KEEPER])
def test_an_effect_that_came_twice_in_one_channel_is_found(kind: str, by: str) -> None:
    record = [effect(kind, one, by=by, channel=HELP) for one in ("7", "8", "7")]
    assert list(doubled(record)) == [f"{kind} of 7 2 times"]


@pytest.mark.parametrize("where", [LEADS, "D0PRIVATE"])
def test_a_card_or_notice_that_was_posted_twice_is_found(where: str) -> None:
    record = [post("1.1", "a"), post("1.2", "b", where=where), post("1.3", "b", where=where)]
    assert list(doubled(record)) == ["b was posted 2 times"]


def test_a_post_by_which_no_double_could_be_told_is_found() -> None:
    assert list(doubled([post("1.1", "a"), post("1.2", None)])) == ["1 posts name no action"]


def test_an_answer_in_private_and_words_of_slacks_own_are_no_posts() -> None:
    record = [post("1.1", None, where="D0PRIVATE"), post("1.2", None, subtype="channel_join")]
    assert not list(doubled(record))


def test_what_others_say_or_delete_twice_is_their_own_matter() -> None:
    record = [post("1.1", None, by="U7"), effect("message_deleted", "1.1", by="U7", channel=HELP)]
    assert not list(doubled([*record, *record]))


def test_who_was_removed_from_one_channel_alone_is_found() -> None:
    record = [effect("member_left", "U1", channel=HELP), effect("member_left", "U1", by="U1", channel=GAMING)]
    assert list(removed(record, ["U1"])) == [f"U1 is still in {GAMING}"]
    assert not list(removed([*record, effect("member_left", "U1", by=KEEPER, channel=GAMING)], ["U1"]))
