"""One program on one SQLite file, however the one before it ended."""

import subprocess
import sys
from pathlib import Path

import pytest

from bot.store.engine import open_store
from bot.store.errors import InUseError, UnavailableError
from bot.store.guard import guard_file

ROOT = Path(__file__).parents[2]

HOLDER = """
import sys
from pathlib import Path
from bot.store.guard import guard_file
guard = guard_file(Path(sys.argv[1]))
print("held", flush=True)
sys.stdin.read()
"""


def test_a_process_that_is_killed_holds_nothing_any_more(tmp_path: Path) -> None:
    database = tmp_path / "locum.sqlite"
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(database)], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(InUseError):
            guard_file(database)
        holder.kill()
        holder.wait()
    guard_file(database).release()


def test_another_name_of_the_same_file_is_no_way_around(tmp_path: Path) -> None:
    database, other = tmp_path / "locum.sqlite", tmp_path / "other.sqlite"
    database.touch()
    other.symlink_to(database)
    guard = guard_file(database)
    with pytest.raises(InUseError):
        guard_file(other)
    guard.release()


def test_nobody_else_may_read_the_lock(tmp_path: Path) -> None:
    guard_file(tmp_path / "locum.sqlite").release()
    assert (tmp_path / "locum.sqlite.lock").stat().st_mode & 0o777 == 0o600


def test_a_folder_that_can_not_be_made_is_a_database_that_does_not_answer(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(UnavailableError):
        open_store(str(tmp_path / "file" / "locum.sqlite"))
