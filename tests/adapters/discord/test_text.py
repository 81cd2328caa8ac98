"""What members write is shown as it is, and does nothing: no formatting, no link, no ping, nothing hidden."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.discord.text import cut, escaped, fitted, marked

#: Discord takes a backslash before anything that is neither a letter, a digit nor a space for an escape
ESCAPE = re.compile(r"\\([^0-9A-Za-z\s])")
#: what begins formatting, mentions, links with words, times or emoji
_ACTIVE = re.compile(r"[*_~`|\[\]()<>#@]|:(?=\w+:)|(?m:^\s*(?:[-+]|\d+\.)\s)")
#: what is made a link or an invitation of, wherever it stands
_LINKED = re.compile(r"(?i)\w+://\S|discord(?:app)?\.(?:gg|com/invite)/\S")
_HIDING = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2066-\u2069]")

#: what people write who try it: parts of everything that does something, in any order
_TRICKS = st.lists(
    st.sampled_from([
        "@everyone", "@here", "<@1234567890123456>", "<@&1>", "<#1>", "<t:1:R>", "</ban:1>", "<a:x:1>", ":smile:",
        "https://", "http://a.example", "discord.gg/", "discord.com/invite/", "[a](", "**", "__", "*", "_", "~~", "`",
        "```", "||", "> ", ">>> ", "# ", "-# ", "- ", "+ ", "1. ", "\\", "\n", "\r", "\u2028", "\u202e", "\u200b",
        "\x00", "\x85", " ", "a", "word", "1", "é", "😀",
    ]),
    max_size=30,
).map("".join)  # fmt: skip
_WRITTEN = st.one_of(st.text(max_size=200), _TRICKS)


def alive(text: str) -> str:
    """Return what of a text would do something."""
    left = ESCAPE.sub("\ufffc", text)
    found = _ACTIVE.search(left) or _LINKED.search(text) or _HIDING.search(text)
    return "" if found is None else found[0]


def read(text: str) -> str:
    """Return a text as somebody reads it."""
    return ESCAPE.sub(r"\1", text).replace("\u2060", "")


@given(_WRITTEN)
def test_nothing_that_a_member_writes_does_anything(text: str) -> None:
    assert not alive(escaped(text))


@given(_WRITTEN)
def test_what_a_member_writes_is_read_as_it_was_written(text: str) -> None:
    shown = re.sub(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2066-\u2069]",
                   lambda found: f"\\u{ord(found[0]):04x}", text.replace("\u2060", ""))  # fmt: skip
    assert read(escaped(text)) == shown


@given(_WRITTEN, st.lists(st.tuples(st.integers(-3, 210), st.integers(-3, 210)), max_size=5))
def test_marks_set_parts_off_and_let_nothing_else_through(text: str, marks: list[tuple[int, int]]) -> None:
    shown = marked(text, tuple(sorted(marks)))
    assert not alive(shown.replace("__**", "\ufffc").replace("**__", "\ufffc"))


@given(_WRITTEN, st.integers(0, 120), st.lists(st.tuples(st.integers(0, 60), st.integers(60, 210)), max_size=3))
def test_a_text_that_is_cut_ends_in_no_half_of_anything(
    text: str, most: int, marks: list[tuple[int, int]]
) -> None:  # fmt: skip
    shown = fitted(text, most, tuple(sorted(marks)))
    assert len(shown) <= most
    assert shown.count("__**") == shown.count("**__")
    assert not alive(shown.replace("__**", "\ufffc").replace("**__", "\ufffc"))
    assert not re.search(r"(?<!\\)(?:\\\\)*\\$", shown)


def test_a_text_that_fits_is_left_whole() -> None:
    assert fitted("hello", 5) == "hello"
    assert fitted("hello world", 6) == "hello…"


@pytest.mark.parametrize(("written", "shown"), [
    ("1. first", "1\\. first"),
    ("- item", "\\- item"),
    ("a - b", "a - b"),
    ("https://a.example", "https\\:\u2060//a.example"),
    ("join discord.gg/abc", "join discord.\u2060gg/abc"),
    ("<@42>", "\\<\\@42\\>"),
    ("\u202eevil", "\\\\u202eevil"),
])  # fmt: skip
def test_escapes_by_example(written: str, shown: str) -> None:
    assert escaped(written) == shown


def test_our_own_words_are_cut_with_an_ellipsis() -> None:
    assert cut("abcdef", 4) == "abc…"
    assert cut("abc", 4) == "abc"
