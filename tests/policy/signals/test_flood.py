"""Many messages in a short time."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.judgement import Features
from bot.domain.message import Mentions, MessageKind
from bot.policy.detection import Answer, Trigger
from bot.policy.features import features_of
from bot.policy.history import History
from bot.policy.signals.flood import SIGNAL
from bot.policy.watch import AMOUNTS, Watch, flood_series
from tests.policy.make import CHANNEL, NOON, Bench, attachment, detector, inspection, member, probe

WATCH = Watch(floods=frozenset(flood_series(amount, per) for amount in AMOUNTS for per in ("member", "channel")))
FIVE = {"messages": 5, "within": "10s"}


def _history(count: int, *, apart: float = 1.0, **fields: Any) -> History:
    """Return a history of so many messages, the last one `apart` seconds before noon."""
    history = History(keep=60.0, watch=WATCH)
    for number in range(1, count + 1):
        row = Features(at=NOON.timestamp() - number * apart, message=f"s{number}", member="m1", channel="C1")
        history.observe(row._replace(**fields))
    return history


def _answer(value: object, history: History, **fields: Any) -> Answer:
    return probe(SIGNAL, value, inspection("hello", history=history, **fields))


def test_the_message_that_completes_the_number_is_found() -> None:
    assert _answer(FIVE, _history(3)) is False
    found = _answer(FIVE, _history(4))
    assert found
    assert found.notes[0].say() == "5 messages in 10s"
    assert found.notes[0].say("de") == "5 Nachrichten in 10s"


def test_what_lies_before_the_window_does_not_count() -> None:
    assert _answer(FIVE, _history(8, apart=2.6)) is False


def test_another_member_floods_for_himself_and_a_channel_for_all() -> None:
    assert _answer(FIVE, _history(8), author=member("m2")) is False
    assert _answer(FIVE | {"per": "channel"}, _history(8), author=member("m2"))


def test_judging_a_message_again_does_not_count_it_twice() -> None:
    history = _history(3)
    inspected = inspection("hello", history=history)
    history.observe(features_of(inspected, WATCH))
    assert probe(SIGNAL, FIVE, inspected) is False


def test_an_edit_does_not_count_anew() -> None:
    history = _history(3)
    for text in ("one", "two", "three"):
        inspected = inspection(text, history=history, edited_at=NOON + timedelta(seconds=5))
        assert probe(SIGNAL, FIVE, inspected) is False
        history.observe(features_of(inspected, WATCH))


def test_mentions_add_up_over_messages() -> None:
    value = {"mentions": 10, "within": "1m"}
    people = Mentions(people=("a", "b", "c"), roles=("r",), everyone=True)
    assert _answer(value, _history(1, mentions=4), mentions=people) is False
    found = _answer(value, _history(2, mentions=3), mentions=people)
    assert found
    assert found.notes[0].say() == "at least 11 mentions in 1m"


def test_attachments_add_up_over_messages() -> None:
    value = {"attachments": 4, "within": "1m"}
    assert _answer(value, _history(3, attachments=1), attachments=(attachment(),))
    assert _answer(value, _history(2, attachments=1), attachments=(attachment(),)) is False


def test_links_add_up_over_messages() -> None:
    value = {"links": 3, "within": "1m"}
    linked = inspection("see https://example.org/a", history=_history(2, links=1))
    assert probe(SIGNAL, value, linked)
    assert probe(SIGNAL, value, inspection("see nothing", history=_history(2, links=1))) is False


def test_one_message_alone_can_be_a_flood_of_mentions() -> None:
    people = Mentions(people=tuple("abcdef"))
    assert _answer({"mentions": 6, "within": "1m"}, _history(0), mentions=people)


def test_a_message_without_any_is_no_part_of_a_flood_of_mentions() -> None:
    assert _answer({"mentions": 3, "within": "1m"}, _history(5, mentions=3)) is False


def test_a_join_is_no_flood() -> None:
    assert _answer(FIVE, _history(8), kind=MessageKind.JOIN) is False


@pytest.mark.parametrize("value", [{"within": "10s"}, {"messages": 5, "links": 5, "within": "10s"}])
def test_anything_but_one_amount_is_an_error(value: object) -> None:
    bench = Bench()
    detector(SIGNAL, value, bench)
    assert [problem.key for problem, _ in bench.errors] == ["time.one_amount"]


def test_it_asks_for_what_it_reads() -> None:
    bench = Bench()
    made = detector(SIGNAL, {"links": 5, "within": "2m", "per": "channel"}, bench)
    assert bench.series == Watch(floods=frozenset({"links per channel"}))
    assert bench.kept == [120.0]
    assert made.anchors == {Trigger.LINK}


def test_messages_of_one_id_in_two_channels_are_two() -> None:
    history = History(keep=60.0, watch=WATCH)
    for channel in ("C1", "C2", "C3", "C4"):
        place = replace(CHANNEL, id=channel)
        earlier = inspection("hello", id="1700000000.000100", channel=place, at=NOON - timedelta(seconds=1))
        history.observe(features_of(earlier, WATCH))
    assert _answer(FIVE, history, id="1700000000.000100", channel=replace(CHANNEL, id="C5"))
