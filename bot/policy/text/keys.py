"""Says whether a term could stand plainly in some chunks: each literal has one word without which it doesn't."""

from collections.abc import Iterable
from dataclasses import dataclass, field

import ahocorasick_rs

from bot.policy.text.everyday import KNOWN, everyday_words
from bot.policy.text.spaced import spaced


@dataclass(frozen=True, kw_only=True, slots=True)
class Keys:
    """One word of each literal, the rarest of a phrase."""

    #: words that stand by themselves
    words: frozenset[bytes] = field(repr=False)
    #: finds those that may begin or end inside others; None when there are none
    finder: ahocorasick_rs.BytesAhoCorasick | None = field(repr=False)


def _rarity(word: bytes) -> tuple[int, int]:
    """Return what is greater for a rarer word."""
    text = word.decode("utf-8", "surrogatepass")
    return min(everyday_words(language).get(text, 1 << 30) for language in KNOWN), len(word)


def _key(pattern: bytes) -> bytes:
    """Return the rarest word of a pattern, with the spaces that border it."""
    words = pattern.split()
    if len(words) < 2:
        return pattern
    at = max(range(len(words)), key=lambda i: _rarity(words[i]))
    opens = b"" if at == 0 and pattern[:1] != b" " else b" "
    closes = b"" if at == len(words) - 1 and pattern[-1:] != b" " else b" "
    return opens + words[at] + closes


def build_keys(patterns: Iterable[bytes]) -> Keys:
    """Return the keys of patterns that are looked for in spaced text."""
    keys = {_key(pattern) for pattern in patterns}
    inside = sorted(key for key in keys if key[:1] != b" " or key[-1:] != b" ")
    finder = ahocorasick_rs.BytesAhoCorasick(inside) if inside else None
    return Keys(words=frozenset(key.strip() for key in keys.difference(inside)), finder=finder)


def holds_key(chunks: Iterable[str], keys: Keys) -> bool:
    """Return whether some literal's key stands in one of the chunks; without, no literal stands in their text."""
    shown = spaced(" ".join(chunks))
    if not keys.words.isdisjoint(shown.split()):
        return True
    return keys.finder is not None and bool(keys.finder.find_matches_as_indexes(b" %b " % shown))
