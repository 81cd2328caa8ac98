"""When recurring timers are due, in the two odd nights of the year as in all others."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.store.errors import BadRecurrenceError
from bot.store.recurrence import check_recurrence, next_time

BERLIN = "Europe/Berlin"
ZONES = [BERLIN, "America/New_York", "Australia/Lord_Howe", "Pacific/Auckland", "America/Sao_Paulo", "UTC",
         "Africa/Casablanca", "Asia/Kathmandu"]  # fmt: skip


def times(cron: str, zone: str, after: str, count: int) -> list[str]:
    at, found = datetime.fromisoformat(after), []
    for _ in range(count):
        at = next_time(cron, zone, at)
        found.append(at.strftime("%d %H:%M"))
    return found


@pytest.mark.parametrize(
    ("cron", "zone", "after", "expected"),
    [
        # clocks leap from 02:00 to 03:00 on 29 March 2026, at 01:00 UTC
        ("30 2 * * *", BERLIN, "2026-03-28T00:00Z", ["28 01:30", "29 01:30", "30 00:30"]),
        ("0 2 * * *", BERLIN, "2026-03-28T12:00Z", ["29 01:00", "30 00:00"]),
        ("0 3 * * *", BERLIN, "2026-03-28T12:00Z", ["29 01:00", "30 01:00"]),
        ("0 * * * *", BERLIN, "2026-03-28T23:30Z", ["29 00:00", "29 01:00", "29 02:00"]),
        ("*/30 * * * *", BERLIN, "2026-03-29T00:10Z", ["29 00:30", "29 01:00", "29 01:30"]),
        ("30 */2 * * *", BERLIN, "2026-03-28T23:45Z", ["29 02:30", "29 04:30"]),
        # a Monday's first minute, looked for from before the leap
        ("0 0 * * 1", BERLIN, "2026-03-28T03:00Z", ["29 22:00", "05 22:00"]),
        # they go back from 03:00 to 02:00 on 25 October 2026, at 01:00 UTC
        ("30 2 * * *", BERLIN, "2026-10-24T00:00Z", ["24 00:30", "25 00:30", "26 01:30"]),
        ("*/20 2 * * *", BERLIN, "2026-10-24T22:00Z", ["25 00:00", "25 00:20", "25 00:40", "26 01:00"]),
        ("0 * * * *", BERLIN, "2026-10-24T23:30Z", ["25 00:00", "25 01:00", "25 02:00"]),
        ("*/30 * * * *", BERLIN, "2026-10-25T00:00Z", ["25 00:30", "25 01:00", "25 01:30", "25 02:00"]),
        # set in the second of the two hours: today's has passed
        ("30 2 * * *", BERLIN, "2026-10-25T01:10Z", ["26 01:30"]),
        # half an hour of summer time
        ("15 2 * * *", "Australia/Lord_Howe", "2026-10-03T00:00Z", ["03 15:45", "04 15:15"]),
        # no summer time at all
        ("30 2 * * *", "Asia/Kathmandu", "2026-03-28T00:00Z", ["28 20:45", "29 20:45"]),
    ],
)
def test_both_odd_nights_are_right(cron: str, zone: str, after: str, expected: list[str]) -> None:
    assert times(cron, zone, after, len(expected)) == expected


@given(
    st.sampled_from(ZONES),
    st.integers(0, 23),
    st.integers(0, 59),
    st.datetimes(datetime(2020, 1, 1), datetime(2036, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - hypothesis asks
)
def test_a_fixed_hour_fires_once_on_every_local_day(zone: str, hour: int, minute: int, start: datetime) -> None:
    at, days = start, []
    for _ in range(370):
        at = next_time(f"{minute} {hour} * * *", zone, at)
        days.append(at.astimezone(ZoneInfo(zone)).date())
    assert all(after - before == timedelta(days=1) for before, after in pairwise(days))


@given(
    st.sampled_from(ZONES),
    st.sampled_from([1, 5, 10, 15, 30]),
    st.datetimes(datetime(2020, 1, 1), datetime(2036, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - likewise
)
def test_every_few_minutes_are_the_same_minutes_in_any_night(zone: str, minutes: int, start: datetime) -> None:
    at = next_time(f"*/{minutes} * * * *", zone, start)
    for _ in range(200):
        following = next_time(f"*/{minutes} * * * *", zone, at)
        assert following - at == timedelta(minutes=minutes)
        at = following


@given(
    st.sampled_from(ZONES),
    st.sampled_from(["7 * * * *", "30 2 * * *", "0 0 1 * *", "15 */3 * * 0", "0 12 * * mon-fri", "5 4 29 2 *"]),
    st.datetimes(datetime(2020, 1, 1), datetime(2036, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - likewise
)
def test_the_next_time_lies_ahead_and_nothing_between_is_skipped(zone: str, cron: str, start: datetime) -> None:
    at = next_time(cron, zone, start)
    assert start < at
    middle = start + (at - start) / 2
    assert next_time(cron, zone, middle) == at


@pytest.mark.parametrize(
    ("cron", "days"),
    [
        ("0 12 * * 0", "Sun"),
        ("0 12 * * 7", "Sun"),
        ("0 12 * * 1", "Mon"),
        ("0 12 * * 5-7", "Fri Sat Sun"),
        ("0 12 * * sat-mon", "Sat Sun Mon"),
        ("0 12 * * 0-7", "Mon Tue Wed Thu Fri Sat Sun"),
        ("0 12 * * */2", "Tue Thu Sat Sun"),
        ("0 12 * * MON-FRI/2,sun", "Mon Wed Fri Sun"),
    ],
)
def test_weekdays_count_from_sunday(cron: str, days: str) -> None:
    at, found = datetime(2026, 3, 1, 23, tzinfo=UTC), set()
    for _ in range(14):
        at = next_time(cron, "UTC", at)
        found.add(at.strftime("%a"))
    assert found == set(days.split())


@pytest.mark.parametrize(
    "cron",
    ["", "* * * *", "60 * * * *", "* 24 * * *", "* * 0 * *", "* * * 13 *", "* * * * 8", "* * * * mon-", "5-1 * * * *",
     "*/0 * * * *", "1,,2 * * * *", "0 0 31 2 *", "0 0 1 * 1", "0 0 last * *", "0 0 * foo *", "0 0 * * 2nd", "@daily",
     "0 0 * * */0"],
)  # fmt: skip
def test_what_is_no_cron_or_never_comes_is_refused(cron: str) -> None:
    with pytest.raises(BadRecurrenceError):
        check_recurrence(cron, BERLIN)


@pytest.mark.parametrize("zone", ["", "Europe", "Europe/Atlantis", "../../etc/passwd", "/etc/localtime", "x\0y"])
def test_a_zone_that_is_none_is_refused(zone: str) -> None:
    with pytest.raises(BadRecurrenceError, match="time zone"):
        check_recurrence("0 0 * * *", zone)


@given(st.text(max_size=30), st.text(max_size=12))
def test_rubbish_is_refused_in_our_own_words(cron: str, zone: str) -> None:
    try:
        check_recurrence(cron, zone)
    except BadRecurrenceError as error:
        assert str(error)  # noqa: PT017 - whatever else is raised fails the test
