"""The sweep: what is due fires once, whatever is killed and whatever a handler raises."""

import asyncio
import random
import signal
import sys
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from bot.services.timing import ATTEMPTS, BATCH, Handler, Swept, sweep
from bot.store.engine import Store, Tx, open_store
from bot.store.errors import OwnershipLostError, UnavailableError
from bot.store.migrate import migrate
from bot.store.timers import Timer, recurring, set_timers, timers_seen
from tests.fakes.clock import START, FakeClock

ROOT = Path(__file__).parents[2]
PROCESS = Path(__file__).with_name("timing_process.py")
SECOND = timedelta(seconds=1)


def timer(subject: str, *, kind: str = "expire", community: str = "acme", due_at: datetime = START) -> Timer:
    return Timer(kind=kind, community=community, subject=subject, due_at=due_at)


async def put(store: Store, *wanted: Timer) -> None:
    async with store.writing() as tx:
        await set_timers(tx, wanted)


class Noting:
    """A handler that notes what it was called with, and raises for the subjects it can't bear."""

    def __init__(self, *poison: str, error: type[Exception] = ValueError) -> None:
        self.poison, self.error = set(poison), error
        self.calls: list[list[str]] = []

    async def __call__(self, tx: Tx, timers: Sequence[Timer], now: datetime) -> None:
        subjects = [timer.subject for timer in timers]
        if self.poison & set(subjects):
            raise self.error
        self.calls.append(subjects)

    @property
    def fired(self) -> list[str]:
        return [subject for call in self.calls for subject in call]


async def test_due_timers_of_one_kind_and_community_come_to_their_handler_together(store: Store) -> None:
    await put(
        store,
        *(timer(name) for name in "abc"),
        timer("later", due_at=START + SECOND),
        timer("p", kind="page"),
        timer("x", community="other", due_at=START - SECOND),
    )
    clock, expire, page = FakeClock(), Noting(), Noting()
    swept = await sweep(store, clock, {"expire": expire, "page": page})
    assert sorted(map(sorted, expire.calls)) == [["a", "b", "c"], ["x"]]
    assert page.calls == [["p"]]
    assert sorted(fired.late for fired in swept.fired) == [0, 0, 0, 0, 1]
    clock.move(SECOND)
    await sweep(store, clock, {"expire": expire, "page": page})
    assert expire.calls[-1] == ["later"]


async def test_what_a_handler_stores_and_the_firing_are_one(store: Store) -> None:
    async def half_way(tx: Tx, timers: Sequence[Timer], now: datetime) -> None:
        await set_timers(tx, [timer("followed", kind="page")])
        raise ValueError

    await put(store, timer("a"))
    pages = Noting()
    swept = await sweep(store, FakeClock(), {"expire": half_way, "page": pages})
    await sweep(store, FakeClock(), {"expire": half_way, "page": pages})
    assert [failure.dead for failure in swept.failed] == [False]
    assert pages.calls == []


async def test_a_handler_may_set_its_own_timer_anew(store: Store) -> None:
    async def again(tx: Tx, timers: Sequence[Timer], now: datetime) -> None:
        await set_timers(tx, [timer("a", due_at=now + SECOND)])

    await put(store, timer("a"))
    clock = FakeClock()
    for _ in range(3):
        assert len((await sweep(store, clock, {"expire": again})).fired) == 1
        assert not (await sweep(store, clock, {"expire": again})).fired
        clock.move(SECOND)


async def test_a_handler_that_sets_itself_for_now_for_ever_ends_all_the_same(store: Store) -> None:
    async def again(tx: Tx, timers: Sequence[Timer], now: datetime) -> None:
        await set_timers(tx, [timer(one.subject, due_at=now) for one in timers])

    await put(store, *(timer(str(number)) for number in range(BATCH)))
    assert len((await sweep(store, FakeClock(), {"expire": again})).fired) >= BATCH


@given(poison=st.sets(st.integers(0, 40), max_size=5))
@settings(max_examples=10)
def test_whichever_timers_fail_all_others_fire(poison: set[int], tmp_path_factory: pytest.TempPathFactory) -> None:
    async def law() -> None:
        store = open_store(str(tmp_path_factory.mktemp("law") / "locum.sqlite"))
        await migrate(store)
        await put(store, *(timer(str(number)) for number in range(41)))
        handler = Noting(*map(str, poison))
        swept = await sweep(store, FakeClock(), {"expire": handler})
        assert sorted(map(int, handler.fired)) == sorted(set(range(41)) - poison)
        assert len(swept.failed) == len(poison)
        await store.close()

    asyncio.run(law())


async def test_a_failing_timer_waits_longer_each_time_and_is_given_up_visibly(store: Store) -> None:
    await put(store, timer("bad"), timer("good"))
    clock, handler = FakeClock(), Noting("bad")
    swept = await sweep(store, clock, {"expire": handler})
    assert handler.fired == ["good"]
    waits = [0.0]
    while not swept.failed[0].dead:
        moved = clock.now()
        swept = Swept()
        while not swept.failed:
            clock.move(SECOND)
            swept = await sweep(store, clock, {"expire": handler})
        waits.append((clock.now() - moved).total_seconds())
    assert waits == sorted(waits)
    assert len(waits) == ATTEMPTS
    assert isinstance(swept.failed[0].error, ValueError)
    clock.move(timedelta(days=30))
    assert await sweep(store, clock, {"expire": handler}) == Swept()
    async with store.reading() as tx:
        assert (await timers_seen(tx, clock.now())).dead == 1


async def test_a_recurring_timer_whose_handler_recovers_fires_once_for_all_it_missed(store: Store) -> None:
    await put(store, recurring("expire", cron="*/5 * * * *", zone="UTC", after=START, subject="r", community="acme"))
    clock, handler = FakeClock(), Noting("r")
    clock.move(timedelta(minutes=5))
    assert (await sweep(store, clock, {"expire": handler})).failed
    handler.poison.clear()
    clock.move(timedelta(minutes=12))
    assert [fired.late for fired in (await sweep(store, clock, {"expire": handler})).fired] == [12 * 60]
    assert handler.fired == ["r"]


@pytest.mark.parametrize("error", [UnavailableError, OwnershipLostError])
async def test_what_is_no_fault_of_a_timer_is_not_held_against_it(store: Store, error: type[Exception]) -> None:
    await put(store, timer("a"), timer("b"))
    failing = {"expire": Noting("a", error=error)}
    for _ in range(ATTEMPTS + 1):
        try:
            await sweep(store, FakeClock(), failing)
        except UnavailableError:
            assert error is UnavailableError
    handler = Noting()
    await sweep(store, FakeClock(), {"expire": handler})
    assert sorted(handler.fired) == ["a", "b"]


async def test_a_handler_that_never_returns_is_stopped(store: Store) -> None:
    async def hang(tx: Tx, timers: Sequence[Timer], now: datetime) -> None:
        await asyncio.Event().wait()

    await put(store, timer("a"), timer("p", kind="page"))
    page = Noting()
    handlers: dict[str, Handler] = {"expire": hang, "page": page}
    swept = await sweep(store, FakeClock(), handlers, patience=0.01)
    assert [type(failure.error).__name__ for failure in swept.failed] == ["FiringTooLongError"]
    assert page.fired == ["p"]


async def test_a_corrupted_row_fails_alone(store: Store) -> None:
    await put(store, *(timer(name) for name in "abc"))
    async with store.writing() as tx:
        await tx.execute(text("UPDATE timers SET cron = 'broken', zone = 'UTC' WHERE subject = 'a'"))
        await tx.execute(text("UPDATE timers SET details = '{' WHERE subject = 'b'"))
    handler = Noting()
    swept = await sweep(store, FakeClock(), {"expire": handler})
    assert handler.fired == ["c"]
    assert len(swept.failed) == 2


async def test_a_kind_that_nobody_knows_is_named_and_left_for_who_does(store: Store) -> None:
    await put(store, timer("a"), timer("n", kind="newer"))
    handler = Noting()
    assert (await sweep(store, FakeClock(), {"expire": handler})).strange == {"newer"}
    assert (await sweep(store, FakeClock(), {"newer": handler})).fired
    assert handler.fired == ["a", "n"]


async def test_a_clock_that_leaps_back_fires_nothing_twice(store: Store) -> None:
    await put(store, timer("a"), recurring("page", cron="0 * * * *", zone="UTC", after=START, community="acme"))
    clock, handler = FakeClock(), Noting()
    clock.move(timedelta(hours=1))
    for leap in (0, -10, 10):
        clock.jump(timedelta(minutes=leap))
        await sweep(store, clock, {"expire": handler, "page": handler})
    assert sorted(handler.fired) == ["", "a"]


async def _start(database: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable, str(PROCESS), database, cwd=ROOT, env={"PYTHONPATH": str(ROOT)}
    )


async def _fired(store: Store) -> "Counter[str]":
    async with store.reading() as tx:
        return Counter((await tx.execute(text("SELECT timer FROM fired"))).scalars())


async def test_2000_timers_with_three_processes_and_kills_fire_once_each(database: str, store: Store) -> None:
    async with store.writing() as tx:
        await tx.execute(text("CREATE TABLE fired (timer TEXT NOT NULL, late FLOAT NOT NULL)"))
    chance, begin = random.Random(7), datetime.now(UTC)
    wanted = [
        timer(str(number), kind=chance.choice(["expire", "page"]), community=chance.choice(["acme", "other"]),
              due_at=begin + chance.random() * 4 * SECOND)
        for number in range(2000)
    ]  # fmt: skip
    await put(store, *wanted)
    processes = [await _start(database) for _ in range(3)]
    fired: Counter[str] = Counter()
    async with asyncio.timeout(120):
        while len(fired) < len(wanted):
            known = len(fired)
            # to start takes a while: were somebody killed before anything more was fired, nobody might ever fire it
            while len(fired) == known:
                await asyncio.sleep(0.5)
                fired = await _fired(store)
            victim = chance.randrange(3)
            processes[victim].send_signal(signal.SIGKILL)
            assert await processes[victim].wait() == -signal.SIGKILL
            processes[victim] = await _start(database)
    for process in processes:
        process.kill()
        await process.wait()
    fired = await _fired(store)
    async with store.reading() as tx:
        assert (await timers_seen(tx, datetime.now(UTC))).late == 0
    assert fired == Counter(dict.fromkeys((one.subject for one in wanted), 1))
