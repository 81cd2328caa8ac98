"""Conditions that hold again and again."""

from datetime import timedelta
from typing import Any

from bot.domain.judgement import Span
from bot.domain.message import Mentions
from bot.i18n import Phrase
from bot.policy.detection import Answer, Detector, Evidence
from bot.policy.features import features_of
from bot.policy.history import History
from bot.policy.inspection import Inspection
from bot.policy.signals.count import SIGNAL
from bot.policy.watch import Watch
from tests.policy.make import NOON, Bench, detector, inspection, member, probe

WATCH = Watch(counted=frozenset({"member", "pair", "channel"}))


def _rude(inspected: Inspection) -> Answer:
    """Hold for `rude`, be unknown for `unclear`."""
    text = inspected.message.text
    if text == "rude":
        return Evidence(spans=(Span(start=0, end=4),), notes=(Phrase("time.joins", (("count", 1), ("within", "1s"))),))
    return None if text == "unclear" else False


BENCH = Bench(conditions={"rude": Detector(key="test:rude", anchors=frozenset({17}), probe=_rude)})


def _value(**fields: Any) -> dict[str, object]:
    return {"of": "rude", "at_least": 3, "within": "10m", **fields}


def _say(history: History, text: str, second: int, value: object = None, **fields: Any) -> Answer:
    """Judge and remember one message, so many seconds after noon."""
    inspected = inspection(text, id=f"s{second}", history=history, at=NOON + timedelta(seconds=second), **fields)
    answer = probe(SIGNAL, value or _value(), inspected, BENCH)
    history.observe(features_of(inspected, WATCH))
    return answer


def _history() -> History:
    return History(keep=3_600.0, watch=WATCH)


def test_it_holds_when_the_condition_held_often_enough() -> None:
    history = _history()
    assert _say(history, "rude", 1) is False
    assert _say(history, "kind", 2) is False
    assert _say(history, "rude", 3) is False
    assert _say(history, "kind", 4) is False
    found = _say(history, "rude", 5)
    assert found
    assert found.spans == (Span(start=0, end=4),)
    assert found.notes[-1].say() == "3 times in 10m"
    assert found.notes[-1].say("de") == "3-mal in 10m"
    assert len(found.notes) == 2


def test_what_lies_before_the_window_does_not_count() -> None:
    history = _history()
    assert [bool(_say(history, "rude", second)) for second in (0, 1, 600, 601)] == [False, False, False, False]
    assert _say(history, "rude", 602)


def test_an_unknown_condition_stays_unknown_and_is_not_counted() -> None:
    history = _history()
    assert _say(history, "unclear", 1) is None
    assert _say(history, "rude", 2) is False
    assert _say(history, "rude", 3) is False


def test_judging_a_message_again_does_not_count_it_twice() -> None:
    history = _history()
    _say(history, "rude", 1)
    assert _say(history, "rude", 2) is False
    assert _say(history, "rude", 2) is False
    assert _say(history, "unclear", 3) is None
    assert _say(history, "rude", 3)


def test_an_edit_that_takes_it_back_is_forgotten() -> None:
    history = _history()
    _say(history, "rude", 1)
    _say(history, "rude", 2)
    _say(history, "kind", 2)
    assert _say(history, "rude", 3) is False


def test_members_count_for_themselves_and_channels_for_all() -> None:
    history = _history()
    for second, key in enumerate(("m1", "m2", "m3", "m4")):
        assert _say(history, "rude", second, author=member(key)) is False
    assert _say(history, "rude", 9, _value(per="channel"), author=member("m5"))


def test_a_pair_is_an_author_and_whom_the_message_is_for() -> None:
    history, pair = _history(), _value(per="pair")
    assert _say(history, "rude", 1, pair, reply_author="m2") is False
    assert _say(history, "rude", 2, pair, reply_author="m3") is False
    assert _say(history, "rude", 3, pair, mentions=Mentions(people=("m2", "m3"))) is False
    assert _say(history, "rude", 4, pair, author=member("m9"), reply_author="m2") is False
    assert _say(history, "rude", 5, pair, reply_author="m2", mentions=Mentions(people=("m3",)))


def test_what_is_for_nobody_or_for_oneself_counts_for_no_pair() -> None:
    history, pair = _history(), _value(per="pair")
    assert not any(_say(history, "rude", second, pair) for second in range(5))
    assert not any(_say(history, "rude", second, pair, reply_author="m1") for second in range(5, 10))


def test_two_rules_that_count_the_same_share_one_event() -> None:
    inspected = inspection("rude", history=_history())
    probe(SIGNAL, _value(), inspected, BENCH)
    probe(SIGNAL, _value(at_least=5, per="channel"), inspected, BENCH)
    assert len(inspected.counted) == 1


def test_counting_goes_on_when_a_threshold_changes() -> None:
    history = _history()
    for second in range(3):
        _say(history, "rude", second, _value(at_least=20))
    assert _say(history, "rude", 5, _value(at_least=4, within="5m"))


def test_it_is_woken_by_what_wakes_its_condition() -> None:
    bench = Bench(conditions=BENCH.conditions)
    made = detector(SIGNAL, _value(per="pair"), bench)
    assert made.anchors == {17}
    assert bench.series == Watch(counted=frozenset({"pair"}))
    assert bench.kept == [600.0]
    assert made.key != detector(SIGNAL, _value(per="pair", at_least=4), Bench(conditions=BENCH.conditions)).key
