"""What a request that waits takes up, and what needs one of its own."""

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

from bot.domain.joining import MOST_MESSAGES, is_more, is_worth_showing, takes_up
from bot.domain.order import Order
from bot.domain.right import Right
from bot.domain.severity import Severity

DELETION = Order(right=Right.DELETE, account="a", connection="c", messages=("m1",), guideline="spam")
TIMEOUT = Order(right=Right.TIMEOUT, account="a", connection="c", lasts=timedelta(minutes=10), guideline="spam")
SLOWLY = Order(
    right=Right.SLOW_MODE, account="a", connection="c", channel=7, lasts=timedelta(hours=1), every=timedelta(seconds=9)
)  # fmt: skip


def another(message: str) -> Order:
    return replace(DELETION, messages=(message,))


def messages(count: int) -> tuple[str, ...]:
    return tuple(f"m{number}" for number in range(1, count + 1))


def test_a_deletion_takes_up_further_messages_each_once() -> None:
    taken = takes_up(DELETION, another("m2"))
    assert taken == replace(DELETION, messages=("m1", "m2"))
    assert takes_up(taken, another("m1")) == taken


def test_messages_that_break_another_guideline_are_asked_for_by_themselves() -> None:
    assert takes_up(DELETION, replace(another("m2"), guideline="hate")) is None


def test_a_deletion_is_as_grave_as_its_gravest_message() -> None:
    taken = takes_up(DELETION, replace(another("m2"), severity=Severity.HIGH))
    assert taken is not None
    assert taken.severity is Severity.HIGH


def test_nobody_is_asked_to_answer_for_more_messages_than_they_can_look_at() -> None:
    full = replace(DELETION, messages=messages(MOST_MESSAGES))
    assert takes_up(full, another("one more")) is None
    assert takes_up(full, another("m1")) == full


def test_a_sanction_that_asks_for_no_more_joins_as_it_is() -> None:
    assert takes_up(TIMEOUT, replace(TIMEOUT, lasts=timedelta(minutes=5), guideline="hate")) == TIMEOUT


def test_a_longer_sanction_takes_the_waiting_ones_place_in_its_case() -> None:
    waiting = replace(TIMEOUT, case="first", severity=Severity.HIGH)
    longer = replace(TIMEOUT, lasts=timedelta(hours=1), guideline="hate", case="second")
    assert takes_up(waiting, longer) == replace(longer, case="first", severity=Severity.HIGH)
    assert takes_up(waiting, replace(longer, lasts=None)) == replace(
        longer, lasts=None, case="first", severity=Severity.HIGH
    )


def test_another_sanction_another_member_and_another_place_need_requests_of_their_own() -> None:
    assert takes_up(TIMEOUT, replace(TIMEOUT, right=Right.BAN)) is None
    assert takes_up(TIMEOUT, replace(TIMEOUT, account="b")) is None
    assert takes_up(SLOWLY, replace(SLOWLY, channel=8)) is None


def test_only_what_asks_for_more_has_to_be_looked_at_again() -> None:
    assert is_more(replace(TIMEOUT, lasts=timedelta(hours=1)), TIMEOUT)
    assert is_more(replace(TIMEOUT, lasts=None), TIMEOUT)
    assert is_more(replace(SLOWLY, every=timedelta(minutes=1)), SLOWLY)
    assert not is_more(replace(DELETION, messages=messages(9)), DELETION)


def test_of_more_and_more_messages_each_doubling_is_shown() -> None:
    grown = [replace(DELETION, messages=messages(count)) for count in range(1, MOST_MESSAGES + 1)]
    shown = [len(now.messages) for before, now in pairwise(grown) if is_worth_showing(now, before)]
    assert shown == [2, 4, 8, 16, 32, 64]
