"""Slack's `ts` is a time to the microsecond, and an id that is kept as it was written."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.slack.times import moment_of, time_of, ts_of

TIMES = st.datetimes(
    min_value=datetime(1970, 1, 1), max_value=datetime(9999, 12, 31), timezones=st.just(UTC)  # noqa: DTZ001
)  # fmt: skip


@given(TIMES)
def test_a_time_written_and_read_is_the_same_to_the_microsecond(at: datetime) -> None:
    assert time_of(ts_of(at)) == at


@given(TIMES, TIMES)
def test_later_is_later_and_ids_of_our_age_are_in_their_order(one: datetime, other: datetime) -> None:
    assert ((time_of(ts_of(one)) or one) < (time_of(ts_of(other)) or other)) is (one < other)


def test_a_ts_is_read_exactly() -> None:
    assert time_of("1704067200.000100") == datetime(2024, 1, 1, 0, 0, 0, 100, tzinfo=UTC)
    assert time_of("1704067200") == datetime(2024, 1, 1, tzinfo=UTC)
    assert time_of("1704067200.5") == datetime(2024, 1, 1, tzinfo=UTC) + timedelta(milliseconds=500)


@pytest.mark.parametrize("ts", [
    "", "soon", "-1.0", "1.0000001", "1.0.0", "1e9", "nan", "١.0", " 1.0", "1.0\n", "9" * 12, "9" * 40, None, 1.5, True,
    ["1.0"],
])  # fmt: skip
def test_what_is_no_ts_is_no_time(ts: object) -> None:
    assert time_of(ts) is None


@pytest.mark.parametrize(("seconds", "at"), [
    (1704067200, datetime(2024, 1, 1, tzinfo=UTC)), (0, None), (-1, None), (True, None), ("1704067200", None),
    (1e300, None), (10**30, None), (None, None),
])  # fmt: skip
def test_whole_seconds_are_a_time_and_anything_else_is_none(seconds: object, at: datetime | None) -> None:
    assert moment_of(seconds) == at
