"""A message is read alike wherever it comes from: as an event, and in an export of the same workspace."""

from pathlib import Path
from typing import Any

import pytest

from adapters.slack.members import author_of
from adapters.slack.translate import message_of
from bot.domain.message import Channel, Message, PlatformName
from tests.adapters import archive_samples
from tests.adapters.slack.samples import EDITED, TS, WORKSPACE, post

PLACE = Channel(platform=PlatformName.SLACK, workspace=WORKSPACE, id="C1", name="help")
SECTION = {
    "type": "section",
    "text": {"type": "mrkdwn", "text": "*b* <@U2>"},
    "fields": [{"type": "mrkdwn", "text": "f"}],
}
QUOTE = {"type": "rich_text_quote", "elements": [{"type": "text", "text": "said"}]}
FILE = {"id": "F1", "name": "note.txt", "title": "My note", "mimetype": "text/plain", "size": 9, "preview": "a < b"}

MESSAGES: dict[str, dict[str, Any]] = {
    "plain": post("a &amp; <@U2> <!here>"),
    "answer": post(thread_ts="1704000000.000001", parent_user_id="U2"),
    "beginning": post(thread_ts=TS, reply_count=2),
    "broadcast": post(subtype="thread_broadcast", thread_ts="1704000000.000001", root={"ts": "1704000000.000001"}),
    "edited": post(edited={"user": "U1", "ts": EDITED}),
    "me": post(subtype="me_message"),
    "file": post("", subtype="file_share", blocks=None, files=[FILE, {"id": "F2", "mode": "tombstone"}]),
    "program": {
        "type": "message", "subtype": "bot_message", "ts": TS, "bot_id": "B7", "username": "Deploys", "text": "Done",
        "blocks": [SECTION], "attachments": [{"title": "T", "text": "x", "footer": "z", "fallback": "T x"}],
    },
    "blocks": post("", blocks=[SECTION, {"type": "rich_text", "elements": [QUOTE]}]),
    "shared": post("see", attachments=[{"is_share": True, "text": "<@U2> theirs", "author_name": "Grace"}]),
    "preview": post(
        "<https://x.example/a>", attachments=[{"from_url": "https://x.example/a", "title": "T", "text": "page"}]
    ),
    "unseen": post(user="U404", user_profile={"display_name": "Guest", "real_name": "A. Guest"}),
}  # fmt: skip


def judged(message: Message) -> tuple[Any, ...]:
    """Return what judging looks at; of roles an export says nothing."""
    author = (message.author.key, message.author.names, message.author.bot)
    content = (message.text, message.markup, message.mentions, message.attachments, message.forwarded)
    place = (message.ref, message.channel, message.at, message.edited_at, message.reply_to, message.reply_author)
    return (author, content, place, message.kind)


@pytest.mark.parametrize("name", MESSAGES)
def test_an_event_and_an_export_s_entry_are_read_alike(tmp_path: Path, name: str) -> None:
    said = {key: value for key, value in MESSAGES[name].items() if value is not None}
    day = archive_samples.slack_files({"help/2024-01-01": [said]})
    (exported,), skipped = archive_samples.read(archive_samples.write_zip(tmp_path / "x.zip", day))
    users: list[Any] = [*archive_samples.USERS]
    known = {one["id"]: one for one in users}
    author = author_of(WORKSPACE, said, known.get(said.get("user")), ())
    assert author is not None
    heard = message_of(said, PLACE, author)
    assert heard is not None
    assert (judged(heard), skipped) == (judged(exported), [])
