"""A post's text is cut, and nothing of it is lost or made up."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.local.web.people import initials_of
from adapters.local.web.pieces import pieces_of


def kinds(text: str, *names: str, everyone: bool = False) -> list[tuple[str, str]]:
    return [(piece.text, piece.kind) for piece in pieces_of(text, names, everyone=everyone)]


@given(
    st.lists(
        st.one_of(st.text(alphabet=st.sampled_from("@abß :/.htps\u202e\n")), st.sampled_from(["https://a.b/h", " "]))
    ).map("".join),
    st.lists(st.text(max_size=5)),
    st.lists(st.tuples(st.integers(-3, 40), st.integers(-3, 40))),
    st.booleans(),
)
def test_the_pieces_are_the_text(text: str, names: list[str], marks: list[tuple[int, int]], everyone: bool) -> None:
    pieces = pieces_of(text, names, everyone=everyone, marks=marks)
    assert "".join(piece.text for piece in pieces) == text
    assert all(piece.text for piece in pieces)
    assert all(piece.text == piece.href or piece.text in piece.href for piece in pieces if piece.kind == "link")


def test_whoever_is_mentioned_is_told_from_other_words_and_the_longest_name_wins() -> None:
    assert kinds("hi @Old Salt and @nobody", "Old", "Old Salt") == [
        ("hi ", ""), ("@Old Salt", "person"), (" and @nobody", ""),
    ]  # fmt: skip


def test_a_name_that_nobody_was_mentioned_by_is_a_word() -> None:
    assert kinds("hi @Rollmops") == [("hi @Rollmops", "")]


def test_everybody_is_only_mentioned_where_they_were() -> None:
    assert kinds("@everyone look", everyone=True)[0] == ("@everyone", "everyone")
    assert kinds("@everyone look") == [("@everyone look", "")]


@pytest.mark.parametrize(
    ("text", "link"),
    [
        ("see https://a.example/b?c=1.", "https://a.example/b?c=1"),
        ("(http://a.example)", "http://a.example"),
        ("at https://a.example/@Rollmops", "https://a.example/@Rollmops"),
    ],
)
def test_a_link_ends_where_the_sentence_goes_on(text: str, link: str) -> None:
    found = [piece for piece in pieces_of(text, ["Rollmops"]) if piece.kind]
    assert [(piece.kind, piece.href) for piece in found] == [("link", link)]


@pytest.mark.parametrize(
    "text", ["javascript:alert(1)", "https://", "http://[", "data:text/html,x", "https://a\u202eb"]
)
def test_what_could_lead_elsewhere_than_it_says_is_text(text: str) -> None:
    assert [piece.kind for piece in pieces_of(text)] == [""]


def test_offending_words_are_marked_within_what_they_stand_in() -> None:
    pieces = pieces_of("buy at http://a.example now", marks=[(4, 18)])
    assert [(piece.text, piece.marked, piece.kind) for piece in pieces] == [
        ("buy ", False, ""),
        ("at ", True, ""),
        ("http://a.ex", True, "link"),
        ("ample", False, "link"),
        (" now", False, ""),
    ]


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Rollmops", "R"),
        ("Old Salt", "OS"),
        ("the_old_salt", "TS"),
        ("ähre", "Ä"),
        ("🐟", "?"),
        ("", "?"),
        ("<b>x", "B"),
    ],
)
def test_one_or_two_letters_stand_for_a_name(name: str, letters: str) -> None:
    assert initials_of(name) == letters
