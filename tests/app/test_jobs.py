"""What is done again and again, and what an error, a long job and a clock set back do to it."""

import asyncio
from datetime import UTC, datetime, timedelta

from bot.jobs import Job, Jobs


class Work:
    """Work that counts how often it was begun and can be told to fail or to take long."""

    def __init__(self) -> None:
        self.begun, self.ended, self.at_once, self.most = 0, 0, 0, 0
        self.error: Exception | None = None
        self.go_on = asyncio.Event()
        self.go_on.set()
        self.changed = asyncio.Condition()

    async def __call__(self) -> None:
        self.begun += 1
        self.at_once += 1
        self.most = max(self.most, self.at_once)
        async with self.changed:
            self.changed.notify_all()
        try:
            if self.error is not None:
                raise self.error
            await self.go_on.wait()
            self.ended += 1
        finally:
            self.at_once -= 1

    async def times(self, count: int) -> None:
        async with self.changed, asyncio.timeout(120):
            await self.changed.wait_for(lambda: self.begun >= count)


def job(name: str, work: Work, every: float = 0.01) -> Job:
    return Job(name=name, every=every, work=work)


async def test_jobs_are_done_at_once_and_again_and_again() -> None:
    often, seldom = Work(), Work()
    jobs = Jobs([job("often", often), job("seldom", seldom, 3600)], lambda _name, _error: None)
    jobs.start()
    await often.times(5)
    await seldom.times(1)
    assert await jobs.stop(120)
    assert seldom.begun == 1


async def test_an_error_is_told_and_stops_nothing() -> None:
    bad, good, told = Work(), Work(), list[tuple[str, Exception | None]]()
    bad.error = ValueError("secret")
    jobs = Jobs([job("bad", bad), job("good", good)], lambda name, error: told.append((name, error)))
    jobs.start()
    await bad.times(3)
    await good.times(3)
    await jobs.stop(120)
    assert {error for name, error in told if name == "bad"} == {bad.error}
    assert {error for name, error in told if name == "good"} == {None}


async def test_a_job_never_runs_beside_itself() -> None:
    slow, other = Work(), Work()
    slow.go_on.clear()
    jobs = Jobs([job("slow", slow), job("other", other)], lambda _name, _error: None)
    jobs.start()
    await other.times(10)
    assert slow.begun == 1
    slow.go_on.set()
    await slow.times(2)
    await jobs.stop(120)
    assert slow.most == 1


async def test_a_stop_lets_what_is_under_way_end() -> None:
    work = Work()
    work.go_on.clear()
    jobs = Jobs([job("work", work)], lambda _name, _error: None)
    jobs.start()
    await work.times(1)
    stopping = asyncio.create_task(jobs.stop(120))
    await asyncio.sleep(0.05)
    work.go_on.set()
    assert await stopping
    assert (work.begun, work.ended) == (1, 1)


async def test_a_stop_calls_off_what_takes_too_long() -> None:
    work = Work()
    work.go_on.clear()
    jobs = Jobs([job("work", work)], lambda _name, _error: None)
    jobs.start()
    await work.times(1)
    assert not await jobs.stop(0.01)
    await asyncio.sleep(0.01)
    assert (work.at_once, work.ended) == (0, 0)


async def test_a_job_that_was_never_started_stops_too() -> None:
    assert await Jobs([], lambda _name, _error: None).stop(1)


async def test_ticks_come_back_when_the_machines_clock_was_set_back() -> None:
    work = Work()
    jobs = Jobs([job("work", work)], lambda _name, _error: None)
    jobs.start()
    await work.times(1)
    # what a clock that is set back by ten minutes leaves behind
    jobs._scheduler.get_job("work").modify(next_run_time=datetime.now(UTC) + timedelta(minutes=10))
    await work.times(work.begun + 3)
    await jobs.stop(120)
