"""A Slack export becomes messages."""

import json
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from adapters.archive import ArchiveFormat, open_archive
from adapters.archive.errors import EncryptedInputError
from bot.domain.message import Attachment, Markup, Mentions, Message, MessageKind, PlatformName
from bot.domain.reading import Skipped, Unit
from tests.adapters.archive_samples import read, said, slack_files, write_json, write_zip

DAY = "help/2024-01-01"
FIRST = "1704067200.000100"


def one(path: Path, **fields: Any) -> Message:
    messages, skipped = read(write_zip(path / "x.zip", slack_files({DAY: [said(FIRST, **fields)]})))
    assert not skipped
    (message,) = messages
    return message


def test_a_message_knows_its_place_author_and_time(tmp_path: Path) -> None:
    message = one(tmp_path, text="hello &amp; *welcome*")
    assert (message.ref.platform, message.ref.workspace, message.ref.channel) == (PlatformName.SLACK, "T0A", "C1")
    assert message.ref.message == FIRST
    assert message.at == datetime(2024, 1, 1, 0, 0, 0, 100, tzinfo=UTC)
    assert (message.channel.name, message.channel.thread) == ("help", None)
    assert (message.author.key, message.author.names) == ("U1", ("Countess", "Ada L.", "ada"))
    assert (message.text, message.markup, message.kind) == ("hello &amp; *welcome*", Markup.SLACK, MessageKind.MESSAGE)


def test_a_folder_reads_like_the_zip(tmp_path: Path) -> None:
    files = slack_files({DAY: [said(FIRST)], "gaming/2024-01-02": [said("1704153600.5")]})
    for name, value in files.items():
        write_json(tmp_path / "export" / name, value)
    assert read(tmp_path / "export")[0] == read(write_zip(tmp_path / "x.zip", files))[0]
    assert open_archive(tmp_path / "export").format is ArchiveFormat.SLACK


def test_a_folder_inside_the_zip_changes_nothing(tmp_path: Path) -> None:
    files = {f"Acme export/{name}": value for name, value in slack_files({DAY: [said(FIRST)]}).items()}
    (message,), skipped = read(write_zip(tmp_path / "x.zip", files))
    assert (message.channel.id, message.author.names[0], skipped) == ("C1", "Countess", [])


def test_channels_are_merged_in_order_of_time(tmp_path: Path) -> None:
    days = {
        "help/2024-01-01": [said("1704067200.0"), said("1704070000.0")],
        "gaming/2024-01-01": [said("1704068000.0"), said("1704080000.0")],
        "help/2024-01-02": [said("1704153600.0"), said("1704160000.0")],
        "gaming/2024-01-03": [said("1704240000.0")],
    }
    messages, _ = read(write_zip(tmp_path / "x.zip", slack_files(days)))
    times = [message.at for message in messages]
    assert times == sorted(times)
    assert len(times) == 7


def test_a_reply_stands_in_its_thread_and_names_whom_it_answers(tmp_path: Path) -> None:
    message = one(tmp_path, thread_ts="1704000000.000001", parent_user_id="U2")
    assert (message.channel.id, message.channel.thread) == ("C1", "1704000000.000001")
    assert (message.reply_to, message.reply_author) == ("1704000000.000001", "U2")


def test_the_beginning_of_a_thread_answers_nobody(tmp_path: Path) -> None:
    message = one(tmp_path, thread_ts=FIRST)
    assert (message.channel.thread, message.reply_to, message.reply_author) == (None, None, None)


def test_mentions_are_read_from_the_text(tmp_path: Path) -> None:
    message = one(tmp_path, text="<@U2> <@W3|grace> <@U2> <!subteam^S01|@staff> <!here> <https://x.example|@U9>")
    assert message.mentions == Mentions(people=("U2", "W3"), roles=("S01",), everyone=True)


def test_edits_and_files_are_kept(tmp_path: Path) -> None:
    files = [
        {"id": "F1", "name": "a.png", "mimetype": "image/png", "size": 12},
        {"id": "F2", "mode": "tombstone"},
    ]
    message = one(tmp_path, subtype="file_share", files=files, edited={"user": "U1", "ts": "1704067260.000000"})
    assert message.attachments == (Attachment(id="F1", name="a.png", media_type="image/png", size=12),)
    assert message.edited_at == datetime(2024, 1, 1, 0, 1, tzinfo=UTC)


@pytest.mark.parametrize("subtype", ["thread_broadcast", "me_message", "file_share", "reply_broadcast"])
def test_what_people_write_is_a_message_whatever_its_subtype(tmp_path: Path, subtype: str) -> None:
    assert one(tmp_path, subtype=subtype).kind is MessageKind.MESSAGE


def test_a_program_goes_by_the_name_it_chose(tmp_path: Path) -> None:
    message = one(tmp_path, subtype="bot_message", user=None, bot_id="B7", username="Deploys")
    assert (message.author.key, message.author.names, message.author.bot) == ("B7", ("Deploys",), True)


def test_somebody_from_another_workspace_keeps_it(tmp_path: Path) -> None:
    message = one(tmp_path, user="U3")
    assert message.author.account is not None
    assert (message.author.account.workspace, message.author.bot, message.ref.workspace) == ("T0B", True, "T0A")


def test_somebody_who_is_in_no_list_goes_by_the_profile_in_the_message(tmp_path: Path) -> None:
    profile = {"display_name": "Guest", "real_name": "A. Guest", "team": "T0C"}
    message = one(tmp_path, user="U404", user_profile=profile)
    assert (message.author.names, message.author.account and message.author.account.workspace) == (
        ("Guest", "A. Guest"),
        "T0C",
    )


def test_a_join_is_a_join_without_text(tmp_path: Path) -> None:
    message = one(tmp_path, subtype="channel_join", text="<@U1> has joined the channel")
    assert (message.kind, message.text, message.mentions.people) == (MessageKind.JOIN, "", ())


def test_the_newer_version_inside_a_change_is_the_message(tmp_path: Path) -> None:
    inner = said(FIRST, text="new words", edited={"ts": "1704067260.0"})
    message = one(tmp_path, subtype="message_changed", user=None, message=inner, ts="1704067260.0")
    assert (message.text, message.ref.message, message.edited_at is not None) == ("new words", FIRST, True)


def test_other_events_are_counted_and_not_shown(tmp_path: Path) -> None:
    events = [said(FIRST, subtype=kind) for kind in ("channel_topic", "tombstone", "channel_leave", "pinned_item")]
    archive = open_archive(write_zip(tmp_path / "x.zip", slack_files({DAY: [*events, said(FIRST)]})))
    assert len(list(archive.messages())) == 1
    assert archive.ignored() == 4


def test_words_in_blocks_and_attachments_stand_in_for_a_missing_text(tmp_path: Path) -> None:
    section = {
        "type": "rich_text_section",
        "elements": [
            {"type": "text", "text": "a < b "},
            {"type": "user", "user_id": "U2"},
            {"type": "link", "url": "https://x.example", "text": "here"},
            {"type": "emoji", "name": "wave"},
        ],
    }
    blocks = [
        {"type": "rich_text", "elements": [section]},
        {"type": "section", "text": {"type": "mrkdwn", "text": "*b*"}},
    ]
    boxes = [{"title": "T", "text": "box", "fields": [{"title": "f", "value": "v"}]}, {"fallback": "plain"}]
    message = one(tmp_path, text="", blocks=blocks, attachments=boxes)
    assert message.text == "a &lt; b <@U2><https://x.example|here>:wave:\n*b*\nT\nbox\nf\nv\nplain"
    assert message.mentions.people == ("U2",)


def test_a_shared_message_counts_as_forwarded(tmp_path: Path) -> None:
    message = one(tmp_path, text="", attachments=[{"is_share": True, "text": "from elsewhere"}])
    assert (message.forwarded, message.text) == (True, "from elsewhere")


def test_messages_without_author_or_time_are_named_by_file_and_place(tmp_path: Path) -> None:
    entries = [said(FIRST), said(FIRST, user=None), said(FIRST, ts=None), said(FIRST, ts="soon"), said(FIRST)]
    messages, skipped = read(write_zip(tmp_path / "x.zip", slack_files({DAY: entries})))
    assert len(messages) == 2
    assert [(note.file, note.unit, note.position, note.reason.key) for note in skipped] == [
        (f"x.zip/{DAY}.json", Unit.ENTRY, 2, "archive.no_author"),
        (f"x.zip/{DAY}.json", Unit.ENTRY, 3, "archive.no_time"),
        (f"x.zip/{DAY}.json", Unit.ENTRY, 4, "archive.bad_slack_time"),
    ]


def test_a_day_that_is_not_json_costs_only_that_day(tmp_path: Path) -> None:
    files = slack_files({DAY: [said(FIRST)], "help/2024-01-02": []}) | {"help/2024-01-02.json": "<html>"}
    messages, skipped = read(write_zip(tmp_path / "x.zip", files))
    assert len(messages) == 1
    assert [(note.file, note.place.say(), note.reason.say("de")) for note in skipped] == [
        ("x.zip/help/2024-01-02.json", "x.zip/help/2024-01-02.json", "kein JSON")
    ]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("{broken", "archive.not_json"),
        ("[broken", "archive.not_json"),
        ('{"ok": false}', "archive.no_list"),
        ('{"": [1]}', "archive.no_list"),
        ('{"ok": fal', "archive.cut_off"),
    ],
)
def test_a_day_without_a_list_is_called_json_only_when_it_is(tmp_path: Path, content: str, reason: str) -> None:
    files = slack_files({DAY: [said(FIRST)]}) | {"help/2024-01-02.json": content}
    if content.startswith("["):
        files = {"a.json": {"messages": []}, "b.json": content}
    _, skipped = read(write_zip(tmp_path / "x.zip", files))
    assert [note.reason.key for note in skipped] == [reason]


def test_a_damaged_entry_of_a_list_is_no_message(tmp_path: Path) -> None:
    files = slack_files({DAY: [said(FIRST)]}) | {"users.json": [{"id": {}}, {"id": "U1", "name": "ada"}]}
    messages, skipped = read(write_zip(tmp_path / "x.zip", files))
    assert [message.author.names for message in messages] == [("ada",)]
    assert [note.place.say() for note in skipped] == ["x.zip/users.json, entry 1"]


def test_a_day_that_is_not_in_order_is_sorted(tmp_path: Path) -> None:
    stamps = [f"{1704067200 + second}.0" for second in (5, 3, 9, 1)]
    edited = [said(stamp, edited={"user": "U1", "ts": "1704067300.0"}) for stamp in stamps]
    messages, _ = read(write_zip(tmp_path / "x.zip", slack_files({DAY: edited})))
    assert [message.ref.message for message in messages] == sorted(stamps)


def test_a_broken_list_of_people_costs_only_names(tmp_path: Path) -> None:
    files = slack_files({DAY: [said(FIRST)]}) | {"users.json": "nonsense"}
    messages, skipped = read(write_zip(tmp_path / "x.zip", files))
    assert [message.author.names for message in messages] == [()]
    assert [(note.file, note.reason.key) for note in skipped] == [("x.zip/users.json", "archive.list_lost")]


@pytest.mark.parametrize("packing", [zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED])
def test_of_a_truncated_zip_what_is_readable_is_read(tmp_path: Path, packing: int) -> None:
    days = {
        f"help/2024-01-{day:02}": [said(f"{1704067200 + day * 86400 + n}.0") for n in range(50)] for day in range(1, 9)
    }
    whole = write_zip(tmp_path / "whole.zip", slack_files(days), packing)
    cut = tmp_path / "cut.zip"
    cut.write_bytes(whole.read_bytes()[: int(whole.stat().st_size * 0.6)])
    messages, skipped = read(cut)
    assert 50 < len(messages) < 400
    assert messages == read(whole)[0][: len(messages)]
    assert [note.reason.key for note in skipped] == ["archive.zip_cut_off", "archive.cut_off"]
    assert (skipped[0].file, skipped[0].unit, skipped[0].position) == ("cut.zip", Unit.BYTE, cut.stat().st_size)
    assert skipped[1].file.startswith("cut.zip/help/2024-01-")


@pytest.mark.parametrize(
    ("mark", "beyond"), [(b"PK\x03\x04", 0), (b"PK\x03\x04", 20), (b"PK\x01\x02", 0), (b"PK\x01\x02", 9)]
)
def test_a_zip_that_is_cut_between_its_files_is_noticed(tmp_path: Path, mark: bytes, beyond: int) -> None:
    days = {f"help/2024-01-0{day}": [said(f"{1704067200 + day * 86400}.0")] for day in range(1, 9)}
    data = write_zip(tmp_path / "whole.zip", slack_files(days)).read_bytes()
    place = data.rindex(mark)
    (tmp_path / "cut.zip").write_bytes(data[: place + beyond])
    messages, skipped = read(tmp_path / "cut.zip")
    assert len(messages) == (7 if mark == b"PK\x03\x04" else 8)
    assert [(note.file, note.reason.key) for note in skipped] == [("cut.zip", "archive.zip_cut_off")]
    assert 0 < skipped[0].position <= place


def test_a_truncated_zip_written_as_a_stream_is_walked_too(tmp_path: Path) -> None:
    class Pipe:
        """A file that can't be rewound, as when a zip is written straight to the net."""

        def __init__(self, path: Path) -> None:
            self.file = path.open("wb")

        def write(self, data: bytes) -> int:
            return self.file.write(data)

        def flush(self) -> None:
            self.file.flush()

    pipe = Pipe(tmp_path / "whole.zip")
    files = slack_files({f"help/2024-01-0{day}": [said(f"{1704067200 + day * 86400}.0")] for day in range(1, 9)})
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:  # type: ignore[call-overload]  # no position
        for name, value in files.items():
            archive.writestr(name, json.dumps(value))
    pipe.file.close()
    data = (tmp_path / "whole.zip").read_bytes()
    cut = tmp_path / "cut.zip"
    cut.write_bytes(data[: data.index(b"2024-01-07") + 40])
    messages, skipped = read(cut)
    assert (len(messages), len(skipped)) == (6, 2)


def test_a_damaged_entry_is_named_and_the_others_are_read(tmp_path: Path) -> None:
    days = {"help/2024-01-01": [said(FIRST, text="x" * 50)], "help/2024-01-02": [said("1704153600.0")]}
    path = write_zip(tmp_path / "x.zip", slack_files(days), zipfile.ZIP_STORED)
    path.write_bytes(path.read_bytes().replace(b"x" * 50, b"y" * 50))
    messages, skipped = read(path)
    assert [message.text[0] for message in messages] == ["y", "a"]
    assert [(note.file, note.reason.key) for note in skipped] == [("x.zip/help/2024-01-01.json", "archive.damaged")]


def test_an_entry_that_no_longer_inflates_is_named(tmp_path: Path) -> None:
    days = {"help/2024-01-01": [said(FIRST)], "help/2024-01-02": [said("1704153600.0")]}
    path = write_zip(tmp_path / "x.zip", slack_files(days))
    data = bytearray(path.read_bytes())
    start = data.index(b"help/2024-01-01.json") + len("help/2024-01-01.json")
    data[start : start + 20] = b"\xff" * 20
    path.write_bytes(bytes(data))
    messages, skipped = read(path)
    assert [message.ref.message for message in messages] == ["1704153600.0"]
    assert [(note.file, note.reason.key) for note in skipped] == [("x.zip/help/2024-01-01.json", "archive.damaged")]


def test_a_zip_with_a_password_is_refused_with_the_way_around_it(tmp_path: Path) -> None:
    path = write_zip(tmp_path / "x.zip", slack_files({DAY: [said(FIRST)]}))
    data = bytearray(path.read_bytes())
    for mark, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = data.find(mark)
        while place >= 0:
            data[place + flags] |= 1
            place = data.find(mark, place + 1)
    path.write_bytes(bytes(data))
    with pytest.raises(EncryptedInputError, match="password"):
        open_archive(path)


def test_what_lies_beside_the_messages_is_left_alone(tmp_path: Path) -> None:
    extra = {"integration_logs.json": [{}], "help/canvas.json": {}, "__MACOSX/help/2024-01-01.json": "?", "a/": ""}
    messages, skipped = read(write_zip(tmp_path / "x.zip", slack_files({DAY: [said(FIRST)]}) | extra))
    assert (len(messages), skipped) == (1, [])


def test_private_channels_and_conversations_have_their_ids(tmp_path: Path) -> None:
    days = {"secret/2024-01-01": [said(FIRST)], "D9/2024-01-01": [said(FIRST)], "mpdm-a/2024-01-01": [said(FIRST)]}
    lists = {
        "groups.json": [{"id": "G1", "name": "secret"}],
        "dms.json": [{"id": "D9", "members": ["U1", "U2"]}],
        "mpims.json": [{"id": "G2", "name": "mpdm-a"}],
    }
    messages, _ = read(write_zip(tmp_path / "x.zip", slack_files(days) | lists))
    assert {message.channel.id for message in messages} == {"G1", "D9", "G2"}


def test_reading_twice_gives_the_same_and_progress_ends_at_the_whole(tmp_path: Path) -> None:
    archive = open_archive(write_zip(tmp_path / "x.zip", slack_files({DAY: [said(FIRST)]})))
    assert archive.progress()[0] == 0
    assert [*archive.messages()] == [*archive.messages()]
    consumed, total = archive.progress()
    assert consumed == total > 0
    assert not [item for item in archive.messages() if isinstance(item, Skipped)]
