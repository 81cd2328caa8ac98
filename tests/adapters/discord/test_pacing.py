"""Paces: so many in a window as Discord is known to allow, and from its first answer on as many as it says."""

from hypothesis import given
from hypothesis import strategies as st

from adapters.discord.pacing import FEW, MORE, WITHIN, Pace, Paces, asked_at, hear, pace_of

#: seconds that pass, and perhaps what Discord says then: how many it lets through, how many are left, until when
_Step = tuple[float, tuple[int, int, float] | None]
said = st.none() | st.tuples(st.integers(-9, 99), st.integers(-9, 99), st.floats())


def told(limit: str, left: str, after: str) -> dict[str, str]:
    return {"X-RateLimit-Limit": limit, "X-RateLimit-Remaining": left, "X-RateLimit-Reset-After": after}


def granted(pace: Pace, now: float, tries: int = 60) -> int:
    return sum(pace.wait(now) == 0 for _ in range(tries))


def test_before_discord_said_anything_few_are_asked_for_in_a_window() -> None:
    pace = Pace(most=MORE)
    assert granted(pace, 100) == MORE
    assert granted(pace, 100 + WITHIN - 0.1) == 0
    assert granted(pace, 100 + WITHIN) == MORE


def test_what_discord_says_of_a_window_counts_from_then_on() -> None:
    pace = Pace(most=MORE)
    assert pace.wait(100) == 0
    pace.told(limit=31, left=30, after=2.0, now=100)
    assert granted(pace, 100) == 29
    assert granted(pace, 102) == 0
    assert granted(pace, 102.5) == 30


def test_a_window_of_which_others_took_their_part_lets_through_what_is_left() -> None:
    pace = Pace(most=MORE)
    assert pace.wait(100) == 0
    pace.told(limit=10, left=2, after=3.0, now=100)
    assert granted(pace, 101) == 1
    assert granted(pace, 103.3) == 9


def test_one_that_was_refused_waits_until_discord_lets_it_in() -> None:
    pace = Pace(most=MORE)
    assert pace.wait(100) == 0
    pace.told(limit=5, left=0, after=20.0, now=100)
    assert granted(pace, 119) == 0
    assert granted(pace, 120.3) == 4


@given(st.lists(st.tuples(st.floats(0, 1_000), said)))
def test_whatever_is_said_nobody_is_sent_away_for_long_or_for_ever(steps: list[_Step]) -> None:
    pace, now = Pace(), 0.0
    for passed, heard in steps:
        now += passed
        if heard is not None:
            pace.told(*heard, now=now)
        assert 0 <= pace.wait(now) <= 30
    # its turn comes: each time that it is sent away, it is for some time
    for _ in range(100_000):
        wait = pace.wait(now)
        if wait == 0 or pace.within > 1_000:
            return
        now += wait
    raise AssertionError("its turn never came")


def test_headers_are_heard_by_whoever_asked_and_by_nobody_else() -> None:
    one, other = Pace(), Pace()
    with asked_at(one):
        with asked_at(None):
            hear(told("50", "49", "1"), 100)
        assert one.most == FEW
        hear(told("20", "19", "1"), 100)
    hear(told("70", "69", "1"), 100)
    assert (one.most, other.most) == (19, FEW)


def test_headers_that_say_nothing_are_passed_over() -> None:
    pace = Pace()
    with asked_at(pace):
        for headers in ({}, told("x", "1", "1"), told("5", "4", "soon"), told("0", "0", "1"), told("5", "4", "nan")):
            hear(headers, 100)
    assert (pace.most, pace.within) == (FEW, WITHIN)


def test_of_many_sorts_those_whose_window_is_over_are_forgotten() -> None:
    paces: Paces = {}
    for number in range(10_000):
        pace_of(paces, (number,), FEW, number).wait(number)
    assert len(paces) <= 500
    # those that somebody asks for are known still
    assert paces[9_999,].wait(9_999) == 0
    assert granted(pace_of(paces, (9_999,), FEW, 9_999), 9_999) == FEW - 2
