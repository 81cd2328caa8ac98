"""Repeated characters and words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.judgement import Span
from bot.policy.signals.repeats import SIGNAL
from tests.policy.make import Bench, detector, inspection, probe


def test_the_same_character_in_a_row_holds_with_its_place() -> None:
    seen = probe(SIGNAL, {"characters": 12}, inspection("so" + "o" * 11 + " good"))
    assert seen
    assert seen.spans == (Span(start=1, end=13),)


def test_a_shorter_row_and_blank_space_do_not() -> None:
    assert probe(SIGNAL, {"characters": 12}, inspection("s" + "o" * 11 + " good")) is False
    assert probe(SIGNAL, {"characters": 12}, inspection("def f():\n" + " " * 40 + "return" + "\n" * 20)) is False


def test_the_same_word_in_a_row_holds_whatever_its_case_and_punctuation() -> None:
    seen = probe(SIGNAL, {"words": 4}, inspection("Please buy BUY Buy, *buy* now"))
    assert seen
    assert seen.spans == (Span(start=7, end=25),)


@pytest.mark.parametrize("text", ["buy buy now buy buy", "| | | | |", "- - - - -", "a b a b a b a b"])
def test_other_words_and_mere_punctuation_do_not(text: str) -> None:
    assert probe(SIGNAL, {"words": 4}, inspection(text)) is False


def test_one_of_both_is_enough() -> None:
    both = {"characters": 5, "words": 3}
    assert probe(SIGNAL, both, inspection("aaaaa"))
    assert probe(SIGNAL, both, inspection("no no no"))
    assert probe(SIGNAL, both, inspection("aaaa no no")) is False


def test_without_either_it_is_an_error() -> None:
    bench = Bench()
    detector(SIGNAL, {}, bench)
    assert bench.errors[0][0].key == "signals.needs_one"


@given(st.text("ab ", max_size=60), st.integers(2, 6))
def test_rows_are_found_exactly_where_counting_finds_them(text: str, needed: int) -> None:
    longest = run = 0
    last = ""
    for sign in text:
        run = 0 if sign == " " else run + 1 if sign == last else 1
        last, longest = sign, max(longest, run)
    assert bool(probe(SIGNAL, {"characters": needed}, inspection(text))) == (longest >= needed)


@given(st.lists(st.sampled_from(["a", "A", "b", "b!", "-"]), max_size=30), st.integers(2, 6))
def test_rows_of_words_are_found_exactly_where_counting_finds_them(words: list[str], needed: int) -> None:
    longest = run = 0
    last = ""
    for word in (word.strip("!-").lower() for word in words):
        run = 0 if not word else run + 1 if word == last else 1
        last, longest = word, max(longest, run)
    assert bool(probe(SIGNAL, {"words": needed}, inspection(" ".join(words)))) == (longest >= needed)
