"""The same text again and again."""

from datetime import timedelta
from typing import Any

import pytest

from bot.domain.message import MessageKind
from bot.policy.detection import Answer
from bot.policy.features import features_of
from bot.policy.history import History
from bot.policy.signals.duplicates import SIGNAL
from bot.policy.watch import Watch
from tests.policy.make import NOON, Bench, detector, inspection, member, probe

WATCH = Watch(copies=True, near=5)
THRICE = {"at_least": 3, "within": "10m"}
WAVE = THRICE | {"by": "anyone"}
PITCH = "Hello friends, my brother gives away his old laptop and a camera for free, first come first served"
NEARLY = (
    "hello friends!! my brother gives away his old laptop and a camera for free, first come, first served 77",
    "Hello dear friends, my brother gives away his old laptop and a camera for free, first come first served",
    "first come first served. Hello friends, my brother gives away his old laptop and a camera for free",
)


def _say(history: History, text: str, second: int, value: object, author: str = "m1", **fields: Any) -> Answer:
    """Judge and remember one message, so many seconds after noon."""
    at = NOON + timedelta(seconds=second)
    inspected = inspection(text, id=f"s{second}", history=history, at=at, author=member(author), **fields)
    answer = probe(SIGNAL, value, inspected)
    history.observe(features_of(inspected, WATCH))
    return answer


def _history() -> History:
    return History(keep=3_600.0, watch=WATCH)


def test_the_copy_that_completes_the_number_is_found() -> None:
    history = _history()
    assert _say(history, "Join my new server", 1, THRICE) is False
    assert _say(history, "Join my new server", 2, THRICE) is False
    found = _say(history, "Join my new server", 3, THRICE)
    assert found
    assert found.notes[0].say() == "the same text 3 times in 10m"
    assert found.notes[0].say("de") == "derselbe Text 3-mal in 10m"


def test_what_spammers_vary_makes_no_difference() -> None:
    history = _history()
    texts = (
        "JOIN my new server 123",
        "join my-new server!!! \U0001f389",
        "<@4711> Joín mу new ѕerver",
        "join m\u200by new server <:party:99>",
    )
    assert [bool(_say(history, text, place, THRICE)) for place, text in enumerate(texts)] == [False, False, True, True]


def test_links_are_told_by_their_host() -> None:
    history = _history()
    for place, path in enumerate(("a?x=1", "bcd")):
        assert _say(history, f"free coins at https://coins.example/{path} today", place, THRICE) is False
    assert _say(history, "free coins at https://other.example/bcd today", 5, THRICE) is False
    assert _say(history, "free coins at https://coins.example/e/f today", 6, THRICE)


def test_copies_before_the_window_do_not_count() -> None:
    history = _history()
    seconds = (0, 1, 601)
    assert not any(_say(history, "Join my new server", second, THRICE) for second in seconds)


def test_short_texts_never_count() -> None:
    history = _history()
    assert not any(_say(history, "thank you!", second, THRICE) for second in range(9))
    assert _say(history, "thank you!", 10, THRICE | {"min_letters": 8})


def test_a_text_without_letters_never_counts() -> None:
    history = _history()
    assert not any(_say(history, "12345 \U0001f600", second, THRICE | {"min_letters": 1}) for second in range(9))


def test_others_copies_count_only_where_anyone_is_meant() -> None:
    history = _history()
    assert not any(_say(history, PITCH, place, THRICE, author) for place, author in enumerate("abcdef"))
    found = _say(history, PITCH, 10, WAVE, "g")
    assert found
    assert found.notes[0].say() == "the same text 7 times in 10m, from several members"


@pytest.mark.parametrize("near", [False, True])
def test_a_wave_needs_two_members(*, near: bool) -> None:
    history = _history()
    value = WAVE | {"near": near}
    assert not any(_say(history, PITCH, second, value) for second in range(6))
    assert _say(history, PITCH, 7, value, "m2")


def test_judging_a_message_again_does_not_count_it_twice() -> None:
    history = _history()
    for near in (False, True):
        assert not any(_say(history, PITCH, second, THRICE | {"near": near}) for second in (1, 2, 2, 1))


def test_an_edited_text_counts_as_it_stands_now() -> None:
    history = _history()
    for second in (1, 2):
        _say(history, "Join my new server", second, THRICE)
    _say(history, "I thought better of it", 2, THRICE)
    assert _say(history, "Join my new server", 3, THRICE) is False


def test_nearly_the_same_text_counts_where_it_is_asked_for() -> None:
    exact, near = _history(), _history()
    texts = (PITCH, *NEARLY)
    assert not any(_say(exact, text, place, THRICE) for place, text in enumerate(texts))
    answers = [_say(near, text, place, THRICE | {"near": True}) for place, text in enumerate(texts)]
    assert [bool(answer) for answer in answers] == [False, False, True, True]
    assert answers[2]
    assert answers[2].notes[0].say() == "nearly the same text at least 3 times in 10m"


def test_near_copies_of_one_member_are_not_mixed_with_others() -> None:
    history = _history()
    value = THRICE | {"near": True}
    for place, text in enumerate((PITCH, *NEARLY)):
        assert _say(history, text, place, value, f"m{place}") is False


def test_short_texts_count_as_exact_copies_where_near_ones_are_asked_for() -> None:
    history = _history()
    value = THRICE | {"near": True}
    answers = [_say(history, "Join my new server", second, value) for second in range(3)]
    assert [bool(answer) for answer in answers] == [False, False, True]


def test_a_join_is_no_copy() -> None:
    history = _history()
    assert not any(_say(history, PITCH, second, THRICE, kind=MessageKind.JOIN) for second in range(5))


def test_it_asks_for_what_it_reads() -> None:
    bench = Bench()
    detector(SIGNAL, WAVE, bench)
    assert bench.series == Watch(copies=True)
    detector(SIGNAL, THRICE | {"near": True, "at_least": 7}, bench)
    assert bench.series == Watch(copies=True, near=7)
    assert bench.kept == [600.0, 600.0]
