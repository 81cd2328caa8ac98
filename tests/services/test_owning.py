"""Who owns what: one at a time, whatever dies."""

import asyncio
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.services.owning import EVERY, SECONDS, Ownership, own
from bot.store.engine import Store, open_store
from bot.store.leases import Lease, take

ROOT = Path(__file__).parents[2]
PROCESS = Path(__file__).with_name("owning_process.py")


class Owner:
    """An owner within this process; it notes whatever happens to it in a log that several may share."""

    def __init__(self, store: Store, name: str, log: list[str] | None = None) -> None:
        self.store, self.name, self.log = store, name, [] if log is None else log
        self.stop, self.changed = asyncio.Event(), asyncio.Condition()
        self.begin: asyncio.Event | None = None
        self.error: Exception | None = None
        self.reported: list[Exception] = []
        self.lease: Lease | None = None
        self.stored: list[str] = []

    async def note(self, word: str) -> None:
        self.log.append(f"{self.name} {word}")
        async with self.changed:
            self.changed.notify_all()

    async def gained(self, lease: Lease) -> None:
        await self.note("gaining")
        if self.begin is not None:
            await self.begin.wait()
        if self.error is not None:
            raise self.error
        await self.note("gained")

    async def lost(self, lease: Lease) -> None:
        await self.note("lost")

    async def says(self, word: str, times: int = 1) -> None:
        async with self.changed, asyncio.timeout(120):
            await self.changed.wait_for(lambda: self.log.count(f"{self.name} {word}") >= times)

    def _watch(self, _name: str, lease: Lease | None) -> None:
        self.lease = lease

    @asynccontextmanager
    async def owning(self, *, seconds: float = 60, every: float = 0.1) -> AsyncIterator[None]:
        wanted = Ownership(
            name="intake/acme",
            gained=self.gained,
            lost=self.lost,
            changed=self._watch,
            failed=lambda _name, error: self.reported.append(error),
            stored=lambda error: self.stored.append("" if error is None else type(error).__name__),
        )
        task = asyncio.create_task(own(self.store, self.name, wanted, self.stop, seconds=seconds, every=every))
        yield
        self.stop.set()
        with suppress(asyncio.CancelledError):
            await task


async def test_a_dead_owner_is_replaced_within_30_seconds() -> None:
    # it dies just after a renewal, and the other has just asked
    assert SECONDS + EVERY < 30


async def test_the_first_gets_it_and_the_second_when_it_is_given_up(store: Store) -> None:
    log: list[str] = []
    first, second = Owner(store, "first", log), Owner(store, "second", log)
    async with first.owning(seconds=60):
        await first.says("gained")
        async with second.owning(seconds=60):
            await asyncio.sleep(0.3)
            assert log == ["first gaining", "first gained"]
            first.stop.set()
            await second.says("gained")
            assert log[2:] == ["first lost", "second gaining", "second gained"]
            assert first.lease is None
            assert second.lease is not None
            assert second.lease.epoch == 2
    assert log[-1] == "second lost"


async def test_it_is_kept_for_longer_than_its_length(store: Store) -> None:
    owner = Owner(store, "first")
    async with owner.owning(seconds=1.5, every=0.05):
        await owner.says("gained")
        await asyncio.sleep(3.2)
        assert owner.log == ["first gaining", "first gained"]


async def test_it_is_kept_while_gaining_takes_long(store: Store) -> None:
    owner = Owner(store, "first")
    owner.begin = asyncio.Event()
    async with owner.owning(seconds=1.5, every=0.05):
        await owner.says("gaining")
        await asyncio.sleep(3.2)
        owner.begin.set()
        await owner.says("gained")
        assert owner.log == ["first gaining", "first gained"]


async def _rob(store: Store) -> None:
    """Take the lease from whoever has it, as another process would after it expired."""
    async with store.writing() as tx:
        await tx.execute(text("UPDATE leases SET until = 0"))
        assert await take(tx, "intake/acme", "robber", 60)


@pytest.mark.parametrize("slow", [False, True])
async def test_who_lost_it_to_another_stops_and_never_both_gains_and_loses(store: Store, slow: bool) -> None:
    owner = Owner(store, "first")
    owner.begin = asyncio.Event()
    if not slow:
        owner.begin.set()
    async with owner.owning():
        await owner.says("gaining" if slow else "gained")
        await _rob(store)
        await owner.says("lost")
        assert owner.log == ["first gaining", *([] if slow else ["first gained"]), "first lost"]
        assert owner.lease is None


async def test_who_is_called_off_while_what_was_lost_still_ends_keeps_nothing_and_ends_as_well(store: Store) -> None:
    owner, begun, ending, end = Owner(store, "first"), asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def gained(_lease: Lease) -> None:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            ending.set()
            await end.wait()

    wanted = Ownership(name="intake/acme", gained=gained, lost=owner.lost)
    task = asyncio.create_task(own(store, "first", wanted, owner.stop, seconds=60, every=0.1))
    await asyncio.wait_for(begun.wait(), 120)
    await _rob(store)
    await asyncio.wait_for(ending.wait(), 120)
    task.cancel()
    await asyncio.sleep(0)
    assert not task.done()
    end.set()
    await asyncio.wait({task}, timeout=120)
    assert task.cancelled()
    assert owner.log == ["first lost"]


async def test_what_fails_to_begin_is_told_and_left_to_others(store: Store) -> None:
    log: list[str] = []
    first, second = Owner(store, "first", log), Owner(store, "second", log)
    first.error = ValueError("it can't begin")
    async with first.owning(seconds=60, every=0.3):
        await first.says("lost")
        async with second.owning(seconds=60, every=0.01):
            await second.says("gained")
    assert str(first.reported[0]) == "it can't begin"


async def test_without_a_database_the_owner_stops_before_the_lease_could_be_anothers(
    sqlite_database: str, tmp_path: Path
) -> None:
    store, other = open_store(sqlite_database), open_store(sqlite_database, alone=False)
    owner = Owner(store, "first")
    async with owner.owning(seconds=2, every=0.1):
        await owner.says("gained")
        async with other.writing() as tx:
            # nobody else can write now: renewals wait in vain
            await owner.says("lost")
            assert await take(tx, "intake/acme", "other", 2) is None
            assert owner.stored[-1] in {"TimeoutError", "UnavailableError"}
        await owner.says("gained", times=2)
        assert (owner.stored[0], owner.stored[-1]) == ("", "")
    await store.close()
    await other.close()


async def _start(database: str, name: str) -> asyncio.subprocess.Process:
    pipe = asyncio.subprocess.PIPE
    return await asyncio.create_subprocess_exec(
        sys.executable, str(PROCESS), database, name, cwd=ROOT, env={"PYTHONPATH": str(ROOT)}, stdin=pipe, stdout=pipe
    )


async def _line(process: asyncio.subprocess.Process) -> str:
    assert process.stdout is not None
    async with asyncio.timeout(120):
        return (await process.stdout.readline()).decode().strip()


async def test_a_killed_owner_is_replaced_by_the_other_process(postgresql_database: str) -> None:
    first = await _start(postgresql_database, "first")
    assert await _line(first) == "gained 1"
    second = await _start(postgresql_database, "second")
    first.send_signal(signal.SIGKILL)
    await first.wait()
    assert await _line(second) == "gained 2"
    await second.communicate(b"")


async def test_a_process_that_slept_through_its_lease_finds_it_gone(postgresql_database: str) -> None:
    first = await _start(postgresql_database, "first")
    assert await _line(first) == "gained 1"
    second = await _start(postgresql_database, "second")
    first.send_signal(signal.SIGSTOP)
    assert await _line(second) == "gained 2"
    first.send_signal(signal.SIGCONT)
    assert await _line(first) == "lost 1"
    await second.communicate(b"")
    assert await _line(first) == "gained 3"
    await first.communicate(b"")
