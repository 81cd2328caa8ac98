"""Raids."""

from datetime import timedelta
from typing import Any

from bot.domain.judgement import Features
from bot.domain.message import MessageKind
from bot.policy.detection import Answer, Trigger
from bot.policy.features import features_of
from bot.policy.history import History
from bot.policy.signals.joins import SIGNAL
from bot.policy.watch import Watch
from tests.policy.make import NOON, Bench, detector, inspection, member, probe

WEEK = 7 * 86_400.0
WATCH = Watch(joins=frozenset({None, WEEK}))
FOUR = {"at_least": 4, "within": "1m"}
YOUNG = FOUR | {"account_under": "7d"}
NEW = member("m1", created_at=NOON - timedelta(hours=2))
OLD = member("m1", created_at=NOON - timedelta(days=900))


def _history(count: int, age: float | None = 3_600.0) -> History:
    history = History(keep=60.0, watch=WATCH)
    for number in range(count):
        at = NOON.timestamp() - number
        history.observe(
            Features(at=at, message=f"j{number}", member=f"x{number}", channel="C1", joined=True, account_age=age)
        )
    return history


def _answer(value: object, history: History, **fields: Any) -> Answer:
    return probe(SIGNAL, value, inspection(history=history, kind=MessageKind.JOIN, **fields))


def test_the_join_that_completes_the_number_is_found() -> None:
    assert _answer(FOUR, _history(2)) is False
    found = _answer(FOUR, _history(3))
    assert found
    assert found.notes[0].say("en") == "4 joins in 1m"
    assert found.notes[0].say("de") == "4 Beitritte in 1m"


def test_only_young_accounts_count_where_an_age_is_given() -> None:
    assert _answer(YOUNG, _history(3), author=NEW)
    assert _answer(YOUNG, _history(3, age=2 * WEEK), author=NEW) is False
    assert _answer(YOUNG, _history(9, age=None), author=NEW) is False


def test_an_old_account_among_young_ones_is_not_found() -> None:
    assert _answer(YOUNG, _history(9), author=OLD) is False


def test_a_join_of_unknown_age_does_not_count_itself() -> None:
    assert _answer(YOUNG, _history(2), author=member("m1")) is False
    assert _answer(YOUNG, _history(3), author=member("m1")) is None
    found = _answer(YOUNG, _history(4), author=member("m1"))
    assert found
    assert found.notes[0].say() == "4 joins in 1m"


def test_judging_a_join_again_does_not_count_it_twice() -> None:
    history = _history(2)
    inspected = inspection(history=history, kind=MessageKind.JOIN, author=NEW)
    history.observe(features_of(inspected, WATCH))
    assert probe(SIGNAL, YOUNG, inspected) is False
    assert probe(SIGNAL, FOUR, inspected) is False


def test_messages_are_no_joins() -> None:
    assert probe(SIGNAL, FOUR, inspection("hello", history=_history(9))) is False


def test_it_asks_for_what_it_reads() -> None:
    bench = Bench()
    made = detector(SIGNAL, YOUNG, bench)
    assert bench.series == Watch(joins=frozenset({WEEK}))
    assert bench.kept == [60.0]
    assert made.anchors == {Trigger.JOIN}
