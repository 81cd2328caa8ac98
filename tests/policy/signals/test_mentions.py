"""Mentions."""

from bot.domain.message import Mentions
from bot.policy.detection import Trigger
from bot.policy.signals.mentions import SIGNAL
from tests.policy.make import Bench, detector, inspection, probe

_MANY = Mentions(people=("a", "b", "c"), roles=("r",), everyone=True)


def test_each_kind_is_counted_by_itself() -> None:
    assert probe(SIGNAL, {"people": 3}, inspection(mentions=_MANY))
    assert probe(SIGNAL, {"people": 4}, inspection(mentions=_MANY)) is False
    assert probe(SIGNAL, {"roles": 1}, inspection(mentions=_MANY))
    assert probe(SIGNAL, {"roles": 2}, inspection(mentions=_MANY)) is False


def test_the_total_counts_everyone_as_one() -> None:
    assert probe(SIGNAL, {"total": 5}, inspection(mentions=_MANY))
    assert probe(SIGNAL, {"total": 6}, inspection(mentions=_MANY)) is False


def test_everyone_is_asked_for_by_name() -> None:
    assert probe(SIGNAL, {"everyone": True}, inspection(mentions=_MANY))
    assert probe(SIGNAL, {"everyone": True}, inspection(mentions=Mentions(people=("a",)))) is False


def test_one_of_several_is_enough_and_all_that_hold_are_noted() -> None:
    seen = probe(SIGNAL, {"people": 9, "roles": 1, "everyone": True}, inspection(mentions=_MANY))
    assert seen
    assert [note.say() for note in seen.notes] == ["1 role mentioned", "pings everyone"]


def test_only_messages_with_mentions_wake_it() -> None:
    assert detector(SIGNAL, {"people": 1}).anchors == {Trigger.MENTION}


def test_without_any_it_is_an_error() -> None:
    bench = Bench()
    detector(SIGNAL, {}, bench)
    assert bench.errors[0][0].key == "signals.needs_one"
