"""What somebody proposed while observing is held against what was decided for real."""

from datetime import timedelta

import pytest

from bot.domain.comparing import Compared, compare_with, compare_with_verdict
from bot.domain.order import Order
from bot.domain.right import Right
from bot.domain.verdict import Verdict

HOUR = timedelta(hours=1)


def order(right: Right, lasts: timedelta | None = None, sanction: str = "") -> Order:
    return Order(right=right, lasts=lasts, account="a", sanction=sanction)


@pytest.mark.parametrize(
    ("proposed", "decided", "result"),
    [
        (order(Right.WARN), order(Right.WARN), Compared.SAME),
        (order(Right.WARN), order(Right.TIMEOUT, HOUR), Compared.MILDER),
        (order(Right.BAN), order(Right.TIMEOUT, HOUR), Compared.STRONGER),
        (order(Right.TIMEOUT, HOUR), order(Right.TIMEOUT, 2 * HOUR), Compared.MILDER),
        (order(Right.BAN), order(Right.BAN, 24 * HOUR), Compared.STRONGER),
        (order(Right.KICK, HOUR), order(Right.KICK), Compared.SAME),
        (order(Right.LIFT, sanction="s"), order(Right.LIFT, sanction="s"), Compared.SAME),
        (order(Right.LIFT, sanction="s"), order(Right.LIFT, sanction="t"), Compared.OTHER),
        (order(Right.WARN), order(Right.LIFT, sanction="t"), Compared.OTHER),
    ],
)
def test_an_order_is_held_against_an_order(proposed: Order, decided: Order, result: Compared) -> None:
    assert compare_with(proposed, decided) is result


@pytest.mark.parametrize(
    ("proposed", "decided", "result"),
    [
        (Verdict.VIOLATION, Verdict.VIOLATION, Compared.SAME),
        (Verdict.VIOLATION, Verdict.NO_VIOLATION, Compared.STRONGER),
        (Verdict.NO_VIOLATION, Verdict.VIOLATION, Compared.MILDER),
        (Verdict.HACKED_ACCOUNT, Verdict.VIOLATION, Compared.OTHER),
    ],
)
def test_a_verdict_is_held_against_a_verdict(proposed: Verdict, decided: Verdict, result: Compared) -> None:
    assert compare_with_verdict(Order(right=Right.DECIDE, verdict=proposed), decided) is result


def test_whoever_would_have_acted_where_nothing_was_done_is_stronger() -> None:
    assert compare_with_verdict(order(Right.WARN), Verdict.NO_VIOLATION) is Compared.STRONGER
    assert compare_with_verdict(order(Right.WARN), Verdict.HACKED_ACCOUNT) is Compared.OTHER
