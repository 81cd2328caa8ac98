"""Finds words with one wrong, missing, additional or swapped letter; an opt-in of each word list."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

_MIN_LETTERS = 5
_MAX_LETTERS = 30


@dataclass(frozen=True, kw_only=True, slots=True)
class TypoIndex:
    """Words by every form that lacks one of their letters (symmetric deletion)."""

    #: form → words and their literals
    forms: Mapping[str, Sequence[tuple[str, tuple[int, ...]]]] = field(repr=False)


def _shorter(word: str) -> Iterator[str]:
    return (word[:i] + word[i + 1 :] for i in range(len(word)))


def build_typo_index(words: Mapping[str, tuple[int, ...]]) -> TypoIndex:
    """Return the index of the words of at least five letters."""
    forms: dict[str, list[tuple[str, tuple[int, ...]]]] = {}
    for word, literals in words.items():
        if len(word) >= _MIN_LETTERS:
            for form in {word, *_shorter(word)}:
                forms.setdefault(form, []).append((word, literals))
    return TypoIndex(forms=forms)


def is_one_off(left: str, right: str) -> bool:
    """Return whether the words differ by one letter changed, added, missing, or swapped with its neighbour."""
    if abs(len(left) - len(right)) > 1 or left == right:
        return False
    short, long = sorted((left, right), key=len)
    i = next((i for i, (a, b) in enumerate(zip(short, long, strict=False)) if a != b), len(short))
    if len(short) < len(long):
        return short[i:] == long[i + 1 :]
    return short[i + 1 :] == long[i + 1 :] or (
        short[i : i + 2] == long[i : i + 2][::-1] and short[i + 2 :] == long[i + 2 :]
    )


def find_typo(index: TypoIndex, word: str) -> tuple[str, tuple[int, ...]] | None:
    """Return the word of the index, with its literals, from which a lower-case word differs by one letter, if any."""
    if not _MIN_LETTERS - 1 <= len(word) <= _MAX_LETTERS:
        return None
    for form in (word, *_shorter(word)):
        for known, literals in index.forms.get(form, ()):
            if is_one_off(word, known):
                return known, literals
    return None
