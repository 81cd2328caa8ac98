"""Texts of many lines."""

from bot.policy.signals.lines import SIGNAL
from tests.policy.make import inspection, probe


def test_more_lines_than_allowed_hold() -> None:
    assert probe(SIGNAL, 3, inspection("a\nb\nc\nd"))
    assert probe(SIGNAL, {"over": 3}, inspection("a\nb\nc")) is False


def test_empty_lines_count() -> None:
    assert probe(SIGNAL, 3, inspection("a\n\n\nd"))


def test_other_line_separators_count() -> None:
    assert probe(SIGNAL, 2, inspection("a\u2028b\u2029c"))
