"""What the program does again and again: one scheduler in memory, whose ticks call what they are given.

Nothing that must happen depends on a tick: what is due stands in rows, and a tick that was missed is made up by the
next one.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

#: seconds between two looks at whether ticks still come
_LOOK = 1.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Job:
    """Something that is done again and again, and never twice at a time."""

    #: what it is, in logs and metrics
    name: str
    #: seconds between two beginnings
    every: float
    #: what is done
    work: Callable[[], Awaitable[None]]


class Jobs:
    """The jobs of a running program; how each time ended is told, and an error stops neither it nor the others."""

    def __init__(self, jobs: Sequence[Job], told: Callable[[str, Exception | None], None]) -> None:
        self._jobs = {job.name: job for job in jobs}
        self._told = told
        self._under_way: set[asyncio.Future[None]] = set()
        self._mending: asyncio.TimerHandle | None = None
        self._scheduler = AsyncIOScheduler(
            timezone=UTC, job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        )

    def start(self) -> None:
        """Begin to tick, with everything once at the start."""
        now = datetime.now(UTC)
        for job in self._jobs.values():
            trigger = IntervalTrigger(seconds=job.every, timezone=UTC)
            self._scheduler.add_job(self._tick, trigger, args=(job,), id=job.name, next_run_time=now)
        self._scheduler.start()
        self._mend()

    async def stop(self, seconds: float) -> bool:
        """Stop ticking and return whether everything under way ended in time; what didn't is called off."""
        if self._mending is not None:
            self._mending.cancel()
        if self._scheduler.running:
            # to shut it down would call off what is under way
            self._scheduler.pause()
        late = await self._wait(seconds)
        for task in late:
            task.cancel()
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)
        return not late

    async def run(self, name: str) -> None:
        """Do one job now, beside its ticks; raise what it raises."""
        await self._jobs[name].work()

    def _mend(self) -> None:
        """Bring ticks back that lie too far ahead: the scheduler goes by the machine's clock, which may be set back."""
        now = datetime.now(UTC)
        for job in self._scheduler.get_jobs():
            every = timedelta(seconds=self._jobs[job.id].every)
            if job.next_run_time is not None and job.next_run_time > now + 2 * every:
                job.modify(next_run_time=now + every)
        self._mending = asyncio.get_running_loop().call_later(_LOOK, self._mend)

    async def _wait(self, seconds: float) -> set[asyncio.Future[None]]:
        if not self._under_way:
            return set()
        return (await asyncio.wait(self._under_way, timeout=seconds))[1]

    async def _tick(self, job: Job) -> None:
        task = asyncio.ensure_future(job.work())
        self._under_way.add(task)
        try:
            # what a drain may wait for goes on when the scheduler calls its own ticks off
            await asyncio.shield(task)
        except Exception as error:  # noqa: BLE001 - whatever a job raises, the others go on, and it is tried again
            self._told(job.name, error)
        else:
            self._told(job.name, None)
        finally:
            task.add_done_callback(self._under_way.discard)
