"""One run at a time on data that can't be shared: who comes second learns who was first, and a killed one is gone."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bot.app.alone import RunsAlreadyError, chat_folder, hold_data
from bot.settings import Settings
from tests.app.house import settings_of

ROOT = Path(__file__).parents[2]
_HOLDS = """
import sys
from bot.app.alone import hold_data
from bot.settings import load_settings
held = hold_data(load_settings(None))
if sys.argv[1]:
    held.tell(sys.argv[1])
print("held", flush=True)
sys.stdin.read()
"""


@contextmanager
def held_elsewhere(database: str, address: str = "") -> Iterator["subprocess.Popen[str]"]:
    """Have another process run on the data, as the settings of a program say."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "LOCUM_DATABASE": database, "LOCUM_LOCAL": "off"}
    with subprocess.Popen(
        [sys.executable, "-c", _HOLDS, address],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


def settings(folder: Path, database: str = "") -> Settings:
    return settings_of(folder, database or str(folder / "locum.sqlite"), local=None)


def test_who_comes_second_learns_process_and_address_of_the_first(tmp_path: Path) -> None:
    found = settings(tmp_path)
    with (
        held_elsewhere(found.database.get_secret_value(), "http://127.0.0.1:8484/") as first,
        pytest.raises(RunsAlreadyError) as refused,
    ):
        hold_data(found)
    assert (refused.value.process, refused.value.address) == (first.pid, "http://127.0.0.1:8484/")


def test_the_first_says_its_process_before_it_has_an_address(tmp_path: Path) -> None:
    found = settings(tmp_path)
    with held_elsewhere(found.database.get_secret_value()) as first, pytest.raises(RunsAlreadyError) as refused:
        hold_data(found)
    assert (refused.value.process, refused.value.address) == (first.pid, "")


def test_a_killed_run_keeps_nobody_out(tmp_path: Path) -> None:
    found = settings(tmp_path)
    with held_elsewhere(found.database.get_secret_value()) as first:
        first.kill()
        first.wait()
        hold_data(found).release()


def test_another_name_of_the_same_file_is_the_same_data(tmp_path: Path) -> None:
    (tmp_path / "other").symlink_to(tmp_path)
    held = hold_data(settings(tmp_path))
    with pytest.raises(RunsAlreadyError):
        hold_data(settings(tmp_path, str(tmp_path / "other/locum.sqlite")))
    held.release()
    hold_data(settings(tmp_path)).release()


def test_the_chat_of_our_own_is_held_too_whatever_the_database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    found = settings_of(tmp_path, "postgresql://locum@127.0.0.1/locum")
    held = hold_data(found)
    with pytest.raises(RunsAlreadyError):
        hold_data(found)
    held.release()
    assert chat_folder(found) == Path("data/local")


def test_on_a_server_several_processes_run_side_by_side(tmp_path: Path) -> None:
    found = settings(tmp_path, "postgresql://locum@127.0.0.1/locum")
    first, second = hold_data(found), hold_data(found)
    assert (first.descriptors, second.descriptors) == ([], [])


@pytest.mark.parametrize("word", [b"", b"{", b"[]", b'{"process": "x", "address": 1}', b"\xff" * 10_000])
def test_half_a_word_of_the_first_is_none(tmp_path: Path, word: bytes) -> None:
    held = hold_data(settings(tmp_path))
    (tmp_path / "locum.sqlite.run").write_bytes(word)
    with pytest.raises(RunsAlreadyError) as refused:
        hold_data(settings(tmp_path))
    held.release()
    assert (refused.value.process, refused.value.address) == (None, "")


def test_what_was_held_before_something_failed_is_given_back(tmp_path: Path) -> None:
    found = settings_of(tmp_path, str(tmp_path / "locum.sqlite"))
    chat = tmp_path / "chat.sqlite.run"
    chat.mkdir()
    with pytest.raises(Exception, match="database"):
        hold_data(found)
    chat.rmdir()
    hold_data(found).release()
