"""Shouting."""

import pytest

from bot.policy.signals.caps import SIGNAL
from tests.policy.make import inspection, probe


@pytest.mark.parametrize(
    "text", ["WHY IS NOBODY ANSWERING ME", "WARUM ANTWORTET KEINER, ÄRGERLICH", "ПОЧЕМУ НИКТО НЕ ОТВЕЧАЕТ"]
)
def test_a_text_in_capitals_is_shouting_in_any_script_with_two_cases(text: str) -> None:
    assert probe(SIGNAL, 0.7, inspection(text))


@pytest.mark.parametrize(
    "text", ["why is nobody answering me", "Warum antwortet keiner?", "OK LOL", "", "12345 67890 !!!!!!!!!!"]
)
def test_ordinary_short_or_letterless_text_is_not(text: str) -> None:
    assert probe(SIGNAL, 0.7, inspection(text)) is False


def test_the_share_is_of_letters_and_from_it_on() -> None:
    assert probe(SIGNAL, 0.5, inspection("AAAAA aaaaa 123 ..."))
    assert probe(SIGNAL, 0.5, inspection("AAAA aaaaaa")) is False


@pytest.mark.parametrize(
    "text",
    [
        "see `SELECT NAME FROM USERS`",
        "```SELECT NAME\nFROM USERS WHERE X```",
        "https://example.org/ABCDEFGHIJKLMNOP ok",
        "<:KEKWKEKWKEKW:123456789012345678> nice",
        "<@U0123ABCDEFGH> <#C0123ABCDEF|general> ok",
    ],
)
def test_capitals_of_code_links_and_names_do_not_count(text: str) -> None:
    assert probe(SIGNAL, {"share": 0.5, "min_letters": 2}, inspection(text)) is False


def test_the_note_says_how_much_in_both_languages() -> None:
    seen = probe(SIGNAL, 0.7, inspection("LISTEN TO ME now"))
    assert seen
    assert seen.notes[0].say("en") == "76 % of 13 letters are capitals"
    assert seen.notes[0].say("de") == "76 % von 13 Buchstaben sind Großbuchstaben"
