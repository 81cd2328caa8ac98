"""The law by which the outcomes of several rules become one."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.merge import merge, strength
from bot.domain.outcome import SANCTIONS, Outcome, OutcomeKind

DELETE = Outcome(kind=OutcomeKind.DELETE)
KICK = Outcome(kind=OutcomeKind.KICK)
BAN = Outcome(kind=OutcomeKind.BAN)
ASK_BAN = Outcome(kind=OutcomeKind.ASK, asked=OutcomeKind.BAN, target="internal")


def timeout(minutes: int) -> Outcome:
    return Outcome(kind=OutcomeKind.TIMEOUT, duration=timedelta(minutes=minutes))


def notice(guideline: str) -> Outcome:
    return Outcome(kind=OutcomeKind.NOTICE, target=guideline)


def strike(amount: int) -> Outcome:
    return Outcome(kind=OutcomeKind.STRIKE, amount=amount)


def test_a_message_is_deleted_once() -> None:
    assert merge([DELETE, DELETE]) == (DELETE,)


def test_the_strongest_sanction_is_kept_once() -> None:
    assert merge([timeout(5), KICK, timeout(60)]) == (KICK,)


def test_of_equal_sanctions_the_longest_is_kept() -> None:
    assert merge([timeout(5), timeout(60)]) == (timeout(60),)


def test_a_sanction_for_good_is_longer_than_any() -> None:
    week = Outcome(kind=OutcomeKind.BAN, duration=timedelta(weeks=1))
    assert merge([week, BAN]) == (BAN,)


def test_a_stronger_sanction_that_is_asked_for_stands_beside_the_one_that_is_done() -> None:
    assert merge([timeout(5), ASK_BAN]) == (timeout(5), ASK_BAN)


def test_nobody_is_asked_for_less_than_is_done() -> None:
    ask = Outcome(kind=OutcomeKind.ASK, asked=OutcomeKind.TIMEOUT, duration=timedelta(minutes=5), target="internal")
    assert merge([KICK, ask]) == (KICK,)


def test_the_gravest_rule_gives_the_notice() -> None:
    assert merge([notice("hate"), notice("respect")]) == (notice("hate"),)


def test_strikes_are_not_added_up() -> None:
    assert merge([strike(1), strike(3), strike(2)]) == (strike(3),)


OUTCOMES = st.builds(
    Outcome,
    kind=st.sampled_from([kind for kind in OutcomeKind if kind is not OutcomeKind.ASK]),
    duration=st.none() | st.integers(1, 9).map(lambda n: timedelta(hours=n)),
    amount=st.integers(0, 3),
    target=st.sampled_from(["", "a", "b"]),
) | st.builds(
    Outcome, kind=st.just(OutcomeKind.ASK), asked=st.sampled_from([*SANCTIONS, OutcomeKind.DELETE]), target=st.just("i")
)


@given(st.lists(OUTCOMES, max_size=8))
def test_merging_twice_changes_nothing(outcomes: list[Outcome]) -> None:
    assert merge(merge(outcomes)) == merge(outcomes)


@given(st.lists(OUTCOMES, max_size=8))
def test_no_kind_is_lost_but_sanctions_weaker_than_the_strongest(outcomes: list[Outcome]) -> None:
    merged = merge(outcomes)
    lasting = {outcome.kind for outcome in outcomes if outcome.sanction is None and outcome.kind is not OutcomeKind.ASK}
    assert lasting <= {outcome.kind for outcome in merged}
    strongest = max((strength(outcome) for outcome in outcomes), default=None)
    if strongest is not None and strongest[0] >= 0:
        assert max(strength(outcome) for outcome in merged) == strongest


def test_beside_help_nothing_punishes_while_the_message_still_goes() -> None:
    ask_timeout = Outcome(kind=OutcomeKind.ASK, asked=OutcomeKind.TIMEOUT, target="internal")
    ask_strike = Outcome(kind=OutcomeKind.ASK, asked=OutcomeKind.STRIKE, target="internal")
    given_ = [notice("care"), DELETE, notice("hate"), timeout(60), strike(1), KICK, ASK_BAN, ask_timeout, ask_strike]
    assert merge(given_, helping=True) == (DELETE, notice("care"))


def test_beside_help_one_punishment_alone_is_dropped_as_well() -> None:
    assert merge([strike(1)], helping=True) == ()


def test_beside_help_what_concerns_a_channel_still_follows() -> None:
    slow = Outcome(kind=OutcomeKind.SLOW_MODE, duration=timedelta(seconds=30))
    assert merge([slow, strike(1)], helping=True) == (slow,)
