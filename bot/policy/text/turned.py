"""Reads text that was turned: upside down, or shown from right to left by force."""

import re
from collections.abc import Iterator, Mapping

from bot.policy.text.disguise import Disguise
from bot.policy.text.hit import Hit
from bot.policy.text.letter_table import TURNED, TURNS_INTO
from bot.policy.text.lexicon import Lexicon
from bot.policy.text.plain import find_plain

#: forces what follows to be shown from right to left
OVERRIDE = "\u202e"
_OVERRIDDEN = re.compile("\u202e([^\u202c\u202e\n]*)")
_FLIPPED = re.compile("[" + "".join(TURNED) + "]")
_TURNED_TABLE = str.maketrans(TURNED | TURNS_INTO)
_WORDS = re.compile(r"\w+")


def is_upside_down(text: str) -> bool:
    """Return whether the text holds letters turned upside down."""
    return not text.isascii() and _FLIPPED.search(text) is not None


def find_turned(text: str, words: Mapping[str, tuple[int, ...]]) -> list[Disguise]:
    """Return the words that text spells upside down, turned round as well or letter by letter."""
    found = []
    lower = text.lower()
    if len(lower) != len(text):
        return []
    for part in _WORDS.finditer(lower):
        if _FLIPPED.search(part[0]) is None:
            continue
        upright = part[0].translate(_TURNED_TABLE)
        found += [
            Disguise(literal=literal, word=spelling, start=part.start(), end=part.end(), how="upside down")
            for spelling in (upright[::-1], upright)
            for literal in words.get(spelling, ())
        ]
    return found


def find_overridden(text: str, lexicon: Lexicon) -> Iterator[Disguise]:
    """Yield what stands in text that is shown from right to left by force."""
    for part in _OVERRIDDEN.finditer(text):
        last = part.end(1)
        for hit in find_plain(part[1][::-1], lexicon):
            yield _turned_round(hit, last)


def _turned_round(hit: Hit, last: int) -> Disguise:
    start, end = last - hit.span.end, last - hit.span.start
    return Disguise(literal=hit.literal, word=hit.span.what, start=start, end=end, how="right to left")
