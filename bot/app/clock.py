"""The program's one clock: the machine's clocks, steadied."""

import time
from collections.abc import Callable

from bot.domain.clock import SteadyClock


def _elapsed() -> float:
    """Return seconds that the machine has been up; where the system counts it, sleep included."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


def machine_clock() -> SteadyClock:
    """Return a clock that follows this machine, and that a jump of its time of day doesn't throw off."""
    return SteadyClock(time.time, _elapsed)


def drift_of(clock: SteadyClock) -> Callable[[], float]:
    """Return what says by how many seconds the machine's clock is ahead right now."""

    def drift() -> float:
        clock.now()
        return clock.drift

    return drift
