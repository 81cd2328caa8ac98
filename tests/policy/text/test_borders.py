"""Whatever parts words for a reader parts them here: white space, punctuation, symbols and emoji of any script."""

import pytest

from tests.policy.text.readers import places, reader_of, seen

BORDERS = ("\u00a0", "\u2003", "\u0085", "😂", "\u2764\ufe0f", "«", "…", "。", "」", "€", "×", "→", "´", "\u2028")


@pytest.mark.parametrize("border", BORDERS)
@pytest.mark.parametrize("term", ["moron", "kill yourself", "пидор", "b4d"])
def test_a_term_is_found_beside_any_of_them(term: str, border: str) -> None:
    reader = reader_of("moron", "kill yourself", "пидор", "b4d")
    for text in (f"x {border}{term}{border} y", f"{term}{border}y", f"x{border}{term}"):
        assert (term, text[text.index(term) :][: len(term)]) in {
            (found, shown) for found, _, shown in places(text, reader)
        }


def test_letters_marks_and_blanks_part_nothing() -> None:
    reader = reader_of("cat")
    for beside in ("s", "ß", "ж", "\u0301", "Ⓢ", "🅂", "7"):
        assert "as written" not in {how for _, how, _ in places(f"the cat{beside}x", reader)}


def test_a_term_that_holds_an_emoji_is_found_with_it_alone() -> None:
    reader = reader_of("snow🐒", "🐒")
    assert seen("a snow🐒 here", reader) == {"snow🐒", "🐒"}
    assert seen("a snow here", reader) == set()


def test_a_term_with_a_typographic_apostrophe_or_dash_is_found_as_written() -> None:
    reader = reader_of("l’idiot", "half–wit")
    assert seen("c’est l’idiot !", reader) == {"l’idiot"}
    assert seen("a half–wit", reader) == {"half–wit"}
