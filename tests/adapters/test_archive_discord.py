"""JSON of DiscordChatExporter becomes messages."""

import gzip
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from adapters.archive import ArchiveFormat, open_archive
from bot.domain.message import Attachment, Channel, Markup, Mentions, Message, MessageKind, PlatformName
from bot.domain.reading import Unit
from tests.adapters.archive_samples import discord_export, post, read, write_json, write_zip

THREAD = {"id": "999", "type": "GuildPublicThread", "categoryId": "4101", "category": "help", "name": "a question"}


def one(path: Path, **fields: Any) -> Message:
    messages, skipped = read(write_json(path / "x.json", discord_export(post(1, **fields))))
    assert not skipped
    (message,) = messages
    return message


def test_a_message_knows_its_place_author_and_time(tmp_path: Path) -> None:
    message = one(tmp_path, content="**hi** <:wave:1>", timestamp="2024-01-01T02:00:01.1234567+02:00")
    assert message.channel == Channel(
        platform=PlatformName.DISCORD, workspace="77", id="4101", name="help", category="4200"
    )
    assert (message.ref.workspace, message.ref.channel, message.ref.message) == ("77", "4101", "1100000000000000001")
    assert message.at == datetime(2024, 1, 1, 0, 0, 1, 123456, tzinfo=UTC)
    assert (message.text, message.markup, message.edited_at) == ("**hi** <:wave:1>", Markup.DISCORD, None)
    assert (message.author.key, message.author.names) == ("80351110224678912", ("Nelly", "nelly"))
    assert message.author.roles == frozenset({"5001", "staff"})


def test_the_age_of_an_account_is_read_from_its_id(tmp_path: Path) -> None:
    author = {"id": "175928847299117063", "name": "x"}
    assert one(tmp_path, author=author).author.created_at == datetime(2016, 4, 30, 11, 18, 25, 796000, tzinfo=UTC)


@pytest.mark.parametrize("identifier", ["17", "someone", "\u0664" * 18, "9" * 30])
def test_an_id_that_discord_never_gave_out_tells_no_age(tmp_path: Path, identifier: str) -> None:
    assert one(tmp_path, author={"id": identifier, "name": "x"}).author.created_at is None


def test_roles_are_unknown_where_the_export_has_none(tmp_path: Path) -> None:
    assert one(tmp_path, author={"id": "1", "name": "x"}).author.roles is None


def test_programs_are_told_apart(tmp_path: Path) -> None:
    assert one(tmp_path, author={"id": "1", "name": "x", "isBot": True}).author.bot


def test_a_thread_stands_in_the_channel_that_the_exporter_calls_its_category(tmp_path: Path) -> None:
    (message,), _ = read(write_json(tmp_path / "x.json", discord_export(post(1), channel=THREAD)))
    assert (message.channel.id, message.channel.name, message.channel.thread) == ("4101", "help", "999")
    assert (message.channel.category, message.ref.channel) == (None, "4101")


def test_an_answer_names_whom_it_answers(tmp_path: Path) -> None:
    first = post(1)
    reply = post(2, type="Reply", reference={"messageId": first["id"], "channelId": "4101", "guildId": "77"})
    messages, _ = read(write_json(tmp_path / "x.json", discord_export(first, reply)))
    assert (messages[1].reply_to, messages[1].reply_author) == (first["id"], "80351110224678912")


def test_an_answer_to_something_outside_the_export_names_nobody(tmp_path: Path) -> None:
    message = one(tmp_path, type="Reply", reference={"messageId": "5"})
    assert (message.reply_to, message.reply_author) == ("5", None)


def test_mentions_come_from_the_list_and_the_text(tmp_path: Path) -> None:
    message = one(tmp_path, content="@everyone <@&5001> <@8> @Nelly", mentions=[{"id": "7", "name": "n"}, {"id": "8"}])
    assert message.mentions == Mentions(people=("7", "8"), roles=("5001",), everyone=True)


def test_files_are_kept(tmp_path: Path) -> None:
    files = [{"id": "1", "url": "https://x.example/a", "fileName": "a.exe", "fileSizeBytes": 12}]
    assert one(tmp_path, attachments=files).attachments == (Attachment(id="1", name="a.exe", size=12),)


def test_what_was_forwarded_is_what_is_read(tmp_path: Path) -> None:
    files = [{"id": "1", "fileName": "a.png", "fileSizeBytes": 1}]
    forwarded = {"timestamp": "2023-01-01T00:00:00+00:00", "content": "from elsewhere", "attachments": files}
    message = one(tmp_path, content="", forwardedMessage=forwarded, reference={"type": "Forward", "messageId": "5"})
    assert (message.text, message.forwarded, message.reply_to) == ("from elsewhere", True, None)
    assert [file.name for file in message.attachments] == ["a.png"]


def test_words_of_a_box_stand_in_for_missing_content(tmp_path: Path) -> None:
    box = {"title": "Title", "description": "Words \ud800", "fields": [{"name": "n", "value": "v"}]}
    assert one(tmp_path, content="", embeds=[box]).text == "Title\nWords \ud800\nn\nv"
    assert one(tmp_path, content="own words", embeds=[box]).text == "own words"


def test_an_arrival_is_a_join_at_that_moment(tmp_path: Path) -> None:
    message = one(tmp_path, type="GuildMemberJoin", content="Joined the server.")
    assert (message.kind, message.text, message.author.joined_at) == (MessageKind.JOIN, "", message.at)


def test_other_events_are_counted_and_not_shown(tmp_path: Path) -> None:
    events = [post(1, type=kind) for kind in ("ChannelPinnedMessage", "ThreadCreated", "21", "RecipientAdd", "8")]
    archive = open_archive(write_json(tmp_path / "x.json", discord_export(*events, post(2, type="20"))))
    assert len(list(archive.messages())) == 1
    assert archive.ignored() == 5


def test_edits_are_kept(tmp_path: Path) -> None:
    assert one(tmp_path, timestampEdited="2024-01-01T01:00:00Z").edited_at == datetime(2024, 1, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"author": None}, "archive.no_author"),
        ({"author": {"name": "x"}}, "archive.no_author"),
        ({"author": 5}, "archive.no_author"),
        ({"author": {"id": [], "name": "x"}}, "archive.expected_id"),
        ({"timestamp": None}, "archive.no_time"),
        ({"timestamp": "2024-01-01T00:00:00"}, "archive.bad_time"),
        ({"timestamp": "0001-01-01T00:00:00+14:00"}, "archive.bad_time"),
        ({"timestamp": "yesterday"}, "archive.bad_time"),
        ({"id": None}, "archive.no_id"),
        ({"content": 5}, "archive.expected_text"),
    ],
)
def test_a_message_that_lacks_what_judging_needs_is_named(tmp_path: Path, fields: dict[str, Any], reason: str) -> None:
    path = write_json(tmp_path / "x.json", discord_export(post(1), post(2, **fields), post(3)))
    messages, skipped = read(path)
    assert [message.text for message in messages] == ["message 1", "message 3"]
    assert [(note.file, note.unit, note.position, note.reason.key) for note in skipped] == [
        ("x.json", Unit.ENTRY, 2, reason)
    ]
    assert skipped[0].place.say() == "x.json, message 2"


def test_half_surrogates_and_null_characters_survive(tmp_path: Path) -> None:
    author = {"id": "1", "name": "n\udfff"}
    message = one(tmp_path, content="a\ud800b\x00c", author=author)
    assert (message.text, message.author.names) == ("a\ud800b\x00c", ("n\udfff",))


def test_files_in_a_folder_are_merged_in_order_of_time(tmp_path: Path) -> None:
    for number in range(5):
        place = {"id": str(number), "type": "GuildTextChat", "name": f"c{number}"}
        posts = [post(number + 7 * step) for step in range(20)]
        write_json(tmp_path / f"deep/{number % 2}/c{number}.json", discord_export(*posts, channel=place))
    messages, skipped = read(tmp_path)
    times = [message.at for message in messages]
    assert (len(times), times, skipped) == (100, sorted(times), [])


def test_more_files_than_handles_are_merged_too(tmp_path: Path) -> None:
    for number in range(300):
        place = {"id": str(number), "type": "GuildTextChat", "name": f"c{number}"}
        write_json(tmp_path / f"c{number}.json", discord_export(post(number), post(900), channel=place))
    messages, _ = read(tmp_path)
    times = [message.at for message in messages]
    assert (len(times), times) == (600, sorted(times))


def test_a_zip_of_files_reads_like_the_folder(tmp_path: Path) -> None:
    exports = {f"{n}.json": discord_export(post(n), post(n + 2)) for n in (1, 2)}
    for name, export in exports.items():
        write_json(tmp_path / "folder" / name, export)
    assert read(tmp_path / "folder")[0] == read(write_zip(tmp_path / "x.zip", exports))[0]


def test_a_file_in_a_folder_that_is_not_json_is_named_and_the_others_are_read(tmp_path: Path) -> None:
    write_json(tmp_path / "a.json", discord_export(post(1)))
    (tmp_path / "b.json").write_text("<html>not found</html>")
    write_json(tmp_path / "c.json", {"name": "something else"})
    write_json(tmp_path / "a.json_Files/data.json", {"sent by": "a member"})
    messages, skipped = read(tmp_path)
    assert len(messages) == 1
    assert sorted((note.file, note.reason.key) for note in skipped) == [
        ("b.json", "archive.not_json"),
        ("c.json", "archive.no_list"),
    ]


def test_days_as_file_names_do_not_make_it_a_slack_export(tmp_path: Path) -> None:
    write_json(tmp_path / "help/2024-01-01.json", discord_export(post(1)))
    assert open_archive(tmp_path).format is ArchiveFormat.DISCORD


def test_a_file_that_breaks_off_gives_what_came_before(tmp_path: Path) -> None:
    whole = write_json(tmp_path / "x.json", discord_export(*(post(n) for n in range(40)))).read_bytes()
    cut = tmp_path / "cut.json"
    cut.write_bytes(whole[: len(whole) // 2])
    messages, skipped = read(cut)
    assert 10 < len(messages) < 30
    assert [(note.position, note.reason.key) for note in skipped] == [(len(messages) + 1, "archive.cut_off")]


def test_a_gzip_is_read_on_the_way_and_its_break_is_named(tmp_path: Path) -> None:
    packed = gzip.compress(json.dumps(discord_export(*(post(n) for n in range(400)))).encode())
    whole, cut = tmp_path / "x.json.gz", tmp_path / "cut.json.gz"
    whole.write_bytes(packed)
    cut.write_bytes(packed[: len(packed) // 2])
    assert (len(read(whole)[0]), read(whole)[1]) == (400, [])
    messages, skipped = read(cut)
    assert 0 < len(messages) < 400
    assert [note.reason.key for note in skipped] == ["archive.cut_off"]
