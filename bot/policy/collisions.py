"""Which everyday words a term would find by mistake."""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, groupby

import ahocorasick_rs

from bot.policy.text.everyday import everyday_words
from bot.policy.text.fold import fold
from bot.policy.text.lexicon import Literal

#: a term of no language, or of this one, is an everyday word when it is among so many
_COMMON_OWN = 3_000
#: and a term of another language when it is among so many
_COMMON_OTHER = 10_000
#: words that a term may read like
_COMMON_READ = 10_000
_NAMED = 3
#: signs and digits as the letters that they are used for
_SIGNS = tuple(str.maketrans("0134578@$!", f"o{one}eastbas{one}") for one in "il")
#: a letter stands in a row at most so often in everyday words
_DOUBLE = 2
#: a term of so many letters may go on with an ending without being part of another word
_STEM = 5
_ENDINGS = frozenset(
    ["s", "es", "ed", "er", "ers", "ing", "y", "ly", "d", "e", "en", "em", "n", "t", "te", "ten", "st", "in", "innen"]
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Collision:
    """Everyday words that a term finds by mistake."""

    #: `inside`, `begins`, `ends` or `collapses`
    kind: str
    #: the commonest of them
    words: tuple[str, ...]
    #: how common the first is
    rank: int


def everyday_in(literal: Literal, language: str | None, around: Iterable[str]) -> tuple[str, int] | None:
    """Return the language in which a term is itself an everyday word, and how common; its own language counts first."""
    ranks = []
    for spoken in around:
        rank = everyday_words(spoken).get(literal.text)
        limit = _COMMON_OWN if language in (None, spoken) else _COMMON_OTHER
        if rank is not None and rank < limit:
            ranks.append((language not in (None, spoken), rank, spoken))
    return (min(ranks)[2], min(ranks)[1]) if ranks else None


class Collider:
    """The everyday words around some terms, made ready for looking up."""

    def __init__(self, languages: Iterable[str], literals: Iterable[Literal], terms: frozenset[str]) -> None:
        """Make ready for these literals; what is listed as a term anywhere (`terms`) is no everyday word here."""
        ranks: dict[str, int] = {}
        for language in sorted(languages):
            for word, rank in everyday_words(language).items():
                ranks[word] = min(rank, ranks.get(word, rank))
        self._ranks = ranks
        words = sorted((word for word in ranks if word not in terms), key=lambda word: (ranks[word], word))
        self._collapsed = _by_collapsed(words, ranks)
        self._holding = _holding(words, {_pattern(one) for one in literals if one.open_left or one.open_right})

    def find(self, literal: Literal, allow: tuple[Literal, ...]) -> Collision | None:
        """Return the everyday words that the term would find, the commonest first, or None."""
        text = literal.text
        if " " in text or not any(map(str.isalpha, text)):
            return None
        if literal.open_left or literal.open_right:
            kind, words = self._around(literal)
        else:
            kind, words = "collapses", self._like(text)
        left = [word for word in words if not any(_lets_pass(one, word) for one in allow)]
        return Collision(kind=kind, words=tuple(left[:_NAMED]), rank=self._ranks[left[0]]) if left else None

    def _around(self, literal: Literal) -> tuple[str, list[str]]:
        """Return how the term lies in everyday words, and in which."""
        text = literal.text
        kind = "inside" if literal.is_contained else "ends" if literal.open_left else "begins"
        found = self._holding.get(_pattern(literal), ())
        return kind, [word for word in found if word != text and not _is_inflected(word, text)]

    def _like(self, text: str) -> list[str]:
        """Return the everyday words that the term reads like once signs are letters and repeats are undone."""
        forms = {text}
        if not (text.isascii() and text.isalpha()):
            forms |= {"".join(filter(str.isalpha, fold(text).translate(signs))) for signs in _SIGNS}
        found = set()
        for form in forms:
            collapsed, runs = _collapsed(form)
            fewest = tuple(min(run, _DOUBLE) for run in runs)
            for word, counts in self._collapsed.get(collapsed, ()):
                if word != text and all(count >= few for count, few in zip(counts, fewest, strict=True)):
                    found.add(word)
        return sorted(found, key=lambda word: (self._ranks[word], word))


def _pattern(literal: Literal) -> str:
    return ("" if literal.open_left else "\n") + literal.text + ("" if literal.open_right else "\n")


def _holding(words: Sequence[str], patterns: set[str]) -> dict[str, list[str]]:
    """Return pattern → the words, each between line feeds, in which it stands, in their order."""
    if not patterns:
        return {}
    listed = sorted(patterns)
    finder = ahocorasick_rs.AhoCorasick(listed, store_patterns=False)
    starts = list(accumulate((len(word) + 1 for word in words), initial=1))
    found: dict[str, dict[str, None]] = {}
    text = "\n" + "\n".join(words) + "\n"
    for pattern, start, _ in finder.find_matches_as_indexes(text, overlapping=True):
        # a border belongs to the pattern where there is one
        inner = start + listed[pattern].startswith("\n")
        found.setdefault(listed[pattern], {})[words[bisect_right(starts, inner) - 1]] = None
    return {pattern: list(inside) for pattern, inside in found.items()}


def _by_collapsed(words: Iterable[str], ranks: Mapping[str, int]) -> dict[str, list[tuple[str, tuple[int, ...]]]]:
    found: dict[str, list[tuple[str, tuple[int, ...]]]] = {}
    for word in words:
        if ranks[word] < _COMMON_READ and len(word) > 1:
            collapsed, runs = _collapsed(word)
            found.setdefault(collapsed, []).append((word, runs))
    return found


def _collapsed(word: str) -> tuple[str, tuple[int, ...]]:
    """Return the word with each letter once in a row, and how often it stood there."""
    letters = [(letter, sum(1 for _ in row)) for letter, row in groupby(word)]
    return "".join(letter for letter, _ in letters), tuple(count for _, count in letters)


def _is_inflected(word: str, term: str) -> bool:
    return len(term) >= _STEM and word.startswith(term) and word[len(term) :] in _ENDINGS


def _lets_pass(allowed: Literal, word: str) -> bool:
    """Return whether a term found in the word would be let pass."""
    if allowed.open_left and allowed.open_right:
        return allowed.text in word
    if allowed.open_left:
        return word.endswith(allowed.text)
    return word.startswith(allowed.text) if allowed.open_right else word == allowed.text
