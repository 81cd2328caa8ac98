"""The key file: made once, this user's alone, changed as a whole, and read anew when it changed."""

import json
import os
import resource
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from adapters.keyfile import (
    KeyFile,
    KeyFileBrokenError,
    KeyFileMissingError,
    KeyFileOpenError,
    KeyFileUnwritableError,
    KeysFixedError,
    NoSuchKeyError,
    fresh_contents,
    open_key_file,
    read_given_keys,
    write_contents,
)
from bot.ledger.keys import read_signer
from bot.services.rotating import new_signing_key
from tests.fakes.clock import START, FakeClock

ORIGIN = "locum.example/harbour"


def opened(path: Path, clock: FakeClock | None = None, *, make: bool = True) -> KeyFile:
    return open_key_file(path, clock or FakeClock(), new_signing_key, make=make)


@contextmanager
def no_room() -> Iterator[None]:
    """Let no file grow, as on a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (16, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "keys" / "locum.keys.json"


def test_the_first_start_makes_fresh_keys_that_only_this_user_can_read(path: Path) -> None:
    keys = opened(path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert [len(keys.wrapping()[0].value), len(keys.digests().value)] == [32, 32]
    assert opened(path).wrapping() == keys.wrapping()
    assert opened(path.with_name("other")).wrapping() != keys.wrapping()


def test_nothing_of_a_mask_or_a_temporary_file_stays(path: Path) -> None:
    before = os.umask(0)
    try:
        opened(path).rotate_wrapping()
    finally:
        os.umask(before)
    assert {file.name: file.stat().st_mode & 0o777 for file in path.parent.iterdir()} == {
        path.name: 0o600,
        f"{path.name}.lock": 0o600,
    }


def test_a_lost_file_is_said_clearly_and_never_replaced_where_its_keys_are_needed(path: Path) -> None:
    with pytest.raises(KeyFileMissingError, match="backup"):
        opened(path, make=False)
    assert not path.exists()


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o610, 0o644])
def test_a_file_that_others_may_reach_is_refused(path: Path, mode: int) -> None:
    opened(path)
    path.chmod(mode)
    with pytest.raises(KeyFileOpenError):
        opened(path)


def test_a_file_of_somebody_else_is_refused(path: Path) -> None:
    opened(path)
    if os.geteuid() != 0:
        pytest.skip("ONLY ROOT CAN GIVE A FILE AWAY")
    os.chown(path, 12345, -1)
    with pytest.raises(KeyFileOpenError):
        opened(path)


def test_a_folder_in_its_place_is_refused(path: Path) -> None:
    path.mkdir(parents=True, mode=0o700)
    with pytest.raises((KeyFileOpenError, KeyFileBrokenError)):
        opened(path)


def _cut(said: dict[str, Any]) -> None:
    said["wrapping"][0]["key"] = "c2hvcnQ="


def _emptied(said: dict[str, Any]) -> None:
    said["wrapping"] = []


def _twice(said: dict[str, Any]) -> None:
    said["wrapping"] *= 2


def _unsized_id(said: dict[str, Any]) -> None:
    said["wrapping"][0]["id"] = "x" * 65


def _undated(said: dict[str, Any]) -> None:
    said["digests"]["made_at"] = "yesterday"


def _other_format(said: dict[str, Any]) -> None:
    said["format"] = "locum-keys/9"


@pytest.mark.parametrize("spoil", [_cut, _emptied, _twice, _unsized_id, _undated, _other_format])
def test_a_spoilt_file_is_refused(path: Path, spoil: Callable[[dict[str, Any]], None]) -> None:
    opened(path)
    said = json.loads(path.read_text())
    spoil(said)
    path.write_text(json.dumps(said))
    with pytest.raises(KeyFileBrokenError):
        opened(path)


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "[" * 100_000, '{"format": "locum-keys/1"}', "\ufeff{}"])
def test_rubbish_is_refused_and_nothing_of_it_repeated(path: Path, text: str) -> None:
    opened(path)
    path.write_text(text)
    with pytest.raises(KeyFileBrokenError) as refused:
        opened(path)
    assert str(refused.value) == KeyFileBrokenError.__doc__
    assert refused.value.__cause__ is None


def test_no_key_shows_in_what_is_printed_of_the_objects(path: Path) -> None:
    keys = opened(path)
    keys.signing(ORIGIN)
    shown = repr(keys.contents) + repr(keys.wrapping()) + repr(keys.signing(ORIGIN)) + repr(keys)
    for secret in (keys.wrapping()[0], keys.digests(), *keys.signing(ORIGIN)):
        assert repr(secret.value)[2:-1] not in shown


def test_a_signing_key_is_made_when_it_is_first_asked_for_and_kept(path: Path) -> None:
    keys = opened(path)
    made = keys.signing(ORIGIN)
    assert read_signer(made[0].value.decode()).name == ORIGIN
    assert keys.signing(ORIGIN) == made
    assert opened(path).signing(ORIGIN) == made
    assert keys.signing("locum.example/other") != made


def test_the_newest_key_comes_first_and_every_date_is_kept(path: Path) -> None:
    clock = FakeClock()
    keys = opened(path, clock)
    old, signing = keys.wrapping()[0], keys.signing(ORIGIN)[0]
    clock.move(timedelta(days=30))
    new, newer = keys.rotate_wrapping(), keys.rotate_signing(ORIGIN)
    assert keys.wrapping() == (new, old)
    assert keys.signing(ORIGIN) == (newer, signing)
    assert [key.made_at for key in opened(path).contents.wrapping] == [START + timedelta(days=30), START]


def test_the_newest_key_can_not_be_dropped(path: Path) -> None:
    keys = opened(path)
    old, new = keys.wrapping()[0], keys.rotate_wrapping()
    for other in (new.id, "nothing"):
        with pytest.raises(NoSuchKeyError):
            keys.drop_wrapping(other)
    keys.drop_wrapping(old.id)
    assert keys.wrapping() == (new,)


def test_a_running_process_takes_up_what_another_one_changed(path: Path) -> None:
    running, beside = opened(path), opened(path)
    running.wrapping()
    made = beside.rotate_wrapping()
    assert running.wrapping()[0] == made
    # and adds to what is there now, not to what it remembers
    signing = running.signing(ORIGIN)
    assert beside.wrapping() == running.wrapping()
    assert beside.signing(ORIGIN) == signing


@pytest.mark.parametrize("how", ["gone", "open", "rubbish"])
def test_a_file_that_goes_bad_while_the_program_runs_is_complained_of_and_the_keys_stay(
    path: Path, how: str, caplog: pytest.LogCaptureFixture
) -> None:
    keys = opened(path)
    before = keys.wrapping()
    whole = path.read_bytes()
    path.unlink()
    if how != "gone":
        path.write_bytes(whole if how == "open" else b"{")
        path.chmod(0o644 if how == "open" else 0o600)
    assert [keys.wrapping(), keys.wrapping()] == [before, before]
    assert len(caplog.records) == 1
    with pytest.raises((KeyFileMissingError, KeyFileOpenError, KeyFileBrokenError)):
        keys.rotate_wrapping()
    path.unlink(missing_ok=True)
    path.touch(0o600)
    path.write_bytes(whole)
    keys.rotate_wrapping()
    assert keys.wrapping()[1:] == before


def test_a_full_disk_leaves_the_file_as_it_was(path: Path) -> None:
    file = opened(path)
    before = path.read_bytes()
    with no_room(), pytest.raises(KeyFileUnwritableError):
        file.rotate_wrapping()
    with no_room(), pytest.raises(KeyFileUnwritableError):
        opened(path.with_name("other.json"))
    assert path.read_bytes() == before
    assert not path.with_name("other.json").exists()
    assert list(path.parent.glob(".*")) == []
    assert len(file.wrapping()) == 1
    file.rotate_wrapping()
    assert len(file.wrapping()) == 2


def test_processes_that_start_at_once_end_with_the_same_keys(path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from adapters.keyfile import open_key_file;"
        "from bot.services.rotating import new_signing_key; from tests.fakes.clock import FakeClock;"
        "keys = open_key_file(Path(sys.argv[1]), FakeClock(), new_signing_key, make=True);"
        "keys.signing(sys.argv[2]); keys.rotate_wrapping();"
        "print(keys.digests().id, keys.signing(sys.argv[2])[0].id)"
    )
    root = Path(__file__).parents[2]
    command = [sys.executable, "-c", program, str(path), ORIGIN]
    started = [subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, text=True) for _ in range(4)]
    said = {process.communicate()[0] for process in started}
    assert len(said) == 1
    assert len(said.pop().split()) == 2
    # and nobody's change was lost
    assert len(opened(path).wrapping()) == 5


def test_a_text_of_keys_serves_like_a_file_and_can_not_be_changed() -> None:
    contents = fresh_contents(new_signing_key, [ORIGIN], START)
    keys = read_given_keys(write_contents(contents))
    assert keys.contents == contents
    assert read_signer(keys.signing(ORIGIN)[0].value.decode()).name == ORIGIN
    refused: list[Callable[[], object]] = [
        keys.rotate_wrapping,
        lambda: keys.rotate_signing(ORIGIN),
        lambda: keys.drop_wrapping("x"),
        lambda: keys.signing("locum.example/other"),
    ]
    for change in refused:
        with pytest.raises(KeysFixedError):
            change()


def test_a_spoilt_text_of_keys_is_refused() -> None:
    with pytest.raises(KeyFileBrokenError):
        read_given_keys("PRIVATE+KEY+locum")
