"""The text as it is read, for patterns: rendered, without marks of emphasis, in plain lower-case letters."""

import re

from bot.policy.text.fold import fold
from bot.policy.text.render import BLANK, render

_MARKS = re.compile(r"\*\*|__|~~|\|\||```|`|(?<![^\s(])[*_](?=\S)|(?<=\S)[*_](?![^\s).,!?])")

#: what is shown or folded otherwise than ASCII letters
_SPECIAL = re.compile(r"[*_~|`\\&%<\[\x00-\x1f\x7f]|:regional")


def shown(text: str) -> str:
    """Return the text with all that a client doesn't show blanked out; the length stays."""
    return _MARKS.sub(lambda mark: BLANK * len(mark[0]), render(text))


def as_read(text: str) -> str:
    """Return the text as it is read."""
    if text.isascii() and _SPECIAL.search(text) is None:
        return text.lower()
    return fold(shown(text))


def origins(text: str) -> list[int]:
    """Return for each character of `as_read(text)` the offset of the one it comes from, and the text's end."""
    return [i for i, character in enumerate(shown(text)) for _ in fold(character)] + [len(text)]
