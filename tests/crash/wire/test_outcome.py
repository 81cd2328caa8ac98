"""What is looked for in a server's record is found there: a check that can't fail would hold of any program."""

from typing import Any

import pytest

from tests.crash.wire.outcome import doubled

BOT = "1"


def effect(kind: str, target: str, *, by: str = BOT, **detail: Any) -> dict[str, Any]:
    return {"kind": kind, "target": target, "by": by, "detail": detail}


def post(target: str, nonce: str | None, *, by: str = BOT, where: str = "4109") -> dict[str, Any]:
    return effect("message_created", target, by=by, channel_id=where, nonce=nonce)


def test_what_was_done_once_is_no_complaint() -> None:
    record = [post("10", "a"), post("11", "b"), effect("member_banned", "7"), effect("message_deleted", "9")]
    assert not list(doubled(record, BOT))


@pytest.mark.parametrize("kind", ["member_banned", "message_deleted"])
def test_an_effect_that_came_twice_is_found(kind: str) -> None:
    assert list(doubled([effect(kind, "7"), effect(kind, "8"), effect(kind, "7")], BOT)) == [f"{kind} of 7 2 times"]


@pytest.mark.parametrize("where", ["4109", "a private channel"])
def test_a_card_notice_or_page_that_was_posted_twice_is_found(where: str) -> None:
    record = [post("10", "a"), post("11", "b", where=where), post("12", "b", where=where)]
    assert list(doubled(record, BOT)) == ["b was posted 2 times"]


def test_an_action_that_was_posted_in_two_places_is_found() -> None:
    assert list(doubled([post("10", "a"), post("11", "a", where="4101")], BOT)) == ["a was posted 2 times"]


def test_a_post_by_which_no_double_could_be_told_is_found() -> None:
    assert list(doubled([post("10", "a"), post("11", None)], BOT)) == ["1 posts name no action"]


def test_what_others_say_twice_is_their_own_matter() -> None:
    assert not list(doubled([post("10", None, by="7"), post("11", None, by="7")], BOT))
