"""Every dressed letter folds to the plain one that it is read as."""

import pytest

from bot.policy.text.fold import LOOKS, PLAIN, SYMBOL, are_twins, fold


@pytest.mark.parametrize(
    "text",
    ["𝔣𝔲𝔠𝔨", "ⓕⓤⓒⓚ", "🅵🆄🅲🅺", "ƒυ¢к", "fůčķ", "ꜰᴜᴄᴋ", "f\u0337u\u0337c\u0337k", "🇫🇺🇨🇰", "ꓝꓴꓚꓗ", "⒡⒰⒞⒦"],
)
def test_styled_letters_fold_to_plain_ones(text: str) -> None:
    assert fold(text) == "fuck"


def test_letters_with_hooks_and_strokes_lose_them() -> None:
    assert fold("ɓƈɗƒɠɦƙɱɲƥʂƭʋⱳƴȥ") == "bcdfghkmnpstuwyz"


def test_other_scripts_stay_what_they_are_in_the_plain_table() -> None:
    assert "Привет".translate(PLAIN) == "привет"


def test_emoji_fold_to_one_symbol() -> None:
    assert "😀".translate(LOOKS) == SYMBOL


def test_invisible_characters_fold_to_nothing() -> None:
    assert fold("a\u200bb\u00adc\ufe0fd\U000e0041") == "abcd"


def test_twins_are_only_letters_that_look_the_same() -> None:
    assert (are_twins("сосо"), are_twins("жук")) == (True, False)
