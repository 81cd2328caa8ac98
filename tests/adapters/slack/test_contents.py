"""What a Slack message holds: its words, its files, and whom it pings."""

from typing import Any

import pytest

from adapters.slack.contents import contents_of, mentions_in
from bot.domain.message import NO_MENTIONS, Attachment, Mentions
from tests.adapters.slack.samples import post


def test_a_message_of_slack_s_client_is_its_text() -> None:
    found = contents_of(post("a <b> & c") | {"text": "a &lt;b&gt; &amp; c"})
    assert (found.text, found.mentions, found.attachments, found.forwarded) == (
        "a &lt;b&gt; &amp; c", NO_MENTIONS, (), False,
    )  # fmt: skip


def test_whom_a_message_pings_is_said_once_each() -> None:
    text = "<@U2> <@W3|grace> <@U2> <!subteam^S01|@staff> <!subteam^S01> <!here>"
    assert mentions_in(text) == Mentions(people=("U2", "W3"), roles=("S01",), everyone=True)
    assert mentions_in("<https://x.example|@U9> &lt;@U8&gt; <@U7 <!date^1^x|here>") == NO_MENTIONS


@pytest.mark.parametrize("said", ["<!here>", "<!channel|channel>", "<!everyone>"])
def test_all_three_ways_to_ping_everybody_do(said: str) -> None:
    assert mentions_in(f"hey {said}").everyone


def test_people_who_are_named_in_blocks_alone_are_pinged_as_well() -> None:
    named = {"type": "rich_text_section", "elements": [{"type": "user", "user_id": "U2"}]}
    assert contents_of({"blocks": [{"type": "rich_text", "elements": [named]}]}).mentions.people == ("U2",)


def test_whom_a_message_from_elsewhere_names_is_not_pinged_again() -> None:
    found = contents_of({"text": "look", "attachments": [{"is_share": True, "text": "<@U2> <!channel>"}]})
    assert (found.text, found.mentions, found.forwarded) == ("look\n<@U2> <!channel>", NO_MENTIONS, True)


def test_files_are_named_once_with_what_is_known_of_them() -> None:
    file = {"id": "F1", "name": "a.png", "title": "a.png", "mimetype": "image/png", "size": 12, "mode": "hosted"}
    gone = [{"id": "F2", "mode": "tombstone"}, {"id": "F3", "mode": "hidden_by_limit"}]
    foreign = {"id": "F4", "title": "Plan", "mode": "external", "size": "big"}
    share = {"is_share": True, "files": [file, {"id": "F5", "name": "b.zip", "size": True}]}
    found = contents_of({"files": [file, *gone, foreign, file], "attachments": [share]})
    assert found.attachments == (
        Attachment(id="F1", name="a.png", media_type="image/png", size=12),
        Attachment(id="F4", name="Plan"),
        Attachment(id="F5", name="b.zip"),
    )


@pytest.mark.parametrize("message", [
    {}, {"text": None, "blocks": "x", "attachments": {"a": 1}, "files": [None, {"id": 5}]},
    {"text": ["x"], "blocks": [None, 3], "attachments": [[], {"files": "x"}], "files": {"id": "F1"}},
])  # fmt: skip
def test_what_has_another_shape_holds_nothing(message: Any) -> None:
    found = contents_of(message)
    assert (found.text, found.attachments, found.mentions, found.forwarded) == ("", (), NO_MENTIONS, False)
