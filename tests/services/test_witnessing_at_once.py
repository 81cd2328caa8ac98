"""A witness that remembers: one history a ledger, whatever is asked at once, killed, or put elsewhere."""

import os
import random
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from bot.services import witnessing
from bot.services.witnessing import (
    KeyElsewhereError,
    Memory,
    MemoryLostError,
    files,
)
from tests.ledger.make import ORIGIN, Ledger, ledger
from tests.services.witnesses import FORKED, MADE, Bench


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def test_however_many_ask_at_once_one_history_is_cosigned(bench: Bench, tmp_path: Path) -> None:
    # a second memory object is what a second process has
    others = [bench, Bench(tmp_path)]
    asked = [(old, new, made) for old in range(8) for new in range(old, 10) for made in (MADE, FORKED)]
    random.Random(7).shuffle(asked)

    def one(number: int) -> tuple[int, Ledger] | None:
        old, new, made = asked[number]
        return (new, made) if others[number % 2].ask(old, new, made).status == 200 else None

    with ThreadPoolExecutor(16) as pool:
        signed = [found for found in pool.map(one, range(len(asked))) if found]
    histories = {new: {made.root(new) for size, made in signed if size == new} for new, _ in signed if new}
    assert histories
    assert all(len(roots) == 1 for roots in histories.values())
    beginning = [made for made in (MADE, FORKED) if all(made.root(new) in roots for new, roots in histories.items())]
    assert beginning


CHILD = """
import sys
from pathlib import Path
from tests.services.witnesses import Bench
from tests.ledger.make import ledger
made, bench, old = ledger(400, what=sys.argv[2]), Bench(Path(sys.argv[1])), 0
while old < 400:
    answer = bench.ask(old, old + 1, made)
    if answer.status == 409:
        old = int(answer.body)
    elif answer.status == 200:
        old += 1
        print(old, made.root(old).hex(), flush=True)
    else:
        print("refused", answer.status, flush=True)
        break
"""


@contextmanager
def child(folder: Path, what: str) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        [sys.executable, "-c", CHILD, str(folder), what],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def lines(process: subprocess.Popen[str], count: int) -> list[str]:
    assert process.stdout
    return [process.stdout.readline() for _ in range(count)]


def race(folder: Path, chance: random.Random) -> list[str]:
    """Return what two processes cosigned before one was killed, and then the other."""
    with child(folder, "delete") as one, child(folder, "dismiss") as other:
        said = lines(one, 1) + lines(other, 1)
        for process in chance.sample((one, other), 2):
            said += lines(process, chance.randrange(12))
            os.kill(process.pid, signal.SIGKILL)
        for process in (one, other):
            assert process.stdout
            said += process.stdout.read().split("\n")
    return said


@pytest.mark.parametrize("seed", [11, 12, 13])
def test_two_processes_that_are_killed_again_and_again_cosign_one_history(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    signed: dict[int, set[str]] = {}
    reached = []
    for _ in range(2):
        for line in race(tmp_path, chance):
            number, _, root = line.strip().partition(" ")
            if number.isdigit() and len(root) == 64:
                signed.setdefault(int(number), set()).add(root)
        reached.append(Memory(tmp_path / "state.json").known()[ORIGIN].state.size)
        assert 0 < max(signed) <= reached[-1]
    assert reached == sorted(reached)
    histories = [ledger(max(signed), what) for what in ("delete", "dismiss")]
    assert any(all(roots == {made.root(size).hex()} for size, roots in signed.items()) for made in histories)


def test_a_memory_reached_by_a_link_is_the_same_memory(bench: Bench, tmp_path: Path) -> None:
    bench.ask(0, 7)
    (tmp_path / "elsewhere").mkdir()
    link = tmp_path / "elsewhere" / "link.json"
    link.symlink_to(bench.memory.path)
    assert Bench(link.parent, "link.json").ask(7, 9).status == 200
    assert link.is_symlink()
    assert bench.state.size == 9


def test_a_lock_file_that_is_removed_divides_nobody(bench: Bench) -> None:
    with bench.memory.locked():
        pass
    files.beside(bench.memory.path, ".lock").unlink()
    assert bench.ask(0, 7).status == 200


@pytest.fixture
def key(tmp_path: Path) -> Path:
    path = tmp_path / "witness.key"
    path.write_text("secret")
    return path


def test_a_new_key_begins_a_new_memory(tmp_path: Path, key: Path) -> None:
    memory = Memory(tmp_path / "state.json")
    assert witnessing.claim(key, memory)
    assert memory.known() == {}
    assert witnessing.claim(key, Memory(tmp_path / "state.json"))


def test_a_key_signs_with_one_memory_alone(tmp_path: Path, key: Path) -> None:
    witnessing.claim(key, Memory(tmp_path / "state.json"))
    with pytest.raises(KeyElsewhereError) as caught:
        witnessing.claim(key, Memory(tmp_path / "other.json"))
    assert caught.value.memory == str(tmp_path / "state.json")
    assert not (tmp_path / "other.json").exists()


def test_a_key_that_signed_does_not_begin_again(tmp_path: Path, key: Path) -> None:
    memory = Memory(tmp_path / "state.json")
    witnessing.claim(key, memory)
    memory.path.unlink()
    with pytest.raises(MemoryLostError):
        witnessing.claim(key, memory)
    assert not memory.path.exists()


def test_a_memory_is_taken_along_by_saying_so(tmp_path: Path, key: Path) -> None:
    witnessing.claim(key, Memory(tmp_path / "state.json"))
    shutil.move(tmp_path / "state.json", tmp_path / "moved.json")
    files.beside(key, ".memory").unlink()
    assert witnessing.claim(key, Memory(tmp_path / "moved.json"))


def test_a_file_is_made_once(tmp_path: Path) -> None:
    files.create(tmp_path / "key", b"one")
    with pytest.raises(FileExistsError):
        files.create(tmp_path / "key", b"two")
    assert (tmp_path / "key").read_bytes() == b"one"
    assert [path.name for path in tmp_path.iterdir()] == ["key"]
