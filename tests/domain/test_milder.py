"""What is approved instead is never more than what was asked for, and what holds meanwhile always ends."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.milder import INTERIM_AT_MOST, LADDER, interim_of, is_milder, milder_rights
from bot.domain.order import Order
from bot.domain.right import LIMITABLE, Permission, Right

LENGTHS = st.none() | st.integers(1, 10**6).map(lambda seconds: timedelta(seconds=seconds))
RIGHTS = st.sampled_from(Right)


def order(right: Right, lasts: timedelta | None) -> Order:
    return Order(right=right, account="a", lasts=lasts)


@given(RIGHTS, LENGTHS, RIGHTS, LENGTHS)
def test_what_is_milder_is_never_stronger_nor_longer(
    asked: Right, lasts: timedelta | None, right: Right, other: timedelta | None
) -> None:
    if not is_milder(order(asked, lasts), right, other):
        return
    assert LADDER.index(right) <= LADDER.index(asked)
    assert (right, other) != (asked, lasts)
    if lasts is not None and right in LIMITABLE:
        assert other is not None
        assert other <= lasts


@given(RIGHTS, LENGTHS, RIGHTS, LENGTHS)
def test_of_two_different_deeds_at_most_one_is_milder_than_the_other(
    one: Right, lasts: timedelta | None, other: Right, length: timedelta | None
) -> None:
    both = is_milder(order(one, lasts), other, length) and is_milder(order(other, length), one, lasts)
    assert not both


@given(RIGHTS, LENGTHS)
def test_everything_that_can_be_chosen_can_be_approved_with_some_length(asked: Right, lasts: timedelta | None) -> None:
    for right in milder_rights(order(asked, lasts)):
        shorter = timedelta(seconds=1)
        if lasts != shorter:
            assert is_milder(order(asked, lasts), right, shorter)


@given(RIGHTS, LENGTHS, RIGHTS, LENGTHS)
def test_an_interim_measure_ends_and_is_never_more_than_what_was_asked_for(
    asked: Right, lasts: timedelta | None, right: Right, up_to: timedelta | None
) -> None:
    found = interim_of(order(asked, lasts), Permission(right=right, up_to=up_to))
    if found is None:
        return
    held, length = found
    assert held is right
    assert LADDER.index(held) <= LADDER.index(asked)
    assert length <= (up_to or INTERIM_AT_MOST)
    if lasts is not None and asked in LIMITABLE:
        assert length <= lasts


def test_a_timeout_needs_a_length() -> None:
    assert not is_milder(order(Right.BAN, None), Right.TIMEOUT, None)
    assert is_milder(order(Right.BAN, None), Right.TIMEOUT, timedelta(days=7))


def test_nothing_is_milder_than_deleting_a_message() -> None:
    assert milder_rights(order(Right.DELETE, None)) == ()
