"""A wave is told by the rule, by what its messages have in common, and by time."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.wave import Signs, Trace, wave_of

NOON = datetime(2026, 3, 14, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def trace(
    case: str = "one", *signs: str, rule: str = "scams/gift", at: datetime = NOON, shingles: bytes = b""
) -> Trace:
    return Trace(id=f"of {case}", case=case, rule=rule, signs=Signs(signs=frozenset(signs), shingles=shingles), at=at)


def same(first: bytes, second: bytes) -> bool:
    return first[:1] == second[:1]


def found(traces: list[Trace], *signs: str, at: datetime = NOON, shingles: bytes = b"") -> str:
    sought = Signs(signs=frozenset(signs), shingles=shingles)
    held = wave_of(traces, sought, ("scams/gift",), at, HOUR, alike=same)
    return "" if held is None else held.case


def test_one_sign_in_common_is_enough() -> None:
    assert found([trace("one", "text", "link")], "link", "another text") == "one"
    assert not found([trace("one", "text", "link")], "another link", "another text")


def test_nearly_the_same_text_is_enough() -> None:
    assert found([trace("one", "text", shingles=b"ab")], "other", shingles=b"ac") == "one"
    assert not found([trace("one", "text", shingles=b"ab")], "other", shingles=b"bc")


def test_two_short_texts_are_not_alike_for_having_no_signature() -> None:
    assert not found([trace("one", "text")], "other")


def test_what_another_rule_found_is_no_part_of_it() -> None:
    assert not found([trace("one", "text", rule="hate/slur")], "text")


@pytest.mark.parametrize(("apart", "joins"), [(HOUR, True), (HOUR + timedelta(microseconds=1), False)])
@pytest.mark.parametrize("sign", [1, -1])
def test_it_reaches_as_far_back_as_ahead(apart: timedelta, sign: int, *, joins: bool) -> None:
    assert bool(found([trace("one", "text")], "text", at=NOON + sign * apart)) is joins


def test_of_several_it_is_the_oldest_in_whatever_order_they_are_known() -> None:
    first, second = trace("one", "text"), trace("two", "text", at=NOON + timedelta(minutes=1))
    assert found([first, second], "text") == found([second, first], "text") == "one"
