"""What Slack tells of messages, deletions, joins and names, in its own words, as the core knows it."""

from datetime import UTC, datetime
from typing import Any

import pytest

from adapters.slack.members import author_of, member_of
from adapters.slack.times import time_of
from adapters.slack.translate import (
    Deletion,
    UnreadableEventError,
    deletion_of,
    is_news,
    join_of,
    joins_of,
    message_of,
    rename_of,
)
from bot.domain.message import Markup, Message, MessageKind
from bot.domain.place import Stream, stream_of
from tests.adapters.slack.samples import EDITED, PLACE, TS, WORKSPACE, changed, post, user

ADA = member_of(WORKSPACE, user(), ())
THREAD = "1704000000.000001"
AT = datetime(2024, 1, 1, tzinfo=UTC)


def read(text: str = "hello", **changes: Any) -> Message | None:
    return message_of(post(text, **changes), PLACE, ADA)


def one(event: dict[str, Any]) -> Message:
    message = message_of(event, PLACE, ADA)
    assert message is not None
    return message


def test_a_message_is_where_by_whom_when_and_what() -> None:
    message = one(post("a &amp; b"))
    assert (message.ref.workspace, message.ref.channel, message.ref.message) == ("T0A", "C1", TS)
    assert (message.markup, message.kind, message.author) == (Markup.SLACK, MessageKind.MESSAGE, ADA)
    assert (message.at, message.channel) == (datetime(2024, 1, 1, 0, 0, 0, 100, tzinfo=UTC), PLACE)
    assert (message.edited_at, message.reply_to, message.forwarded, message.withheld) == (None, None, False, False)


def test_an_answer_stands_in_its_thread_and_names_whom_it_answers() -> None:
    message = one(post(thread_ts=THREAD, parent_user_id="U2"))
    assert stream_of(message.channel) == Stream(
        platform=PLACE.platform, workspace="T0A", channel="C1", thread=THREAD
    )  # fmt: skip
    assert (message.ref.channel, message.reply_to, message.reply_author) == ("C1", THREAD, "U2")


def test_what_began_a_thread_stands_in_the_channel() -> None:
    message = one(post(thread_ts=TS, reply_count=3))
    assert (message.channel.thread, message.reply_to, message.reply_author) == (None, None, None)


def test_an_answer_that_is_shown_in_the_channel_too_stands_in_its_thread() -> None:
    message = one(post(subtype="thread_broadcast", thread_ts=THREAD, root={"user": "U2", "ts": THREAD}))
    assert (message.channel.thread, message.reply_author) == (THREAD, "U2")


@pytest.mark.parametrize("subtype", [
    None, "me_message", "file_share", "thread_broadcast", "bot_message", "slackbot_response", "something_new",
])  # fmt: skip
def test_what_is_written_is_a_message_in_whatever_way(subtype: str | None) -> None:
    assert one(post("hello", subtype=subtype)).text == "hello"


@pytest.mark.parametrize("subtype", [
    "channel_join", "channel_leave", "group_join", "channel_archive", "bot_add", "pinned_item", "tombstone",
    "message_replied", "message_deleted", "huddle_thread", "ekm_access_denied", "channel_posting_permissions",
])  # fmt: skip
def test_what_slack_itself_says_is_no_message(subtype: str) -> None:
    assert read("<@U1> has done something", subtype=subtype) is None


def test_that_somebody_answered_is_no_message_with_or_without_its_name() -> None:
    event = {"type": "message", "hidden": True, "message": post(thread_ts=TS), "channel": "C1", "ts": EDITED}
    assert (is_news(event), is_news(event | {"subtype": "message_replied"})) == (False, False)


def test_what_one_reader_alone_sees_is_nobody_s_business() -> None:
    assert read(is_ephemeral=True) is None


@pytest.mark.parametrize(("subtype", "field"), [
    ("channel_topic", "topic"), ("channel_purpose", "purpose"), ("channel_name", "name"), ("group_topic", "topic"),
])  # fmt: skip
def test_what_members_write_about_a_channel_is_judged_and_has_nothing_to_delete(subtype: str, field: str) -> None:
    message = one(post("<@U1> set it to: you fools", subtype=subtype, **{field: "you fools"}))
    assert (message.text, message.withheld, message.ref.message) == ("you fools", True, TS)
    assert read("<@U1> cleared it", subtype=subtype, **{field: ""}) is None


def test_an_edit_is_the_same_message_with_other_words_and_says_when() -> None:
    message = one(changed(post("old"), post("new", edited={"user": "U1", "ts": EDITED})))
    assert (message.ref.message, message.text, message.at) == (TS, "new", time_of(TS))
    assert message.edited_at == datetime(2024, 1, 1, 0, 1, 0, 200, tzinfo=UTC)


def test_a_link_s_preview_is_no_edit_also_of_what_was_edited_before() -> None:
    before = post("<https://x.example/a>", edited={"user": "U1", "ts": EDITED})
    preview = {"from_url": "https://x.example/a", "original_url": "https://x.example/a", "title": "T", "text": "page"}
    assert not is_news(changed(before, before | {"attachments": [preview]}))
    assert message_of(changed(before, before | {"attachments": [preview]}), PLACE, ADA) is None
    plain = post("<https://x.example/a>")
    assert message_of(changed(plain, plain | {"attachments": [preview]}), PLACE, ADA) is None


def test_an_edit_with_the_same_words_is_one_and_without_the_old_ones_everything_is() -> None:
    assert is_news(changed(post(), post(edited={"user": "U1", "ts": EDITED})))
    assert is_news(changed(None, post()))


@pytest.mark.parametrize("now", [
    {"blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": "other words"}}]},
    {"attachments": [{"text": "other words"}]},
    {"attachments": [{"is_msg_unfurl": True, "text": "other words", "from_url": "https://a.slack.com/archives/C1/p1"}]},
    {"files": [{"id": "F1", "name": "a.png"}]},
    {"text": "other words"},
])  # fmt: skip
def test_other_words_or_files_are_news_even_where_slack_calls_it_no_edit(now: dict[str, Any]) -> None:
    message = one(changed(post(), post() | now))
    assert message.edited_at is None
    assert message.attachments or "other words" in message.text


def test_a_program_s_edit_is_read_as_its_message() -> None:
    inner = {"type": "message", "subtype": "bot_message", "bot_id": "B7", "ts": TS, "text": "done"}
    event = changed(None, inner)
    author = author_of(WORKSPACE, inner, None)
    assert author is not None
    message = message_of(event, PLACE, author)
    assert message is not None
    assert (message.text, message.author.bot) == ("done", True)


def deleted(before: dict[str, Any] | None, **changes: Any) -> dict[str, Any]:
    return {
        "type": "message", "subtype": "message_deleted", "hidden": True, "channel": "C1", "deleted_ts": TS,
        "ts": EDITED, "event_ts": EDITED, **({} if before is None else {"previous_message": before}),
    } | changes  # fmt: skip


def test_a_deletion_says_what_is_gone_from_where_since_when_and_who_wrote_it() -> None:
    at = time_of(EDITED)
    assert at is not None
    assert deletion_of(WORKSPACE, deleted(post())) == Deletion(stream=stream_of(PLACE), message=TS, at=at, author="U1")
    answer = deletion_of(WORKSPACE, deleted(post(thread_ts=THREAD)))
    assert answer is not None
    assert (answer.stream.channel, answer.stream.thread) == ("C1", THREAD)
    unknown = deletion_of(WORKSPACE, deleted(None))
    assert unknown is not None
    assert (unknown.message, unknown.author) == (TS, "")


def test_a_message_that_was_answered_is_deleted_once_though_something_stays() -> None:
    stone = {"type": "message", "subtype": "tombstone", "user": "USLACKBOT", "ts": TS, "thread_ts": TS, "text": "gone"}
    event = changed(post(thread_ts=TS), stone)
    found = deletion_of(WORKSPACE, event)
    assert found is not None
    assert (found.message, found.author) == (TS, "U1")
    assert message_of(event, PLACE, ADA) is None
    assert deletion_of(WORKSPACE, deleted(stone)) is None


@pytest.mark.parametrize("event", [post(), changed(post(), post("new")), post(subtype="message_replied"), {}])
def test_what_is_no_deletion_deletes_nothing(event: dict[str, Any]) -> None:
    assert deletion_of(WORKSPACE, event) is None


def test_a_join_stands_where_somebody_came_and_comes_anew_each_time() -> None:
    join = join_of(ADA, joins_of(WORKSPACE), AT)
    again = join_of(ADA, PLACE, AT.replace(hour=1))
    assert (join.kind, join.text, join.channel.id, join.at) == (MessageKind.JOIN, "", "T0A", AT)
    assert (again.channel, again.ref.channel) == (PLACE, "C1")
    assert join.ref.message != again.ref.message


def test_new_names_a_new_title_and_a_new_status_are_judged_once() -> None:
    profile = user()["profile"]
    for now in ({"name": "x"}, {"profile": profile | {"title": "x"}}, {"profile": profile | {"status_text": "x"}}):
        author = member_of(WORKSPACE, user(**now), ())
        rename = rename_of(author, user(**now), user(), AT)
        assert rename is not None
        assert (rename.kind, rename.channel.id, "x" in rename.author.names) == (MessageKind.RENAME, "T0A", True)
        assert rename_of(author, user(**now), user(**now), AT) is None
        later = rename_of(author, user(**now), None, AT.replace(hour=1))
        assert later is not None
        assert later.ref == rename.ref
    assert rename_of(ADA, user(tz="UTC", is_admin=True), user(), AT) is None


@pytest.mark.parametrize("event", [
    post(ts=None), post(ts="soon"), post(ts=1704067200.0001), changed(None, {"text": "x"}), {"text": "x"},
])  # fmt: skip
def test_a_message_without_a_time_is_named_as_unreadable(event: dict[str, Any]) -> None:
    with pytest.raises(UnreadableEventError):
        message_of(event, PLACE, ADA)


@pytest.mark.parametrize("without", [{"channel": None}, {"deleted_ts": "x"}, {"event_ts": 1, "ts": 2}])
def test_a_deletion_of_nothing_is_named_as_unreadable(without: dict[str, Any]) -> None:
    with pytest.raises(UnreadableEventError):
        deletion_of(WORKSPACE, deleted(None, **without))
