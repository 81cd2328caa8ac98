"""Long and short texts."""

from bot.domain.message import MessageKind
from bot.policy.signals.length import SIGNAL
from tests.policy.make import Bench, detector, inspection, probe


def test_over_and_under_exclude_the_number_itself() -> None:
    assert probe(SIGNAL, {"over": 5}, inspection("123456"))
    assert probe(SIGNAL, {"over": 5}, inspection("12345")) is False
    assert probe(SIGNAL, {"under": 5}, inspection("1234"))
    assert probe(SIGNAL, {"under": 5}, inspection("12345")) is False


def test_with_both_the_length_lies_between() -> None:
    assert probe(SIGNAL, {"over": 2, "under": 5}, inspection("123"))
    assert probe(SIGNAL, {"over": 2, "under": 5}, inspection("12")) is False


def test_code_points_are_counted() -> None:
    assert probe(SIGNAL, {"over": 1}, inspection("\U0001f600")) is False


def test_a_join_is_not_a_short_text() -> None:
    assert probe(SIGNAL, {"under": 5}, inspection("", kind=MessageKind.JOIN)) is False


def test_without_a_bound_or_with_impossible_ones_it_is_an_error() -> None:
    bench = Bench()
    detector(SIGNAL, {}, bench)
    detector(SIGNAL, {"over": 5, "under": 6}, bench)
    assert [problem.key for problem, _ in bench.errors] == ["signals.needs_one", "signals.never_holds"]
