"""JSON lines become messages."""

import gzip
import json
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.archive import ArchiveFormat, lines, open_archive
from adapters.archive.errors import UnknownFormatError
from bot.domain.message import Attachment, Markup, Mentions, Message, MessageKind, PlatformName
from bot.domain.reading import Unit
from tests.adapters.archive_samples import read

LEAST = {"id": "1", "at": "2024-01-01T00:00:00Z", "channel": "help", "author": "u1", "text": "hello"}


def write(path: Path, *values: dict[str, Any] | bytes) -> Path:
    path.write_bytes(b"\n".join(v if isinstance(v, bytes) else json.dumps(v).encode() for v in values))
    return path


def one(path: Path, **fields: Any) -> Message:
    messages, skipped = read(write(path / "x.jsonl", LEAST | fields))
    assert not skipped
    (message,) = messages
    return message


def test_the_five_required_fields_are_enough(tmp_path: Path) -> None:
    message = one(tmp_path)
    assert (message.ref.platform, message.ref.workspace, message.ref.channel, message.ref.message) == (
        PlatformName.EXPORT,
        "",
        "help",
        "1",
    )
    assert (message.channel.id, message.channel.name, message.text) == ("help", "help", "hello")
    assert (message.at, message.markup) == (datetime(2024, 1, 1, tzinfo=UTC), Markup.PLAIN)
    assert (message.author.key, message.author.names, message.author.roles) == ("u1", (), None)
    assert (message.author.created_at, message.author.joined_at, message.kind) == (None, None, MessageKind.MESSAGE)


def test_every_optional_field_is_taken_over(tmp_path: Path) -> None:
    message = one(
        tmp_path,
        author_name="Ada",
        author_created_at="2020-01-01T00:00:00Z",
        author_joined_at="2021-01-01T01:00:00+01:00",
        roles=["staff", "5001"],
        thread=9,
        attachments=["a.png", {"id": 3, "name": "b.exe", "type": "application/exe", "size": 5, "sha256": "ab"}],
        edited_at="2024-01-01T00:05:00.5Z",
        bot=True,
        forwarded=True,
        mentions=["u7", 8],
    )
    assert message.author.names == ("Ada",)
    assert message.author.created_at == datetime(2020, 1, 1, tzinfo=UTC)
    assert message.author.joined_at == datetime(2021, 1, 1, tzinfo=UTC)
    assert (message.author.roles, message.author.bot) == (frozenset({"staff", "5001"}), True)
    assert (message.channel.id, message.channel.thread) == ("help", "9")
    assert message.attachments == (
        Attachment(id="", name="a.png"),
        Attachment(id="3", name="b.exe", media_type="application/exe", size=5, sha256="ab"),
    )
    assert message.edited_at == datetime(2024, 1, 1, 0, 5, 0, 500_000, tzinfo=UTC)
    assert (message.forwarded, message.mentions.people) == (True, ("u7", "8"))


def test_numbers_serve_as_ids(tmp_path: Path) -> None:
    message = one(tmp_path, id=0, channel=5, author=10**25)
    assert (message.ref.message, message.channel.id, message.author.key) == ("0", "5", str(10**25))


@pytest.mark.parametrize(
    ("platform", "name", "markup"),
    [
        ("discord", PlatformName.DISCORD, Markup.DISCORD),
        ("Slack", PlatformName.SLACK, Markup.SLACK),
        ("forum", PlatformName.EXPORT, Markup.PLAIN),
        (None, PlatformName.EXPORT, Markup.PLAIN),
    ],
)
def test_the_platform_decides_how_text_is_read(
    tmp_path: Path, platform: str | None, name: PlatformName, markup: Markup
) -> None:
    message = one(tmp_path, platform=platform)
    assert (message.ref.platform, message.markup) == (name, markup)


def test_a_discord_id_tells_the_age_of_an_account(tmp_path: Path) -> None:
    assert one(tmp_path, platform="discord", author="80351110224678912").author.created_at is not None
    assert one(tmp_path, author="80351110224678912").author.created_at is None


@pytest.mark.parametrize(
    ("text", "mentions"),
    [
        ("<@12> <@!u9> @name mail@example.org", Mentions(people=("12", "u9"))),
        ("<@&5> <!subteam^S1>", Mentions(roles=("5", "S1"))),
        ("@everyone", Mentions(everyone=True)),
        ("<!channel|x>", Mentions(everyone=True)),
        ("<@" * 20_000, Mentions()),
    ],
)
def test_without_a_platform_both_ways_to_mention_count(tmp_path: Path, text: str, mentions: Mentions) -> None:
    assert one(tmp_path, text=text).mentions == mentions


def test_an_answer_names_whom_it_answers_in_its_own_channel(tmp_path: Path) -> None:
    elsewhere = LEAST | {"channel": "other", "author": "u2"}
    messages, _ = read(write(tmp_path / "x.jsonl", LEAST, elsewhere, LEAST | {"id": 2, "author": "u3", "reply_to": 1}))
    assert (messages[2].reply_to, messages[2].reply_author) == ("1", "u1")


def test_a_join_can_be_told(tmp_path: Path) -> None:
    assert one(tmp_path, kind="join").kind is MessageKind.JOIN


@pytest.mark.parametrize(
    ("at", "moment"),
    [
        ("2024-01-01T05:30:00+05:30", datetime(2024, 1, 1, tzinfo=UTC)),
        ("2024-01-01t00:00:00z", datetime(2024, 1, 1, tzinfo=UTC)),
        ("2024-01-01 00:00:00.123456789Z", datetime(2024, 1, 1, 0, 0, 0, 123456, tzinfo=UTC)),
        ("2016-12-31T23:59:60Z", datetime(2016, 12, 31, 23, 59, 59, tzinfo=UTC)),
    ],
)
def test_times_are_turned_to_utc(tmp_path: Path, at: str, moment: datetime) -> None:
    assert one(tmp_path, at=at).at == moment


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (LEAST | {"author": None}, "archive.no_author"),
        (LEAST | {"author": ""}, "archive.no_author"),
        (LEAST | {"at": None}, "archive.no_time"),
        (LEAST | {"at": "2024-01-01T00:00:00"}, "archive.bad_time"),
        (LEAST | {"at": "2024-01-01"}, "archive.bad_time"),
        (LEAST | {"at": 1704067200}, "archive.expected_text"),
        (LEAST | {"id": None}, "archive.no_id"),
        (LEAST | {"channel": None}, "archive.no_channel"),
        (LEAST | {"text": ["no", "text"]}, "archive.expected_text"),
        (b"plain words", "archive.not_json"),
        (b'{"id": "1", "at', "archive.not_json"),
        (b"[1, 2]", "archive.not_a_message"),
        (b'{"text": "\xff"}', "archive.not_utf8"),
        (b"[" * 100_000, "archive.too_deep"),
    ],
)
def test_a_bad_line_is_named_by_its_number_and_the_rest_is_read(
    tmp_path: Path, line: dict[str, Any] | bytes, reason: str
) -> None:
    messages, skipped = read(write(tmp_path / "x.jsonl", LEAST, b"", line, LEAST, b""))
    assert len(messages) == 2
    assert [(note.file, note.unit, note.position, note.reason.key) for note in skipped] == [
        ("x.jsonl", Unit.LINE, 3, reason)
    ]
    assert skipped[0].place.say("de") == "x.jsonl, Zeile 3"


def test_a_line_over_the_limit_is_passed_over_without_being_held(tmp_path: Path) -> None:
    huge = b'{"text": "' + b"x" * lines.LIMIT + b'"}'
    messages, skipped = read(write(tmp_path / "x.jsonl", LEAST, huge, LEAST))
    assert len(messages) == 2
    assert [(note.position, note.reason.key) for note in skipped] == [(2, "archive.too_long")]


def test_windows_line_ends_and_a_byte_order_mark_do_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "x.ndjson"
    path.write_bytes(b"\xef\xbb\xbf" + b"\r\n".join([json.dumps(LEAST).encode()] * 2) + b"\r\n")
    assert (len(read(path)[0]), read(path)[1]) == (2, [])


def test_a_gzip_of_several_members_is_read_through(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl.gz"
    line = json.dumps(LEAST).encode() + b"\n"
    path.write_bytes(gzip.compress(line * 3) + gzip.compress(line * 2))
    assert (len(read(path)[0]), read(path)[1]) == (5, [])


def test_a_gzip_that_breaks_off_gives_what_came_before(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl.gz"
    packed = gzip.compress(b"".join(json.dumps(LEAST | {"id": n}).encode() + b"\n" for n in range(5_000)))
    path.write_bytes(packed[: len(packed) // 2])
    messages, skipped = read(path)
    assert len(messages) > 1_000
    assert [(note.position, note.reason.key) for note in skipped] == [(len(messages) + 1, "archive.cut_off")]


def test_an_empty_file_holds_nothing(tmp_path: Path) -> None:
    assert read(write(tmp_path / "x.jsonl")) == ([], [])


def test_a_folder_of_files_is_merged_in_order_of_time(tmp_path: Path) -> None:
    for start in (0, 1):
        entries = [LEAST | {"at": f"2024-01-01T00:00:{start + 2 * n:02}Z"} for n in range(10)]
        write(tmp_path / f"{start}.jsonl", *entries)
    times = [message.at for message in read(tmp_path)[0]]
    assert (len(times), times) == (20, sorted(times))


def test_the_same_id_twice_is_passed_on_twice(tmp_path: Path) -> None:
    assert len(read(write(tmp_path / "x.jsonl", LEAST, LEAST))[0]) == 2


def test_a_wrong_form_is_explained_with_the_key_and_what_belongs_there(tmp_path: Path) -> None:
    (note,) = read(write(tmp_path / "x.jsonl", LEAST | {"at": 5}))[1]
    assert note.reason.say("en") == "'at' should hold a text"
    assert note.reason.say("de") == "in „at“ sollte ein Text stehen"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("roles", 5),
        ("roles", [1]),
        ("author_created_at", 5),
        ("author_created_at", "long ago"),
        ("author_joined_at", {}),
        ("edited_at", "yesterday"),
        ("attachments", "a.png"),
        ("bot", "no"),
        ("mentions", [{}]),
        ("thread", []),
    ],
)
def test_an_unusable_field_that_may_be_missing_is_counted_and_costs_no_message(
    tmp_path: Path, field: str, value: object
) -> None:
    archive = open_archive(write(tmp_path / "x.jsonl", LEAST | {field: value}, LEAST | {"id": "2"}))
    items = list(archive.messages())
    assert [isinstance(item, Message) for item in items] == [True, True]
    assert archive.odd_fields() == {field: 1}


def test_one_role_may_stand_without_a_list(tmp_path: Path) -> None:
    assert one(tmp_path, roles="staff").author.roles == frozenset({"staff"})


def test_lines_are_recognised_by_what_they_hold(tmp_path: Path) -> None:
    assert open_archive(write(tmp_path / "x.txt", LEAST, LEAST)).format is ArchiveFormat.LINES


TEXT = st.text(st.characters(codec=None, exclude_categories=()), max_size=80)


@given(text=TEXT, name=TEXT.filter(bool), ascii_only=st.booleans())
def test_any_text_comes_through_unchanged(text: str, name: str, ascii_only: bool) -> None:
    line = json.dumps(LEAST | {"text": text, "author_name": name}, ensure_ascii=ascii_only)
    with TemporaryDirectory() as folder:
        path = write(Path(folder, "x.jsonl"), line.encode("utf-8", "surrogatepass"))
        (message,), skipped = read(path)
    assert (message.text, message.author.names, skipped) == (text, (name,), [])


@given(st.binary(max_size=400), st.sampled_from(["x.jsonl", "x.jsonl.gz", "x.json", "x.json.gz"]), st.booleans())
def test_no_bytes_make_it_fail(data: bytes, name: str, packed: bool) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder, name)
        path.write_bytes(gzip.compress(data)[: 200 if len(data) % 2 else None] if packed else b"{" + data)
        try:
            messages, skipped = read(path)
        except UnknownFormatError:
            return
    assert messages == []
    assert all(note.reason.say("en") and note.reason.say("de") and note.place.say() for note in skipped)
