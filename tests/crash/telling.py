"""Tells the crash stories beside all other tests: on two cores, most of the time is then the other tests' own.

Whoever starts the tests tells them, and several workers may share the tests out: they find what was said in a folder.
"""

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

#: boundaries and moments at which processes are killed, on each database; CONTRIBUTING.md says so
KILLS = ("--every", "1", "--random", "100")
#: what is told: the core's story on each database, and the whole program's on a platform in another process
STORIES = {
    "sqlite": ("tests.crash", "sqlite", *KILLS),
    "postgresql": ("tests.crash", "postgresql", *KILLS),
    "discord": ("tests.crash.wire", "--kills", "12"),
    "slack": ("tests.crash.wire", "--platform", "slack", "--kills", "7"),
}
_MODULE = Path(__file__).parents[1] / "acceptance" / "test_crashes.py"
#: stories in the browser come last of what is left, when most kills are over: both take more than one processor
_BROWSER = Path(__file__).parents[1] / "browser"
#: tests of these take longest, and so no worker begins with one of them when the others have nothing left to do
_LONG = frozenset(
    Path(__file__).parents[1] / name for name in ("commands/test_every_command.py", "store/test_migrations.py")
)
#: where workers find what is told
_FOLDER = "LOCUM_TEST_STORIES"


@dataclass(kw_only=True)
class Telling:
    """The stories while they are told."""

    #: where what is said goes
    folder: "TemporaryDirectory[str]"
    #: who tells them
    processes: Sequence["subprocess.Popen[bytes]"]


_TELLING = pytest.StashKey[Telling]()


def pytest_sessionstart(session: pytest.Session) -> None:
    """Begin to tell the stories, where they are asked for."""
    config = session.config
    if hasattr(config, "workerinput") or not _is_asked(config):
        return
    folder = TemporaryDirectory()
    os.environ[_FOLDER] = folder.name
    # the other kind's stories are skipped by their test where no PostgreSQL answers
    processes = [_begun(kind, Path(folder.name)) for kind in STORIES]
    config.stash[_TELLING] = Telling(folder=folder, processes=processes)


def _is_asked(config: pytest.Config) -> bool:
    if config.option.collectonly or config.option.keyword or config.option.markexpr:
        return False
    ignored = [Path(path).resolve() for path in config.option.ignore or ()]
    asked = [Path(argument.partition("::")[0]).resolve() for argument in config.args]
    return _MODULE not in ignored and any(path == _MODULE or path in _MODULE.parents for path in asked)


def _begun(kind: str, folder: Path) -> "subprocess.Popen[bytes]":
    # whoever waits for an answer goes first: the stories wait for nobody
    program = f"nice -n 10 {sys.executable} -m {' '.join(STORIES[kind])} > {folder / kind} 2>&1"
    # renamed when it is whole: whoever sees it can read it
    done = f"echo $? > {folder / kind}.being && mv {folder / kind}.being {folder / kind}.status"
    return subprocess.Popen(["/bin/sh", "-c", f"{program}; {done}"], start_new_session=True)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Let no story outlive the tests."""
    telling = session.config.stash.get(_TELLING, None)
    if telling is None:
        return
    for process in telling.processes:
        if process.poll() is None:
            os.killpg(process.pid, 9)
        process.wait()
    telling.folder.cleanup()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes long, and ask for the stories' end after everything else."""
    items.sort(key=lambda item: (item.path == _MODULE, _BROWSER in item.path.parents, item.path not in _LONG))


def end_of(kind: str) -> tuple[int, str] | None:
    """Return the status and everything that was said, once all is told; None where nobody tells it."""
    folder: Any = os.environ.get(_FOLDER)
    if folder is None:
        return None
    status = Path(folder, f"{kind}.status")
    while not status.exists():
        time.sleep(0.5)
    return int(status.read_text(encoding="utf-8")), Path(folder, kind).read_text(encoding="utf-8")
