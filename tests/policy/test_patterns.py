"""Patterns in RE2 syntax: what is refused, and where the others match."""

import pytest

from bot.policy.patterns import build_patterns, fault_of


@pytest.mark.parametrize("source", ["(?=a)b", "a(?!b)", "(?<=a)b", "(?<!a)b"])
def test_looking_around_is_refused_by_name(source: str) -> None:
    fault = fault_of(source)
    assert fault is not None
    assert fault[0] == "look_around"


@pytest.mark.parametrize("source", [r"(a)\1", r"(?P<x>a)(?P=x)"])
def test_referring_back_is_refused_by_name(source: str) -> None:
    fault = fault_of(source)
    assert fault is not None
    assert fault[0] == "back_reference"


@pytest.mark.parametrize("source", ["(?>a+)b", "a++b"])
def test_possessive_and_atomic_groups_are_refused_by_name(source: str) -> None:
    fault = fault_of(source)
    assert fault is not None
    assert fault[0] == "possessive"


@pytest.mark.parametrize("source", ["(", "[a", "a{2,1}", "*a"])
def test_a_syntax_error_is_refused_in_the_words_of_re2(source: str) -> None:
    fault = fault_of(source)
    assert fault is not None
    assert fault[0] == "syntax"
    assert fault[1]


@pytest.mark.parametrize("source", ["a*", "", "(a|)", "x?"])
def test_a_pattern_that_matches_nothing_at_all_is_refused(source: str) -> None:
    assert fault_of(source) == ("empty", "")


def test_an_escaped_backslash_before_a_digit_is_no_reference() -> None:
    assert fault_of(r"a\\1") is None


def test_only_patterns_that_match_fire() -> None:
    patterns = build_patterns({20: "free nitro", 21: r"\d{3}", 22: "zzz"})
    assert sorted(patterns.fired("free nitro 123")) == [20, 21]


def test_places_are_counted_in_code_points() -> None:
    patterns = build_patterns({20: "nitro"})
    assert [(place.start, place.end) for place in patterns.places(20, "größe 🎁 nitro nitro")] == [(8, 13), (14, 19)]


def test_the_worst_pattern_of_backtracking_engines_takes_linear_time() -> None:
    patterns = build_patterns({20: "(a+)+$"})
    assert patterns.fired("a" * 40_000 + "!") == []
