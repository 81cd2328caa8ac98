"""Files that are not in order of time are sorted, and files that are stay as they stand."""

import json
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.archive import discord, json_lines
from adapters.archive.documents import file_document
from adapters.archive.merge import merged
from adapters.archive.order import Span, Spool, sorted_by_time, span_of
from bot.domain.message import Message
from bot.domain.reading import Skipped, Unit
from bot.i18n import phrase
from tests.adapters.archive_samples import discord_export, post, read, write_json
from tests.services import replay_fakes

START = datetime(2024, 1, 1, tzinfo=UTC)
BROKEN = Skipped(file="x", unit=Unit.LINE, position=1, reason=phrase("archive.no_time"))


def write_lines(path: Path, seconds: list[int], **fields: Any) -> Path:
    lines = [
        {"id": str(place), "at": (START + timedelta(seconds=second)).isoformat(), "channel": "c", "author": "a"}
        | {"text": "x"}
        | fields
        for place, second in enumerate(seconds)
    ]
    path.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    return path


def test_a_file_that_begins_with_the_latest_message_is_turned_around(tmp_path: Path) -> None:
    messages, _ = read(write_json(tmp_path / "x.json", discord_export(*(post(n) for n in range(30, 0, -1)))))
    assert [message.text for message in messages] == [f"message {n}" for n in range(1, 31)]


def test_of_messages_at_one_time_a_turned_file_gives_the_later_one_first(tmp_path: Path) -> None:
    messages, _ = read(write_lines(tmp_path / "x.jsonl", [9, 9, 9, 2, 2, 1]))
    assert [message.ref.message for message in messages] == ["5", "4", "3", "2", "1", "0"]


def test_of_messages_at_one_time_another_file_gives_the_earlier_one_first(tmp_path: Path) -> None:
    messages, _ = read(write_lines(tmp_path / "x.jsonl", [3, 3, 1, 1, 9, 9]))
    assert [message.ref.message for message in messages] == ["2", "3", "0", "1", "4", "5"]


def test_an_answer_that_stands_before_its_question_still_names_whom_it_answers(tmp_path: Path) -> None:
    first = post(1, author={"id": "5", "name": "x"})
    reply = post(2, type="Reply", reference={"messageId": first["id"]})
    messages, _ = read(write_json(tmp_path / "x.json", discord_export(reply, first)))
    assert [message.reply_author for message in messages] == [None, "5"]


def test_times_inside_messages_do_not_make_a_file_unordered(tmp_path: Path) -> None:
    boxes = [{"title": "t", "timestamp": "2020-01-01T00:00:00+00:00"}]
    path = write_json(tmp_path / "x.json", discord_export(*(post(n, embeds=boxes) for n in range(5))))
    assert span_of(file_document(path, "x"), discord.CLOCK) == Span(start=START, ordered=True)


@pytest.mark.parametrize("zone", ["+00:00", "+02:00"])
def test_what_a_span_says_is_the_earliest_moment(tmp_path: Path, zone: str) -> None:
    path = tmp_path / "x.jsonl"
    path.write_text(f'{{"at": "2024-01-01T00:00:09Z"}}\n{{"at": "2024-01-01T00:00:00{zone}"}}\nnonsense\n{{"at": 5}}')
    hours = int(zone[1:3])
    expected = Span(start=START - timedelta(hours=hours), ordered=False)
    assert span_of(file_document(path, "x"), json_lines.CLOCK) == expected


def test_disorder_is_noticed_wherever_pieces_of_the_file_meet(tmp_path: Path) -> None:
    path = write_lines(tmp_path / "x.jsonl", [*range(9_000), 5, *range(9_000, 9_100)], text="x" * 100)
    assert not span_of(file_document(path, "x"), json_lines.CLOCK).ordered


def test_unordered_files_of_a_folder_are_merged_in_order(tmp_path: Path) -> None:
    write_lines(tmp_path / "a.jsonl", [9, 5, 1])
    write_lines(tmp_path / "b.jsonl", [2, 4, 6])
    times = [message.at for message in read(tmp_path)[0]]
    assert (len(times), times) == (6, sorted(times))


def test_more_messages_than_memory_may_hold_are_sorted_through_a_file() -> None:
    numbers = list(range(2_600))
    random.Random(1).shuffle(numbers)
    items = [replay_fakes.post(n, f"text \ud800 {n}", after=timedelta(seconds=n)) for n in numbers]
    with Spool(100) as spool:
        assert spool.held < 600
        result = list(sorted_by_time([BROKEN, *items], spool))
    assert result == [BROKEN, *sorted(items, key=lambda message: message.at)]


def test_a_sorting_that_is_given_up_leaves_nothing_open() -> None:
    with Spool(10_000) as spool:
        items = sorted_by_time((replay_fakes.post(n, "x", after=-timedelta(n)) for n in range(1_200)), spool)
        next(items)


def test_several_exports_are_merged_and_one_is_passed_on() -> None:
    early, late = (replay_fakes.post(n, "x", after=timedelta(n)) for n in (1, 2))
    assert list(merged([iter([late]), iter([BROKEN, early])])) == [BROKEN, early, late]
    assert list(merged([iter([late, early])])) == [late, early]


@given(st.lists(st.integers(0, 50), max_size=60))
def test_reading_gives_every_message_once_and_in_order(seconds: list[int]) -> None:
    with TemporaryDirectory() as folder:
        messages, skipped = read(write_lines(Path(folder, "x.jsonl"), seconds))
    assert not skipped
    assert [message.at for message in messages] == sorted(START + timedelta(seconds=second) for second in seconds)
    assert {message.ref.message for message in messages} == {str(place) for place in range(len(seconds))}
    assert all(isinstance(message, Message) for message in messages)
