"""Whatever kills the process, and wherever: nothing is lost, nothing is done twice, and the record is true."""

import subprocess
import sys

import pytest

from tests.conftest import postgresql_answers

#: boundaries and moments at which processes are killed, on each database
_KILLS = ["--every", "1", "--random", "100"]


@pytest.fixture(scope="module")
def stories() -> dict[str, subprocess.Popen[str]]:
    """Return both stories, told at the same time: most of it is waiting."""
    kinds = ["sqlite", *(["postgresql"] if postgresql_answers() else [])]
    command = [sys.executable, "-m", "tests.crash"]
    return {
        kind: subprocess.Popen([*command, kind, *_KILLS], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        for kind in kinds
    }


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_process_killed_anywhere_loses_nothing_and_does_nothing_twice(
    kind: str, stories: dict[str, subprocess.Popen[str]]
) -> None:
    if kind not in stories:
        pytest.skip("NO POSTGRESQL ON 127.0.0.1:5432")
    said, _ = stories[kind].communicate()
    assert stories[kind].returncode == 0, said
    assert " 0 differences" in said
