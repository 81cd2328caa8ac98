"""Finds words torn in two by a space: `fu ck`; only where a piece is no word of its own."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from bot.policy.text.ordinary import is_ordinary

_MIN_LETTERS = 4
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
    #: letters of the longest of them
    longest: int


def build_fragment_index(words: Iterable[str]) -> FragmentIndex:
    """Return the index of the words that are long enough to be recognised when torn."""
    kept = [word for word in words if len(word) >= _MIN_LETTERS]
    return FragmentIndex(
        forwards=sorted(kept), backwards=sorted(word[::-1] for word in kept), words=frozenset(kept),
        longest=max(map(len, kept), default=0),
    )  # fmt: skip


def _begins_one(words: Sequence[str], piece: str) -> bool:
    at = bisect_left(words, piece)
    return at < len(words) and words[at].startswith(piece)


def is_fragment(index: FragmentIndex, piece: str) -> bool:
    """Return whether the lower-case piece begins or ends a word of the index."""
    return _begins_one(index.forwards, piece) or _begins_one(index.backwards, piece[::-1])


def is_noise(piece: str) -> bool:
    """Return whether the piece can't be a word of any language: consonants alone."""
    return not _VOWELS & set(piece) and piece not in _LEFT_BEHIND


def are_torn(pieces: Sequence[str]) -> bool:
    """Return whether lower-case pieces of a word are no words of their own."""
    return any(map(is_noise, pieces)) or not any(map(is_ordinary, pieces))
