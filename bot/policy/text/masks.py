"""Finds words in which letters are hidden behind signs: `f*ck`, `sh**`, `a**hole`."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.policy.text.disguise import Disguise
from bot.policy.text.fold import PLAIN, SYMBOL
from bot.policy.text.ordinary import is_ordinary

#: signs that people put in a letter's place, and signs that mostly mean something else
_STRONG = "*#@%^~" + SYMBOL
_AMID = "!$&"
_WEAK = "-_.?&+=/$'\"!:"

_HINT = re.compile(rf"[a-z][{re.escape(_STRONG + _WEAK)}]+[a-z]|[a-z][*#]|(?<!\S)[*#]{{1,3}}[a-z]{{2}}")
_EDGE = "-_.?&+=/'\"!:,;()[]{}<>|"
_MIN_LETTERS = 4
#: so many letters are enough when only the last is hidden
_PLENTY = 5
_LONGEST = 40
_LETTERS = re.compile("[a-z]+")
_CHUNKS = re.compile(r"\S+")
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})

Key = tuple[int, str, str]
#: a word as it may be masked, the word itself, and its literals
Masked = tuple[str, str, tuple[int, ...]]


@dataclass(frozen=True, kw_only=True, slots=True)
class MaskIndex:
    """Words by length, first and last letter; an empty letter is one that is hidden."""

    #: (length, first letter, last letter) → words and their literal
    words: Mapping[Key, Sequence[Masked]]


def _spellings(word: str) -> set[str]:
    """Return the spellings that may be masked: with umlauts or without, with ß as one letter."""
    return {word, word.replace("ss", "s"), word.translate(PLAIN), word.translate(_UMLAUTS)}


def build_mask_index(words: Mapping[str, tuple[int, ...]]) -> MaskIndex:
    """Return the index of words, each with its literals, that are long enough to be recognised when masked."""
    index: dict[Key, list[Masked]] = {}
    for word, literals in words.items():
        for spelling in _spellings(word):
            if len(spelling) >= _MIN_LETTERS and spelling.isascii():
                index.setdefault((len(spelling), spelling[0], spelling[-1]), []).append((spelling, word, literals))
    return MaskIndex(words=index)


def may_be_masked(folded: str) -> bool:
    """Return whether folded text holds something that looks like a masked word."""
    return _HINT.search(folded) is not None


def _candidates(index: MaskIndex, chunk: str) -> Iterator[Masked]:
    """Yield the words of the same length whose shown ends agree."""
    first, last = chunk[0], chunk[-1]
    for key in ((len(chunk), first, last),) if first.isalpha() and last.isalpha() else ():
        yield from index.words.get(key, ())
    if first.isalpha() != last.isalpha():
        shown = first if first.isalpha() else last
        for letter in "abcdefghijklmnopqrstuvwxyz":
            key = (len(chunk), shown, letter) if first.isalpha() else (len(chunk), letter, shown)
            yield from index.words.get(key, ())


def _agrees(word: str, shown: Sequence[tuple[int, str]]) -> bool:
    """Return whether the letters that are shown don't contradict the word."""
    return all([word[at] == letter for at, letter in shown])  # noqa: C419 - a generator takes three times as long


def _is_fair(word: str, chunk: str) -> bool:
    """Return whether enough is shown to be sure, and the signs are such as people mask with."""
    hidden = [(letter, sign) for letter, sign in zip(word, chunk, strict=True) if not sign.isalpha()]
    shown = len(word) - len(hidden)
    if shown < 2 or not hidden:
        return False
    pieces = _LETTERS.findall(chunk)
    if not chunk[-1].isalpha() or not chunk[0].isalpha():
        enough = (len(hidden) > 1 and chunk[0].isalpha()) or shown >= _PLENTY or not chunk[0].isalpha()
        return enough and all(sign in "*#" for _, sign in hidden) and not (len(hidden) == 1 and is_ordinary(pieces[0]))
    if all(sign in _STRONG for _, sign in hidden):
        return True
    letter, sign = hidden[0]
    if len(hidden) > 1 or (letter not in "aeiou" and sign != "&"):
        return False
    return (
        not all(len(piece) > 2 and is_ordinary(piece) for piece in pieces)
        if sign in _AMID
        else not all(map(is_ordinary, pieces))
    )


def _may_be_fair(chunk: str) -> bool:
    """Return whether signs stand where people put them in letters' places, whatever the word."""
    signs = [sign for sign in chunk if not sign.isalpha()]
    if not chunk[0].isalpha() or not chunk[-1].isalpha():
        return all(sign in "*#" for sign in signs)
    return len(signs) == 1 or all(sign in _STRONG for sign in signs)


def _fit(index: MaskIndex, chunk: str) -> Masked | None:
    """Return the word that the chunk masks, trying runs of one sign as one letter more and one fewer too."""
    forms = [chunk]
    run = re.search(r"([*#])\1+", chunk)
    if run is not None:
        forms += [chunk[: run.start()] + run[1] * (len(run[0]) + more) + chunk[run.end() :] for more in (1, -1)]
    if not _may_be_fair(chunk):
        return None
    for form in forms:
        shown = [(at, letter) for at, letter in enumerate(form) if letter.isalpha()]
        for masked in _candidates(index, form):
            if _agrees(masked[0], shown) and _is_fair(masked[0], form):
                return masked
    return None


def find_masked(text: str, index: MaskIndex) -> Iterator[Disguise]:
    """Yield the masked words of a rendered text."""
    for found in _CHUNKS.finditer(text):
        raw = found[0]
        chunk = raw.lower() if raw.isascii() and raw.isprintable() else raw.translate(PLAIN)
        if len(chunk) > _LONGEST or not may_be_masked(chunk):
            continue
        bare = chunk.strip(_EDGE)
        fit = _fit(index, bare) if _MIN_LETTERS <= len(bare) <= 30 else None
        if fit is not None:
            origins = [i for i, c in enumerate(raw, found.start()) for _ in PLAIN[ord(c)]]
            first = chunk.index(bare)
            for literal in fit[2]:
                start, end = origins[first], origins[first + len(bare) - 1] + 1
                yield Disguise(literal=literal, word=fit[1], start=start, end=end, how="masked")
