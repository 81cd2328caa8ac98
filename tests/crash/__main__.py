"""Kills a process at every boundary, or at random moments, and holds what comes of it against an undisturbed run.

`python -m tests.crash sqlite|postgresql [--every N] [--random N] [--seed N]`; ends with 1 when anything was lost,
done twice or recorded falsely.
"""

import argparse
import asyncio
import gc
import os
import random
import shutil
import signal
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import fields, replace
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp
from uuid import uuid4

import asyncpg

from bot.policy.load import load_policies
from bot.policy.policy_set import PolicySet
from bot.store.engine import open_store
from tests.crash.boundaries import Boundaries
from tests.crash.life import Life, begin, live
from tests.crash.outcome import Outcome, outcome_of
from tests.crash.script import CARE, COMMUNITY, RULES
from tests.fakes.keys import FakeKeys
from tests.policy.folders import write
from tests.washing import Basin

POSTGRESQL = os.environ.get("LOCUM_TEST_POSTGRESQL", "postgresql://postgres@127.0.0.1:5432/postgres")
#: a process that neither ends nor is killed has hung
_HUNG = 120.0


def _policies() -> PolicySet:
    given = {"community.yaml": COMMUNITY, "guidelines/respect.yaml": RULES, "guidelines/support.yaml": CARE}
    loaded = load_policies(write(Path(mkdtemp()), given), "acme", live=True)
    assert loaded.policies is not None, loaded.problems
    return loaded.policies


class Bench:
    """Tells the story again and again, each time from the same beginning and in a new world.

    The database always has the same place, so that one store serves every telling: processes are forked from this one,
    and start with every statement made. On PostgreSQL whoever puts everything back and looks at what came of it stays
    connected.
    """

    def __init__(self, kind: str, folder: Path, runner: asyncio.Runner) -> None:
        self.kind, self.folder, self._runner = kind, folder, runner
        self.policies, self.keys = _policies(), FakeKeys()
        self.keys.signing("locum.example/acme")
        self._name = f"locum_crash_{uuid4().hex}"
        if kind == "postgresql":
            _on_server(f'CREATE DATABASE "{self._name}"')
            # waits for no disk: processes are killed here, and never the server or the machine
            _on_server(f'ALTER DATABASE "{self._name}" SET synchronous_commit = off')
        runner.run(begin(open_store(self._where(), alone=False), self.keys, self.policies))
        self._basin = Basin(address=self._where())
        if kind == "postgresql":
            runner.run(self._basin.keep_beginning())
        else:
            shutil.copy(self._where(), self._first)
        self.store = open_store(self._where(), alone=False)

    @property
    def _first(self) -> Path:
        """Where the beginning of the story is kept, on SQLite."""
        return self.folder / "first.sqlite"

    def close(self) -> None:
        """Leave nothing behind."""
        if self.kind == "postgresql":
            self._runner.run(self._basin.close())
            _on_server(f'DROP DATABASE IF EXISTS "{self._name}" WITH (FORCE)')

    def warm_up(self) -> None:
        """Tell the story once in this process, which makes every statement."""
        self._start_anew()
        asyncio.run(live(self._life(0, self.folder / "warm.world")))
        # what is here already is never collected, and so its memory stays shared with every life
        gc.collect()
        gc.freeze()
        # and a life is short
        gc.set_threshold(20_000, 20, 20)

    def tell(self, lives: list[Callable[["Bench", Life], int]]) -> tuple[Outcome, int]:
        """Return how the story ends when its first lives are cut short so; and the boundaries that the last passed."""
        self._start_anew()
        world = self.folder / f"{uuid4().hex}.world"
        passed = 0
        for number, run in enumerate([*lives, to_the_end]):
            passed = run(self, self._life(number, world))
        outcome = self._runner.run(self._outcome(world))
        for left in self.folder.glob(f"{world.stem}*"):
            left.unlink()
        return outcome, passed

    async def _outcome(self, world: Path) -> Outcome:
        if self.kind == "postgresql":
            return await outcome_of(self._basin.store(), world, self.keys)
        # the file is another one at every telling
        store = replace(self.store, turn=asyncio.Lock())
        try:
            return await outcome_of(store, world, self.keys)
        finally:
            await store.close()

    def _life(self, number: int, world: Path) -> Life:
        return Life(
            # the lock belongs to the loop of whoever used it first
            store=replace(self.store, turn=asyncio.Lock() if self.store.is_sqlite else None),
            world=world,
            keys=self.keys,
            policies=self.policies,
            number=number,
            boundaries=Boundaries(),
        )

    def _start_anew(self) -> None:
        """Put the database back to the story's beginning."""
        if self.kind == "postgresql":
            self._runner.run(self._basin.begin_again())
            return
        for left in self.folder.glob(f"{self._name}.sqlite*"):
            left.unlink()
        shutil.copy(self._first, self._where())

    def _where(self) -> str:
        if self.kind == "postgresql":
            return f"{POSTGRESQL.rpartition('/')[0]}/{self._name}"
        return str(self.folder / f"{self._name}.sqlite")


def _on_server(statement: str) -> None:
    async def run() -> None:
        server = await asyncpg.connect(POSTGRESQL)
        try:
            await server.execute(statement)
        finally:
            await server.close()

    asyncio.run(run())


def _start(life: Life) -> tuple[int, int]:
    """Start a life in a process of its own; return its id, and where it tells how many boundaries it passed."""
    reading, writing = os.pipe()
    child = os.fork()
    if child:
        os.close(writing)
        return child, reading
    status = 1
    try:
        os.close(reading)
        asyncio.run(live(life))
        os.write(writing, str(life.boundaries.passed).encode())
        status = 0
    except BaseException:  # noqa: BLE001 - a child that fails must never go on as its parent
        sys.excepthook(*sys.exc_info())
    finally:
        sys.stderr.flush()
        os._exit(status)


def _end(child: int, reading: int) -> int:
    """Return how many boundaries a life passed; 0 when it was killed."""
    deadline = time.monotonic() + _HUNG
    while True:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            break
        if time.monotonic() > deadline:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            raise AssertionError("a process hung")
        time.sleep(0.002)
    said = os.read(reading, 100)
    os.close(reading)
    if os.waitstatus_to_exitcode(status) not in {0, -signal.SIGKILL}:
        raise AssertionError("a process failed")
    return int(said or b"0")


def to_the_end(_: Bench, life: Life) -> int:
    """Let a life come to rest."""
    return _end(*_start(life))


def killed_at(boundary: int) -> Callable[[Bench, Life], int]:
    """Return what ends a life at a boundary."""

    def run(_: Bench, life: Life) -> int:
        life.boundaries.last = boundary
        return _end(*_start(life))

    return run


def killed_after(seconds: float) -> Callable[[Bench, Life], int]:
    """Return what ends a life after a time, wherever it is then."""

    def run(_: Bench, life: Life) -> int:
        child, reading = _start(life)
        time.sleep(seconds)
        os.kill(child, signal.SIGKILL)
        return _end(child, reading)

    return run


def differences(expected: Outcome, found: Outcome) -> Iterator[str]:
    """Yield what is different."""
    for one in fields(Outcome):
        before, after = getattr(expected, one.name), getattr(found, one.name)
        if before != after:
            yield f"{one.name}: {before} became {after}"


def main() -> int:
    """Return 1 when any way of dying changed what comes of it all."""
    parser = argparse.ArgumentParser(prog="python -m tests.crash")
    parser.add_argument("kind", choices=["sqlite", "postgresql"])
    parser.add_argument("--every", type=int, default=0, help="kill at each N-th boundary; 1 for all")
    parser.add_argument("--random", type=int, default=0, help="kill at so many random moments")
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    chance = random.Random(asked.seed)
    with TemporaryDirectory() as folder, asyncio.Runner() as runner:
        bench = Bench(asked.kind, Path(folder), runner)
        bench.warm_up()
        began = time.monotonic()
        expected, boundaries = bench.tell([])
        lasted = time.monotonic() - began
        assert not expected.complaints, expected.complaints
        assert not expected.repeated, expected.repeated
        wrong = 0
        points = [("boundary", number, [killed_at(number)]) for number in range(1, boundaries + 1, asked.every or 1)]
        tries = points if asked.every else []
        for number in range(asked.random):
            lives = [killed_after(chance.uniform(0.0, lasted)) for _ in range(chance.choice((1, 1, 2, 3)))]
            tries.append(("moment", number, lives))
        for what, number, lives in tries:
            for said in differences(expected, bench.tell(lives)[0]):
                wrong += 1
                print(f"{what} {number}: {said}", flush=True)
        bench.close()
    print(f"{asked.kind}: {boundaries} boundaries; killed {len(tries)} times; {wrong} differences", flush=True)
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
