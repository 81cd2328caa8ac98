"""Says when a spelling that could be read as a term is more likely something else: the guards against false alarms."""

import re
from itertools import pairwise

from bot.policy.text.lexicon import Core, collapse
from bot.policy.text.ordinary import is_ordinary

#: words of at most so many letters are only found where every sign in them is beyond doubt
SHORT = 3

#: as often as a letter commonly stands in a row
_DOUBLE = 2
#: more signs than this between two letters belong to something else
_WIDEST_GAP = 5
#: how far the neighbourhood of a word is looked at
_NEAR = 30

_WORDS = re.compile(r"[^\W\d_]+")
_LETTERS = re.compile(r"[^\W_]")
_GAPS = re.compile(r"[^\w\u200b]+|_+")
_SAME_DIGITS = re.compile(r"(\d)\1\1")
#: letters that stand alone, parted by signs but not by white space
_ALONE_BEFORE = re.compile(r"(?<![^\W_])(?:[^\W\d_][^\w\s]{1,3})+$")
_ALONE_AFTER = re.compile(r"(?:[^\w\s]{1,3}[^\W\d_](?![^\W_]))+")
_LONE_WORDS = ("", "a", "i", "u", "y", "n")
_GLUED_BEFORE = re.compile(r"@?[^\W\d_]+$")
_GLUED_AFTER = re.compile(r"[^\W\d_]+")
_CAPITALISED = re.compile(r"[A-Z]?[^\WA-Z\d_]+|[A-Z]+")


def is_innocent(raw: str, core: Core, counts: list[int], how: str) -> bool:
    """Return whether the spelling as written is more likely something else than the term.

    `counts` says how often each letter of the collapsed word stands in a row; `how` names the reading.
    """
    words = _WORDS.findall(raw.lower())
    letters = sum(map(len, words))
    if raw.isascii() and (letters == 0 or _is_code(raw, core, counts)):
        return True
    if how == "umlauts" and len(raw) <= SHORT:
        return True
    if letters >= len(core.word) and all(map(is_ordinary, words)) and max(map(len, words)) > 1:
        return True
    return _is_stretched_word(raw, core, counts, how)


def _is_stretched_word(raw: str, core: Core, counts: list[int], how: str) -> bool:
    """Return whether repeated letters are those of an ordinary word: `goood` is good, not a stretched `god`."""
    letters = collapse(core.word)[0]
    excess = [(letter, count) for letter, count, needed in zip(letters, counts, core.runs, strict=True) if count > needed]
    if not excess:
        return False
    if all(letter in "eo" and count == _DOUBLE for letter, count in excess):
        return True
    if how == "leet" and _SAME_DIGITS.search(raw) is not None:
        return True
    doubled = "".join(letter * min(count, _DOUBLE) for letter, count in zip(letters, counts, strict=True))
    return doubled != core.word and is_ordinary(doubled)


def _is_code(raw: str, core: Core, counts: list[int]) -> bool:
    """Return whether signs and digits are rather a number, a key, an expression."""
    signs = [character for character in raw if not character.isalpha()]
    if not signs:
        return False
    gaps = _GAPS.findall(raw)
    if gaps and max(map(len, gaps)) > _WIDEST_GAP:
        return True
    digits = sum(map(str.isdigit, signs))
    if len(core.word) > SHORT:
        return digits == len(signs) and len(raw) - digits == 1
    if len(raw) == len(core.word):  # nothing between the letters: the signs are letters themselves
        return len(set(signs)) > 1 or len(signs) == 1 and digits == 1 and not raw[1].isdigit()
    parted = len(gaps) == len(core.word) - 1 and len(set(gaps)) == 1
    return not parted or len(_LETTERS.findall(raw)) != len(core.word)


def breaks_at(text: str, offset: int) -> bool:
    """Return whether a new word begins at the offset by capitals alone: `FuckYou`."""
    return 0 < offset < len(text) and text[offset - 1].islower() and text[offset].isupper()


def is_amid_words(text: str, start: int, end: int) -> bool:
    """Return whether a word parted by capitals alone stands amid ordinary ones: `FuckYou`, not `MongoDb`."""
    if end - start <= SHORT:
        return False
    before, after = _GLUED_BEFORE.search(text[max(0, start - _NEAR) : start]), _GLUED_AFTER.match(text[end : end + _NEAR])
    rest = (before[0] if before is not None else "") + (after[0] if after is not None else "")
    return not rest.startswith("@") and all(is_ordinary(word.lower()) for word in _CAPITALISED.findall(rest))


def is_longer_word(text: str, start: int, end: int, word: str) -> bool:
    """Return whether letters that stand alone go on beside the word and make it another: `h.e.l.l.o`."""
    before = _ALONE_BEFORE.search(text[max(0, start - _NEAR) : start])
    after = _ALONE_AFTER.match(text[end : end + _NEAR])
    left = "".join(filter(str.isalpha, before[0])).lower() if before is not None else ""
    right = "".join(filter(str.isalpha, after[0])).lower() if after is not None else ""
    if not left and not right:
        return False
    return is_ordinary(left + word + right) or not all(
        rest in _LONE_WORDS or len(rest) > 1 and is_ordinary(rest) for rest in (left, right)
    )


def stands_plainly(text: str, start: int, end: int) -> bool:
    """Return whether ASCII signs or the text's borders enclose a word, so that the ordinary scan finds it."""
    before, after = text[start - 1 : start] or " ", text[end : end + 1] or " "
    return before.isascii() and not before.isalnum() and after.isascii() and not after.isalnum()


def is_evenly_parted(gaps: list[str], pieces: list[str]) -> bool:
    """Return whether letters stand apart on purpose: one by one, and the same signs or a single one between them."""
    if any(len(piece) > 1 and (is_ordinary(piece) or not piece.isalpha()) for piece in pieces):
        return False
    return all(left == right for left, right in pairwise(gaps)) or all(len(gap) == 1 for gap in gaps)
