"""A clock that a machine's clock can't throw off: it follows elapsed time, and believes a jump only when it lasts."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

#: seconds for which a jump must last until it is taken over
PATIENCE = 15 * 60.0
#: seconds by which the machine's clock may be corrected without that being a jump
TOLERANCE = 1.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Steady:
    """What the clock knows after a reading; all in seconds."""

    #: the time shown, since 1970
    shown: float
    #: elapsed time at that reading, since whenever
    elapsed: float
    #: what to add to elapsed time to get the time
    offset: float
    #: the same by a machine's clock that has jumped; absent while it hasn't
    jumped: float | None = None
    #: elapsed time when the jump was first seen
    since: float = 0.0
    #: how far the machine's clock is ahead of what is shown
    drift: float = 0.0


def started(wall: float, elapsed: float) -> Steady:
    """Return the first reading: at its start a program has nothing but the machine's clock to go by."""
    return Steady(shown=wall, elapsed=elapsed, offset=wall - elapsed)


def steady(before: Steady, wall: float, elapsed: float) -> Steady:
    """Return the next reading.

    It moves with elapsed time, and with small corrections of the machine's clock. A jump is taken over once it has
    lasted for `PATIENCE`; until then a clock that is ten minutes off ends nothing early. It never runs back: where it
    turns out to be ahead, it goes at half speed until the time has caught up.
    """
    elapsed = max(elapsed, before.elapsed)
    now = _believed(before, wall - elapsed, elapsed)
    shown = max(now.offset + elapsed, before.shown + (elapsed - before.elapsed) / 2)
    return replace(now, shown=shown, elapsed=elapsed, drift=wall - shown)


def _believed(before: Steady, offset: float, elapsed: float) -> Steady:
    """Return which offset to go by, and which one is on trial."""
    if abs(offset - before.offset) <= TOLERANCE:
        return replace(before, offset=offset, jumped=None)
    if before.jumped is None or abs(offset - before.jumped) > TOLERANCE:
        return replace(before, jumped=offset, since=elapsed)
    if elapsed - before.since < PATIENCE:
        return replace(before, jumped=offset)
    return replace(before, offset=offset, jumped=None)


class SteadyClock:
    """Answers to the port Clock with the machine's clocks, steadied."""

    def __init__(self, wall: Callable[[], float], elapsed: Callable[[], float]) -> None:
        self._wall = wall
        self._elapsed = elapsed
        self._state = started(wall(), elapsed())

    def now(self) -> datetime:
        """Return the time, UTC; it never runs back."""
        self._state = steady(self._state, self._wall(), self._elapsed())
        return datetime.fromtimestamp(self._state.shown, UTC)

    @property
    def drift(self) -> float:
        """By how many seconds the machine's clock was ahead at the last reading; more than a moment is worth a look."""
        return self._state.drift
