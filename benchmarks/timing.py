"""The case about timers: how late they fire when three processes sweep and are killed again and again.

`python -m benchmarks.timing DATABASE` is one such process.
"""

import asyncio
import random
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy import text

from benchmarks.databases import new_store
from benchmarks.measure import at_share
from bot.app.clock import machine_clock
from bot.services.timing import sweep
from bot.store.engine import Store, Tx, open_store
from bot.store.timers import Timer, set_timers

_COMMUNITY, _KIND = "made", "expire"
_PROCESSES, _KILLS = 3, 8
#: seconds over which the timers fall due; the first once every process has started
_OVER, _FIRST = 12.0, 5.0
_SWEEP = 0.25


def timers(kind: str, count: int) -> dict[str, float]:
    """Return how late timers fire in ms, with kills; each fires once, or the case fails."""
    return asyncio.run(_timers(kind, count))


async def _timers(kind: str, count: int) -> dict[str, float]:
    chance = random.Random(7)
    async with new_store(kind, _COMMUNITY) as (store, _):
        async with store.writing() as tx:
            await tx.execute(text("CREATE TABLE fired (timer TEXT, late DOUBLE PRECISION)"))
            begin = datetime.now(UTC) + timedelta(seconds=_FIRST)
            due = [begin + timedelta(seconds=chance.uniform(0, _OVER)) for _ in range(count)]
            await set_timers(
                tx,
                [
                    Timer(kind=_KIND, community=_COMMUNITY, subject=str(number), due_at=at)
                    for number, at in enumerate(due)
                ],
            )
        url = store.writer.url.set(drivername=store.writer.url.get_backend_name())
        database = url.database if store.is_sqlite else url.render_as_string(hide_password=False)
        await asyncio.to_thread(_run, str(database), chance)
        async with store.reading() as tx:
            fired = (await tx.execute(text("SELECT timer, late FROM fired"))).all()
        assert len(fired) == len({timer for timer, _ in fired}) == count, f"{len(fired)} firings of {count} timers"
        late = [seconds * 1_000 for _, seconds in fired]
        return {"p50 ms": at_share(late, 0.5), "p99 ms": at_share(late, 0.99), "worst ms": max(late)}


def _run(database: str, chance: random.Random) -> None:
    """Let processes sweep until everything must have fired, and kill one every now and then."""
    running = [_start(database) for _ in range(_PROCESSES)]
    end = time.monotonic() + _FIRST + _OVER + 5
    kills = sorted(time.monotonic() + _FIRST + chance.uniform(0, _OVER) for _ in range(_KILLS))
    while time.monotonic() < end:
        if kills and kills[0] < time.monotonic():
            kills.pop(0)
            victim = running.pop(chance.randrange(len(running)))
            victim.send_signal(signal.SIGKILL)
            victim.wait()
            running.append(_start(database))
        time.sleep(0.02)
    for process in running:
        process.kill()
        process.wait()


def _start(database: str) -> "subprocess.Popen[bytes]":
    return subprocess.Popen([sys.executable, "-m", "benchmarks.timing", database])


async def _note(tx: Tx, fired: Sequence[Timer], now: datetime) -> None:
    rows = [{"timer": timer.subject, "late": (now - timer.due_at).total_seconds()} for timer in fired]
    await tx.execute(text("INSERT INTO fired (timer, late) VALUES (:timer, :late)"), rows)


async def _sweep(database: str) -> None:
    store: Store = open_store(database, alone=False)
    clock = machine_clock()
    while True:
        await sweep(store, clock, {_KIND: _note})
        await asyncio.sleep(_SWEEP)


if __name__ == "__main__":
    asyncio.run(_sweep(sys.argv[1]))
