"""Stacked marks."""

from typing import Literal
from unicodedata import normalize

import pytest

from bot.domain.judgement import Span
from bot.policy.signals.zalgo import SIGNAL
from tests.policy.make import inspection, probe


def test_a_letter_under_a_stack_of_marks_holds_with_its_place() -> None:
    seen = probe(SIGNAL, True, inspection("he\u0300\u0301\u0302\u0303 comes"))
    assert seen
    assert seen.spans == (Span(start=1, end=6),)


def test_fewer_marks_do_not() -> None:
    assert probe(SIGNAL, {"marks": 5}, inspection("he\u0300\u0301\u0302\u0303")) is False


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize(
    "text",
    [
        "Tiếng Việt có nhiều dấu: ệ ậ ỗ ữ",
        "ᾧ ᾅδω",
        "naïve façade Ångström",
        "שָׁלוֹם עֲלֵיכֶּם",
        "السَّلَامُ عَلَيْكُمْ",
        "नमस्ते क्षत्रिय",
        "ที่นี่ น้ำผึ้ง",
        "བོད་སྐད་ཧཱུྃ",
        "1️⃣ ❤️",
    ],
)
def test_languages_that_need_marks_are_left_alone(text: str, form: Literal["NFC", "NFD"]) -> None:
    assert probe(SIGNAL, True, inspection(normalize(form, text))) is False


def test_evidence_stays_small() -> None:
    seen = probe(SIGNAL, True, inspection("e\u0316\u0317\u0318\u0319" * 5_000))
    assert seen
    assert len(seen.spans) == 10
