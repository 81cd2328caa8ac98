"""The fake platform's world outlives whoever changed it."""

import os
import signal
import subprocess
import sys
from pathlib import Path

from bot.domain.message import AccountRef, PlatformName
from bot.domain.outcome import OutcomeKind
from bot.domain.sanction import Standing
from tests.fakes.world import World

KILLED = """
import os, signal, sys
from pathlib import Path
from bot.domain.message import AccountRef, PlatformName
from tests.fakes.world import World
world = World(Path(sys.argv[1]))
world.join(AccountRef(platform=PlatformName.DISCORD, workspace="1", user="ada"))
world.page("key", "text")
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_what_was_done_before_a_kill_is_there_afterwards(tmp_path: Path) -> None:
    file = tmp_path / "world"
    killed = subprocess.run([sys.executable, "-c", KILLED, str(file)], cwd=Path.cwd(), check=False)
    assert killed.returncode == -signal.SIGKILL
    world = World(file)
    assert world.pages == {"key": ["text"]}
    assert [account.user for account in world.members] == ["ada"]
    world.close()


def test_two_who_share_a_file_see_what_the_other_did(tmp_path: Path) -> None:
    one, other = World(tmp_path / "world"), World(tmp_path / "world")
    ada = AccountRef(platform=PlatformName.DISCORD, workspace="1", user="ada")
    one.join(ada)
    other.natively(ada, OutcomeKind.BAN, Standing(held=True))
    assert one.standing(ada, OutcomeKind.BAN).held
    one.close()
    other.close()


def test_a_line_that_was_cut_off_is_left_out(tmp_path: Path) -> None:
    file = tmp_path / "world"
    world = World(file)
    world.page("key", "text")
    world.close()
    with file.open("ab") as journal:
        journal.write(b'{"do":"pa')
        os.fsync(journal.fileno())
    again = World(file)
    again.page("other", "text")
    third = World(file)
    assert list(third.pages) == ["key", "other"]
    again.close()
    third.close()
