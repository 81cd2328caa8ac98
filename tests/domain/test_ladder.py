"""The strike ladder, as a pure function of strikes and time."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.ladder import Ladder, Strike, climb
from bot.domain.outcome import Outcome, OutcomeKind

NOW = datetime(2026, 3, 1, tzinfo=UTC)
TIMEOUT = Outcome(kind=OutcomeKind.TIMEOUT, duration=timedelta(hours=1))
ASK_BAN = Outcome(kind=OutcomeKind.ASK, asked=OutcomeKind.BAN)
LADDER = Ladder(expires=timedelta(days=90), steps=((2, TIMEOUT), (4, ASK_BAN)))


def strikes(*amounts: int) -> list[Strike]:
    return [Strike(at=NOW - timedelta(hours=len(amounts) - at), amount=amount) for at, amount in enumerate(amounts)]


def test_nothing_follows_from_no_strikes() -> None:
    assert climb([], NOW, LADDER) is None


def test_nothing_follows_below_the_first_step() -> None:
    assert climb(strikes(1), NOW, LADDER) is None


def test_a_step_follows_when_the_total_reaches_it() -> None:
    assert climb(strikes(1, 1), NOW, LADDER) == TIMEOUT


def test_a_step_does_not_follow_again_from_the_next_strike() -> None:
    assert climb(strikes(1, 1, 1), NOW, LADDER) is None


def test_a_strike_that_passes_a_step_takes_it() -> None:
    assert climb(strikes(1, 2), NOW, LADDER) == TIMEOUT


def test_a_strike_that_passes_two_steps_takes_the_higher_alone() -> None:
    assert climb(strikes(5), NOW, LADDER) == ASK_BAN


def test_nothing_follows_above_the_last_step() -> None:
    assert climb(strikes(4, 1), NOW, LADDER) is None


def test_expired_strikes_do_not_count() -> None:
    old = Strike(at=NOW - timedelta(days=90))
    assert climb([old, Strike(at=NOW)], NOW, LADDER) is None


def test_a_strike_counts_until_just_before_it_expires() -> None:
    old = Strike(at=NOW - timedelta(days=90) + timedelta(seconds=1))
    assert climb([old, Strike(at=NOW)], NOW, LADDER) == TIMEOUT


def test_a_step_is_taken_again_after_strikes_expired() -> None:
    gone = [Strike(at=NOW - timedelta(days=200)), Strike(at=NOW - timedelta(days=199))]
    assert climb([*gone, *strikes(1, 1)], NOW, LADDER) == TIMEOUT


def test_the_order_of_steps_does_not_matter() -> None:
    turned = Ladder(expires=LADDER.expires, steps=LADDER.steps[::-1])
    assert climb(strikes(5), NOW, turned) == ASK_BAN


@given(st.lists(st.integers(min_value=1, max_value=5), max_size=12))
def test_every_step_is_taken_at_most_once_while_nothing_expires(amounts: list[int]) -> None:
    given_strikes = strikes(*amounts)
    taken = [climb(given_strikes[: count + 1], NOW, LADDER) for count in range(len(given_strikes))]
    outcomes = [outcome for outcome in taken if outcome is not None]
    assert len(outcomes) == len(set(outcomes))
    assert (ASK_BAN in outcomes) == (sum(amounts) >= 4)
