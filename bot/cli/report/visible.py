"""Member text made safe to look at: what is invisible, or would steer the reader's screen, is spelt out."""

import unicodedata
from collections.abc import Iterator

_BLANKS = frozenset("\u115f\u1160\u2800\u3164\uffa0\u034f")
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
#: joins the parts of one emoji
_JOINER = "\u200d"


def runs(text: str) -> Iterator[tuple[bool, str]]:
    """Yield the text in stretches: (False, plain text), or (True, the name of one hidden character).

    Line breaks and tabs stay; a joiner between two emoji stays, for it is part of a picture.
    """
    start = 0
    for at, char in enumerate(text):
        if char.isprintable() and char not in _BLANKS:
            continue
        if char in "\n\t " or not _hidden(text, at):
            continue
        if start < at:
            yield False, text[start:at]
        start = at + 1
        if char == "\r" and text[start : start + 1] == "\n":
            continue
        yield True, f"U+{ord(char):04X}"
    if start < len(text):
        yield False, text[start:]


def visible(text: str) -> str:
    """Return the text on one line with every hidden character spelt out as `⟨U+202E⟩`."""
    shown = "".join(f"⟨{part}⟩" if hidden else part for hidden, part in runs(text))
    return shown.replace("\n", " ").replace("\t", " ")


def _hidden(text: str, at: int) -> bool:
    char = text[at]
    if char == _JOINER and 0 < at < len(text) - 1:
        return not (_pictorial(text[at - 1]) and _pictorial(text[at + 1]))
    return char in _BLANKS or unicodedata.category(char) in _HIDDEN


def _pictorial(char: str) -> bool:
    return unicodedata.category(char) in {"So", "Sk"} or char in "\ufe0f\u2640\u2642"
