"""Tells hosts whose letters pretend to be of another script."""

import unicodedata
from functools import lru_cache

from bot.policy.text.fold import are_twins

#: scripts that are written together in ordinary names
_WRITTEN_TOGETHER = frozenset({"LATIN", "CJK", "HIRAGANA", "KATAKANA", "HANGUL", "BOPOMOFO", "IDEOGRAPHIC"})


@lru_cache(maxsize=4_096)
def _script(letter: str) -> str:
    """Return the first word of a letter's Unicode name, which is its script."""
    return unicodedata.name(letter, "UNKNOWN").partition(" ")[0].partition("-")[0]


def pretends(shown_host: str) -> bool:
    """Return whether a label mixes scripts that don't belong together, or only looks like a Latin one."""
    if shown_host.isascii():
        return False
    labels = shown_host.split(".")
    latin_ending = labels[-1].isascii()
    return any(_mixes(label) or (latin_ending and _only_looks_latin(label)) for label in labels)


def _mixes(label: str) -> bool:
    scripts = {_script(letter) for letter in label if letter.isalpha()}
    return len(scripts) > 1 and not scripts <= _WRITTEN_TOGETHER


def _only_looks_latin(label: str) -> bool:
    letters = [letter for letter in label if letter.isalpha()]
    return bool(letters) and not any(_script(letter) == "LATIN" for letter in letters) and are_twins(label)
