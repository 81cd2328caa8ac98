"""Tells a disguise from a word of another language: words written wholly in one other script."""

import re

from bot.policy.text.fold import are_twins
from bot.policy.text.ordinary import foreign_words

#: scripts that are mixed in no ordinary word; those of East Asia count as one
_SCRIPTS = tuple(
    re.compile(f"[{ranges}]")
    for ranges in (
        "\u0370-\u03ff\u1f00-\u1fff", "\u0400-\u052f\u1c80-\u1c8f\u2de0-\u2dff\ua640-\ua69f", "\u0530-\u058f",
        "\u0590-\u05ff", "\u0600-\u077f", "\u0e00-\u0eff", "\u10a0-\u10ff", "\u13a0-\u13ff\uab70-\uabbf",
        "\u1400-\u167f", "\u1200-\u139f", "\u2c80-\u2cff", "\ua4d0-\ua4ff",
        "\u2e80-\ua48f\uac00-\ud7af\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff",
    )
)  # fmt: skip
_MIN_LETTERS = 4


def is_one_script(letters: str) -> bool:
    """Return whether no two scripts are mixed in some letters of other scripts."""
    return sum(script.search(letters) is not None for script in _SCRIPTS) <= 1


def is_plausible(raw: str) -> bool:
    """Return whether a word in another script, amid Latin text, is more likely a word of its own language."""
    if are_twins(raw):
        return False
    letters = "".join(filter(str.isalpha, raw)).casefold()
    return len(letters) < _MIN_LETTERS or letters in foreign_words()
