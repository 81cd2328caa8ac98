"""The clock that everything goes by, whatever happens to the machine's."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.clock import PATIENCE, TOLERANCE, SteadyClock

START = datetime(2026, 3, 3, 12, tzinfo=UTC)


class Machine:
    """The clocks of a machine: one that people set, and one that nobody can."""

    def __init__(self) -> None:
        self.wall = START.timestamp()
        self.elapsed = 5_000.0

    def clock(self) -> SteadyClock:
        """Return a clock that goes by this machine's."""
        return SteadyClock(lambda: self.wall, lambda: self.elapsed)

    def pass_time(self, seconds: float) -> None:
        """Let time pass."""
        self.wall += seconds
        self.elapsed += seconds


def _run(machine: Machine, clock: SteadyClock, seconds: int) -> datetime:
    for _ in range(seconds):
        machine.pass_time(1)
        clock.now()
    return clock.now()


def _off(clock: SteadyClock, seconds: float) -> timedelta:
    return abs(clock.now() - START - timedelta(seconds=seconds))


def test_it_shows_the_time() -> None:
    machine = Machine()
    clock = machine.clock()
    assert clock.now() == START
    machine.pass_time(3_600)
    assert _off(clock, 3_600) < timedelta(milliseconds=1)
    assert clock.drift == pytest.approx(0)


@pytest.mark.parametrize("jump", [600, -600, 3_600, -86_400])
def test_a_jump_that_is_mended_within_a_quarter_of_an_hour_shows_nowhere_but_in_the_drift(jump: int) -> None:
    machine = Machine()
    clock = machine.clock()
    machine.wall += jump
    _run(machine, clock, 14 * 60)
    assert _off(clock, 14 * 60) < timedelta(milliseconds=1)
    assert clock.drift == pytest.approx(jump)
    machine.wall -= jump
    _run(machine, clock, 3_600)
    assert _off(clock, 14 * 60 + 3_600) < timedelta(milliseconds=1)


def test_a_clock_that_jumps_to_and_fro_is_not_believed() -> None:
    machine = Machine()
    clock = machine.clock()
    for round_ in range(1, 13):
        machine.wall += 600 if round_ % 2 else -1_200
        _run(machine, clock, 600)
        machine.wall += 0 if round_ % 2 else 600
        assert _off(clock, 600 * round_) < timedelta(milliseconds=1)


def test_a_jump_ahead_that_lasts_is_taken_over() -> None:
    machine = Machine()
    clock = machine.clock()
    machine.wall += 600
    _run(machine, clock, 16 * 60)
    assert _off(clock, 16 * 60 + 600) < timedelta(milliseconds=1)


def test_a_jump_back_that_lasts_is_caught_up_with_at_half_speed() -> None:
    machine = Machine()
    clock = machine.clock()
    machine.wall -= 600
    ahead = _run(machine, clock, 16 * 60)
    assert clock.drift < -TOLERANCE
    later = _run(machine, clock, 60)
    assert timedelta(seconds=29) < later - ahead < timedelta(seconds=31)
    _run(machine, clock, 20 * 60)
    assert clock.drift == pytest.approx(0)


def test_small_corrections_are_followed_at_once() -> None:
    machine = Machine()
    clock = machine.clock()
    machine.wall += 0.5
    assert clock.now() == START + timedelta(seconds=0.5)
    machine.wall -= 0.5
    machine.pass_time(10)
    assert _off(clock, 10) < timedelta(milliseconds=1)


#: seconds that pass, and by how many the machine's clock is set meanwhile
_HAPPENINGS = st.lists(st.tuples(st.floats(0, 400), st.sampled_from([0, 0, 0, 600, -600, 0.3, -0.3, 90_000, -90_000])))


@given(_HAPPENINGS)
def test_it_never_runs_back_and_never_slower_than_half(happenings: list[tuple[float, float]]) -> None:
    machine = Machine()
    clock = machine.clock()
    before = clock.now()
    for seconds, jump in happenings:
        machine.pass_time(seconds)
        machine.wall += jump
        now = clock.now()
        assert now - before >= timedelta(seconds=seconds / 2) - timedelta(microseconds=2)
        before = now


@given(_HAPPENINGS)
def test_it_is_never_ahead_of_all_that_the_machine_showed_for_long(happenings: list[tuple[float, float]]) -> None:
    machine = Machine()
    clock = machine.clock()
    for seconds, jump in happenings:
        machine.pass_time(seconds)
        machine.wall += jump
        clock.now()
    # once the machine's clock is left alone, the time shown becomes its time
    _run(machine, clock, int(PATIENCE) + 1)
    for _ in range(40):
        machine.pass_time(36_000)
        clock.now()
    assert clock.now().timestamp() == pytest.approx(machine.wall, abs=TOLERANCE)


@given(st.lists(st.tuples(st.floats(0, 60), st.sampled_from([600.0, -600.0]), st.floats(0, 14 * 60))))
def test_jumps_that_are_mended_in_time_end_nothing_early(jumps: list[tuple[float, float, float]]) -> None:
    machine = Machine()
    clock = machine.clock()
    passed = 0.0
    for quiet, jump, lasting in jumps:
        machine.pass_time(quiet)
        clock.now()
        machine.wall += jump
        clock.now()
        machine.pass_time(lasting)
        clock.now()
        machine.wall -= jump
        passed += quiet + lasting
        assert _off(clock, passed) < timedelta(milliseconds=1)
