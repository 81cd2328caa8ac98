"""Words for made-up chat, by how often people use them, and made-up terms for lists."""

import gzip
import json
import random
from collections.abc import Iterator
from functools import cache
from importlib import resources
from itertools import accumulate

from bot.policy.text.ordinary import ordinary_words

#: how many of the commonest words of a language are spoken
_SPOKEN = 60_000
#: every so many terms, one is a phrase
_PHRASE_EVERY = 5
#: phrases are made of words that are neither the commonest nor the rarest
_PHRASE_WORDS = slice(3_000, 20_000)
_ONSETS = ("b", "br", "d", "dr", "f", "fl", "g", "gr", "h", "j", "k", "kn", "l", "m", "n", "p", "pr", "r", "s", "sch")
_MORE_ONSETS = ("sk", "sl", "sp", "st", "t", "tr", "v", "w", "wr", "y", "z", "zw")
_VOWELS = (*"aeiou" * 3, "ee", "ai", "ou", "ie")
_CODAS = (*("",) * 10, "ck", "d", "ff", "g", "l", "m", "n", "ng", "p", "r", "rt", "s", "st", "t", "x", "zz")


@cache
def spoken(language: str) -> tuple[tuple[str, ...], tuple[int, ...]]:
    """Return the ordinary words of a language, the commonest first, and how often they and all before are used."""
    file = resources.files("spellchecker").joinpath(f"resources/{language}.json.gz")
    counts: dict[str, int] = json.loads(gzip.decompress(file.read_bytes()))
    known = (word for word in counts if word in ordinary_words())
    words = tuple(sorted(known, key=lambda word: (-counts[word], word))[:_SPOKEN])
    return words, tuple(accumulate(counts[word] for word in words))


def terms(count: int) -> list[str]:
    """Return so many made-up terms, none of them an ordinary word; fewer are always the beginning of more."""
    found: dict[str, None] = {}
    every = _terms()
    while len(found) < count:
        found[next(every)] = None
    return list(found)


def _terms() -> Iterator[str]:
    """Yield terms: words that sound like words, and phrases."""
    chance = random.Random(20)
    parts = [*spoken("en")[0][_PHRASE_WORDS], *spoken("de")[0][_PHRASE_WORDS]]
    ordinary, number = ordinary_words(), 0
    while True:
        number += 1
        if number % _PHRASE_EVERY == 0:
            yield " ".join(chance.sample(parts, chance.choice((2, 2, 3))))
            continue
        word = _made_up(chance)
        if word not in ordinary:
            yield word


def _made_up(chance: random.Random) -> str:
    """Return something that could be a word, mostly of five to nine letters."""
    onsets = _ONSETS + _MORE_ONSETS
    word = ""
    for _ in range(chance.choice((2, 2, 2, 3, 3))):
        word += chance.choice(onsets) + chance.choice(_VOWELS) + chance.choice(_CODAS)
    return word if len(word) > 3 else word + "er"
