"""Marks are contiguous: they stand still while something may have been missed, and never move back."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.gap import (
    ALLOWANCE,
    EVER,
    Gap,
    GapCause,
    GapState,
    Mark,
    before,
    bounded,
    closed,
    judged,
    later,
    lost,
    put_off,
    read_on,
    settled,
)

NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)
LAST = datetime.max.replace(tzinfo=UTC)

_times = st.datetimes(timezones=st.just(UTC))
_marks = st.tuples(_times, _times).map(lambda pair: Mark(mark=min(pair), newest=max(pair)))


def gap(**fields: object) -> Gap:
    """Return an open gap of an hour."""
    given: dict[str, object] = {
        "id": "g",
        "channel": 1,
        "after": NOON,
        "until": NOON + timedelta(hours=1),
        "read_until": NOON,
        "cause": GapCause.RESTART,
        "opened_at": NOON,
        "due_at": NOON,
    }
    return Gap(**{**given, **fields})  # type: ignore[arg-type]  # tests give what they mean


@given(mark=_marks, at=_times)
def test_while_a_gap_is_open_the_mark_stands_still(mark: Mark, at: datetime) -> None:
    assert judged(mark, at, has_gap=True).mark == mark.mark
    assert judged(mark, at, has_gap=True).newest == max(mark.newest, at)


@given(mark=_marks, at=_times)
def test_without_a_gap_the_mark_is_the_newest_judged(mark: Mark, at: datetime) -> None:
    moved = judged(mark, at, has_gap=False)
    assert moved.mark == moved.newest == max(mark.newest, at)


@given(mark=_marks, steps=st.lists(st.tuples(_times, st.booleans())))
def test_no_mark_ever_moves_back_or_passes_the_newest(mark: Mark, steps: list[tuple[datetime, bool]]) -> None:
    for at, has_gap in steps:
        moved = judged(mark, at, has_gap=has_gap)
        assert mark.mark <= moved.mark <= moved.newest
        assert mark.newest <= moved.newest
        mark = moved


@given(mark=_marks)
def test_the_last_gap_that_ends_lets_the_mark_move_on(mark: Mark) -> None:
    assert settled(mark, [gap()]) == mark
    for ended in ([], [closed(gap(), NOON)], [lost(gap(), "gone", NOON)]):
        assert settled(mark, ended) == Mark(mark=mark.newest, newest=mark.newest)


@given(at=_times, now=_times)
def test_no_time_lies_further_ahead_than_clocks_may_differ(at: datetime, now: datetime) -> None:
    assert bounded(at, now) <= later(now, ALLOWANCE)
    assert bounded(at, now) == at or at > later(now, ALLOWANCE)


@pytest.mark.parametrize("at", [EVER, LAST, NOON])
def test_times_at_the_ends_of_the_calendar_stay_in_it(at: datetime) -> None:
    assert EVER <= before(at) <= later(at, ALLOWANCE) <= LAST


def test_a_gap_is_due_once_it_has_an_end_and_isnt_put_off() -> None:
    assert gap().is_due(NOON)
    assert not gap(until=None).is_due(NOON)
    assert not put_off(gap(), NOON + ALLOWANCE).is_due(NOON)
    assert put_off(gap(), NOON + ALLOWANCE).is_due(NOON + ALLOWANCE)
    assert not closed(gap(), NOON).is_due(NOON)


def test_what_was_read_stays_read() -> None:
    assert read_on(read_on(gap(), NOON + ALLOWANCE), NOON).read_until == NOON + ALLOWANCE


def test_a_lost_gap_says_why() -> None:
    given_up = lost(gap(), "channel_gone", NOON)
    assert (given_up.state, given_up.reason, given_up.closed_at) == (GapState.LOST, "channel_gone", NOON)
