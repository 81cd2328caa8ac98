"""What makes two texts copies of each other."""

from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.policy.copies import NEAR_LETTERS, letters, signature, skeleton
from bot.policy.near import SIGNATURE_BYTES

#: seconds of work; with work that grows by the square it would be minutes
_FAR_LESS = 5


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Hello, World 42!", "helloworld"),
        ("Grüße aus Köln", "grusseauskoln"),
        ("Gru\u0308\u00dfe", "grusse"),
        ("日本語 テスト", "日本語テスト"),
        ("\U0001f600 \u200b12 \ud800\x00", ""),
        ("f\u200br\u200be\u200be 𝗻𝗶𝘁𝗿𝗼", "freenitro"),
        ("hey <@123> <@!45> <#6> <a:wave:78> <:x_y:9> <t:170:R> <!here> <@U1|ada> bye", "heybye"),
        ("see https://example.org/a/b?c=d#e now", "seehttpsexampleorgnow"),
        ("<https://example.org/a|here>", "httpsexampleorghere"),
        ("example.org/a/b", "exampleorg"),
        ("1 < 2 and 3 > 2", "and"),
    ],
)
def test_only_letters_that_carry_meaning_are_left(text: str, left: str) -> None:
    assert letters(text) == left


def test_a_skeleton_is_the_same_in_every_process_and_fits_a_signed_column() -> None:
    assert skeleton("helloworld") == 3830107056478827055
    assert skeleton("") is None
    assert all(0 <= (skeleton(word) or 0) < 2**63 for word in ("a", "b", "c", "日本語"))


def test_a_signature_is_the_same_in_every_process() -> None:
    assert signature("thequickbrownfoxjumpsoverthelazydog").hex()[:16] == "961f792388f71c5d"


def test_texts_too_short_to_tell_apart_have_no_signature() -> None:
    assert signature("x" * (NEAR_LETTERS - 1)) == b""
    assert len(signature("x" * NEAR_LETTERS)) == SIGNATURE_BYTES


@given(st.text(st.characters() | st.characters(categories=["Cs"])))
def test_any_text_has_letters_and_a_signature(text: str) -> None:
    left = letters(text)
    assert left == "" or left.isalpha()
    assert len(signature(left)) in (0, SIGNATURE_BYTES)
    assert (skeleton(left) is None) == (left == "")


@pytest.mark.parametrize(
    "unit", ["<", "<@", "/", "://", "a/", "<a:", "u\u0300\u0316", "\u0301\u0316", "ﷺ", "<@a", "http://"]
)
def test_crafted_texts_take_linear_time(unit: str) -> None:
    text = unit * (40_000 // len(unit))
    began = process_time()
    signature(letters(text))
    assert process_time() - began < _FAR_LESS
