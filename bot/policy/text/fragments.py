"""Finds words torn in two by a space: `fu ck`; only where a piece is no word of its own."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from bot.policy.text.ordinary import is_ordinary

_MIN_LETTERS = 4
#: so many letters at an end say for most pieces that they are none
_GLANCE = 4
_VOWELS = frozenset("aeiouyäöü")
#: letters that an apostrophe leaves behind, as in `what s`
_LEFT_BEHIND = frozenset("stdmn")


@dataclass(frozen=True, kw_only=True, slots=True)
class FragmentIndex:
    """Words sorted from both ends, to say whether something begins or ends one of them."""

    #: words in order
    forwards: Sequence[str] = field(repr=False)
    #: reversed words in order
    backwards: Sequence[str] = field(repr=False)
    #: the words
    words: frozenset[str] = field(repr=False)
    #: their first one to four letters
    heads: frozenset[str] = field(repr=False)
    #: their last one to four letters
    tails: frozenset[str] = field(repr=False)


def build_fragment_index(words: Iterable[str]) -> FragmentIndex:
    """Return the index of the words that are long enough to be recognised when torn."""
    kept = [word for word in words if len(word) >= _MIN_LETTERS]
    return FragmentIndex(
        forwards=sorted(kept), backwards=sorted(word[::-1] for word in kept), words=frozenset(kept),
        heads=frozenset(word[:n] for word in kept for n in range(1, _GLANCE + 1)),
        tails=frozenset(word[-n:] for word in kept for n in range(1, _GLANCE + 1)),
    )  # fmt: skip


def _begins_one(words: Sequence[str], piece: str) -> bool:
    at = bisect_left(words, piece)
    return at < len(words) and words[at].startswith(piece)


def begins_word(index: FragmentIndex, piece: str) -> bool:
    """Return whether a word of the index begins with the lower-case piece."""
    return piece[:_GLANCE] in index.heads and (len(piece) <= _GLANCE or _begins_one(index.forwards, piece))


def ends_word(index: FragmentIndex, piece: str) -> bool:
    """Return whether a word of the index ends with the lower-case piece."""
    return piece[-_GLANCE:] in index.tails and (len(piece) <= _GLANCE or _begins_one(index.backwards, piece[::-1]))


def is_noise(piece: str) -> bool:
    """Return whether the piece can't be a word of any language: consonants alone."""
    return not _VOWELS & set(piece) and piece not in _LEFT_BEHIND


def are_torn(pieces: Sequence[str]) -> bool:
    """Return whether lower-case pieces of a word are no words of their own."""
    return any(map(is_noise, pieces)) or not any(map(is_ordinary, pieces))
