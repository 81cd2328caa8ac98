"""Tells the crash stories beside all other tests: on two cores, most of the time is then the other tests' own."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.conftest import postgresql_answers

#: boundaries and moments at which processes are killed, on each database
KILLS = ("--every", "1", "--random", "100")
_MODULE = "test_crashes.py"


@dataclass(frozen=True, kw_only=True, slots=True)
class Story:
    """One database's stories while they are told."""

    #: who tells them
    process: "subprocess.Popen[bytes]"
    #: where what is said goes
    said: Path

    def end(self) -> tuple[int, str]:
        """Return the status and everything that was said, once all is told."""
        status = self.process.wait()
        return status, self.said.read_text(encoding="utf-8")


STORIES = pytest.StashKey[dict[str, Story]]()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Ask for the stories' end after everything else."""
    items.sort(key=lambda item: item.path.name == _MODULE)


@pytest.hookimpl(wrapper=True)
def pytest_runtestloop(session: pytest.Session) -> Iterator[None]:
    """Begin to tell the stories before the first test, where they are asked for; none outlives the run."""
    asked = any(item.path.name == _MODULE for item in session.items)
    if not asked or session.config.option.collectonly:
        return (yield)
    with _told() as stories:
        session.config.stash[STORIES] = stories
        return (yield)


@contextmanager
def _told() -> Iterator[dict[str, Story]]:
    kinds = ("sqlite", "postgresql") if postgresql_answers() else ("sqlite",)
    with TemporaryDirectory() as folder:
        stories = {kind: _begun(kind, Path(folder, kind)) for kind in kinds}
        try:
            yield stories
        finally:
            for story in stories.values():
                story.process.kill()
                story.process.wait()


def _begun(kind: str, said: Path) -> Story:
    with said.open("wb") as out:
        command = [sys.executable, "-m", "tests.crash", kind, *KILLS]
        return Story(process=subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT), said=said)
