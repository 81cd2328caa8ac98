"""Days are gathered into buckets that fit a chart."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from bot.services.replay.series import Grain, series
from bot.services.replay.tally import Share


def days(*dates: str) -> dict[int, Share]:
    return {date.fromisoformat(day).toordinal(): Share(messages=10, flagged=1) for day in dates}


def test_no_days_make_no_buckets() -> None:
    assert series({}, 31) == (Grain.DAY, ())


def test_a_month_is_shown_day_by_day_with_the_empty_days() -> None:
    grain, buckets = series(days("2026-03-01", "2026-03-31"), 31)
    assert (grain, len(buckets), buckets[1].messages) == (Grain.DAY, 31, 0)


def test_half_a_year_is_shown_by_weeks_from_mondays() -> None:
    grain, buckets = series(days("2026-01-01", "2026-06-30"), 31)
    assert grain is Grain.WEEK
    assert {bucket.start.weekday() for bucket in buckets} == {0}


def test_two_years_are_shown_by_months() -> None:
    grain, buckets = series(days("2024-05-03", "2026-04-30"), 31)
    assert (grain, len(buckets)) == (Grain.MONTH, 24)


def test_decades_are_shown_by_years() -> None:
    grain, buckets = series(days("1999-05-03", "2026-04-30"), 31)
    assert (grain, len(buckets)) == (Grain.YEAR, 28)


def test_the_whole_calendar_is_cut_to_the_latest_years_with_messages() -> None:
    grain, buckets = series(days("0001-01-01", "2026-04-30", "9999-12-31"), 2)
    assert (grain, [bucket.start.year for bucket in buckets]) == (Grain.YEAR, [2026, 9999])


@given(st.dictionaries(st.integers(1, date.max.toordinal()), st.integers(1, 9), min_size=1, max_size=30))
def test_buckets_are_ordered_never_too_many_and_lose_nothing_unless_cut(counts: dict[int, int]) -> None:
    grain, buckets = series({day: Share(messages=count) for day, count in counts.items()}, 40)
    assert list(buckets) == sorted(buckets, key=lambda bucket: bucket.start)
    assert len(buckets) <= 40
    years = {date.fromordinal(day).year for day in counts}
    if grain is not Grain.YEAR or max(years) - min(years) < 40:
        assert sum(bucket.messages for bucket in buckets) == sum(counts.values())
