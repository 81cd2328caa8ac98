"""An export is recognised by what it holds, and everything else is refused with help."""

import json
import tomllib
from importlib import resources
from pathlib import Path
from string import Formatter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.archive import ArchiveFormat, open_archive
from adapters.archive.errors import ArchiveError, MissingInputError, UnknownFormatError
from adapters.archive.memory import Recent
from bot.errors import InputError
from tests.adapters.archive_samples import discord_export, post, said, slack_files, write_json, write_zip


def test_a_path_that_leads_nowhere_is_named(tmp_path: Path) -> None:
    with pytest.raises(MissingInputError, match=r"gone\.json") as caught:
        open_archive(tmp_path / "gone.json")
    assert isinstance(caught.value, InputError)
    assert "gibt es nicht" in caught.value.reason.say("de")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("chat.csv", "id,text\n1,hello"),
        ("chat.html", "<html></html>"),
        ("package.json", json.dumps({"name": "something", "version": "1"})),
        ("image.png", "\x89PNG"),
        ("empty.txt", ""),
    ],
)
def test_another_kind_of_file_is_refused_with_the_kinds_that_are_read(tmp_path: Path, name: str, content: str) -> None:
    (tmp_path / name).write_text(content)
    with pytest.raises(UnknownFormatError, match="DiscordChatExporter"):
        open_archive(tmp_path / name)


def test_a_folder_or_zip_without_an_export_is_refused(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(UnknownFormatError, match="no export inside"):
        open_archive(tmp_path / "empty")
    with pytest.raises(UnknownFormatError, match="no export inside"):
        open_archive(write_zip(tmp_path / "x.zip", {"readme.txt": "words"}))


@pytest.mark.parametrize("content", [b"", b"PK", b"PK\x03\x04", b"words", b"PK\x03\x04" + b"\xff" * 60])
def test_a_zip_in_name_only_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x.zip").write_bytes(content)
    with pytest.raises(ArchiveError):
        open_archive(tmp_path / "x.zip")


def test_each_kind_is_recognised(tmp_path: Path) -> None:
    slack = write_zip(tmp_path / "export.bin", slack_files({"help/2024-01-01": [said("1.0")]}))
    discord = write_json(tmp_path / "x.json", discord_export(post(1)))
    wrapped = write_zip(tmp_path / "x.zip", {"a/b.json": discord_export(post(1))})
    lines = write_zip(tmp_path / "lines.zip", {"a.jsonl": "{}"})
    kinds = [open_archive(path).format for path in (slack, discord, wrapped, lines)]
    assert kinds == [ArchiveFormat.SLACK, ArchiveFormat.DISCORD, ArchiveFormat.DISCORD, ArchiveFormat.LINES]
    assert [kind.label.say() for kind in kinds[:2]] == ["Slack export", "DiscordChatExporter"]


def test_a_json_file_that_is_broken_is_opened_and_says_so_when_read(tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text("oops")
    (note,) = open_archive(tmp_path / "x.json").messages()
    assert not hasattr(note, "text")


def test_a_reading_that_is_given_up_leaves_nothing_open(tmp_path: Path) -> None:
    archive = open_archive(write_json(tmp_path / "x.json", discord_export(post(1), post(2))))
    messages = archive.messages()
    next(messages)
    del messages
    (tmp_path / "x.json").unlink()
    assert not list(tmp_path.iterdir())


def test_both_languages_say_the_same_things() -> None:
    catalogues = []
    for language in ("en", "de"):
        text = resources.files("bot.i18n").joinpath(language, "archive.toml").read_text(encoding="utf-8")
        entries = tomllib.loads(text)
        catalogues.append({key: {name for _, name, _, _ in Formatter().parse(say)} for key, say in entries.items()})
    assert catalogues[0] == catalogues[1]


@given(st.lists(st.integers(0, 30), max_size=200), st.integers(1, 10))
def test_a_bounded_memory_keeps_what_is_recent_and_never_more_than_twice_its_size(keys: list[int], size: int) -> None:
    memory: Recent[int, int] = Recent(size)
    for place, key in enumerate(keys):
        memory.put(key, place)
        assert memory.get(key) == place
        assert len(memory._young) + len(memory._old) <= 2 * size
    for key in set(keys[-size:]):
        assert memory.get(key) is not None
