"""Excerpts show what a rule saw, and no more than that takes."""

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.judgement import Span
from bot.services.replay.samples import take_sample
from tests.services.replay_fakes import post


def test_a_short_message_is_shown_whole_with_the_match_marked() -> None:
    sample = take_sample(post(1, "you fool!"), (Span(start=4, end=8, how="as written", what="fool"),))
    assert [(piece.text, piece.marked) for piece in sample.pieces] == [("you ", False), ("fool", True), ("!", False)]
    assert not sample.cut_before
    assert not sample.cut_after


def test_a_long_message_is_cut_around_the_first_match() -> None:
    sample = take_sample(post(1, "a" * 5000 + "fool" + "b" * 5000), (Span(start=5000, end=5004),))
    assert [piece.text for piece in sample.pieces if piece.marked] == ["fool"]
    assert sum(len(piece.text) for piece in sample.pieces) == 280
    assert sample.cut_before
    assert sample.cut_after


def test_overlapping_spans_are_marked_once() -> None:
    sample = take_sample(post(1, "abcdef"), (Span(start=0, end=4), Span(start=2, end=6), Span(start=1, end=3)))
    assert [(piece.text, piece.marked) for piece in sample.pieces] == [("abcd", True), ("ef", True)]


@given(
    st.text(max_size=600),
    st.lists(st.tuples(st.integers(0, 600), st.integers(0, 600)), max_size=8),
)
def test_an_excerpt_is_always_a_stretch_of_the_message(text: str, places: list[tuple[int, int]]) -> None:
    spans = [Span(start=min(pair), end=min(max(pair), len(text))) for pair in places if min(pair) <= len(text)]
    sample = take_sample(post(1, text), spans)
    shown = "".join(piece.text for piece in sample.pieces)
    assert shown in text
    assert len(shown) == min(len(text), 280)
