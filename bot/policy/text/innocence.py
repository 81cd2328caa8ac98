"""Says when a spelling that could be read as a term is more likely something else: the guards against false alarms."""

import re
import unicodedata
from dataclasses import dataclass
from itertools import groupby, pairwise

from bot.policy.text.fold import PLAIN
from bot.policy.text.ordinary import is_ordinary

#: words of at most so many letters are only found where every sign in them is beyond doubt
SHORT = 3

#: as often as a letter commonly stands in a row
_DOUBLE = 2
#: more signs than this between two letters belong to something else
_WIDEST_GAP = 5
#: how far the neighbourhood of a word is looked at
_NEAR = 30

#: longer words aren't met by chance when one letter is doubled
_COMMON_LETTERS = 5

_MARKUP = re.compile(r"\|\||\*\*|~~|__|`")
#: words of so many letters stand beside any other word
_LONG_WORD = 6
_BRACKETS = re.compile(r"[\[\](){}<>]")
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


#: commands that stand behind a prompt
_COMMANDS = frozenset({"cat", "cut", "top", "tar", "head", "tail", "sort", "wc", "ls", "cd", "ps", "man"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Spelling:
    """A word as it was written and as it was read."""

    #: as it stands in the text
    raw: str
    #: the word that it was read as, in the spelling that was recognised
    word: str
    #: the word's letters, each as often as it was written
    resolved: str
    #: the reading's name
    how: str


def is_innocent(spelling: Spelling) -> bool:
    """Return whether the spelling as written is more likely something else than the term."""
    raw, word = visible(spelling.raw), spelling.word
    words = _WORDS.findall(raw.lower())
    letters = sum(map(len, words))
    if len(word) <= SHORT and _BRACKETS.search(raw) is not None:
        return True
    if raw.isascii() and (letters == 0 or _is_code(raw, word, words)):
        return True
    if spelling.how == "umlauts" and len(raw) <= SHORT:
        return True
    if spelling.how == "look-alikes" and (len(word) <= SHORT or is_ordinary(raw.lower())):
        return True
    if letters >= len(word) and all(map(is_ordinary, words)) and max(map(len, words)) > 1:
        return True
    if len(words) == 1 and _is_bracketed(raw, words[0]):
        return True
    return raw.isascii() and _is_stretched_word(raw, word, spelling.resolved, spelling.how)


def visible(raw: str) -> str:
    """Return the spelling without characters and marks that clients don't show."""
    bare = _MARKUP.sub("", raw)
    if raw.isascii():
        return bare
    return "".join(character for character in unicodedata.normalize("NFC", bare) if PLAIN[ord(character)])


def _is_bracketed(raw: str, rest: str) -> bool:
    """Return whether a bracket, prompt or sign merely stands before or behind an ordinary word: `(rap`, `$cat`."""
    if raw[0] == "$" and rest in _COMMANDS:
        return True
    inner = raw.strip("(<{[+|#")
    return inner != raw and is_ordinary(inner.lower())


def _is_stretched_word(raw: str, word: str, resolved: str, how: str) -> bool:
    """Return whether repeated letters are those of an ordinary word: `goood` is good, not a stretched `god`."""
    if len(resolved) == len(word):
        return False
    if how == "leet" and _SAME_DIGITS.search(raw) is not None:
        return True
    written = [(letter, sum(1 for _ in run)) for letter, run in groupby(resolved)]
    needed = [sum(1 for _ in run) for _, run in groupby(word)]
    excess = [(letter, count) for (letter, count), least in zip(written, needed, strict=True) if count > least]
    doubled = "".join(letter * min(count, _DOUBLE) for letter, count in written)
    if doubled != word and is_ordinary(doubled):
        return True
    return len(word) <= _COMMON_LETTERS and all(letter in "eo" and count == _DOUBLE for letter, count in excess)


def _is_code(raw: str, word: str, words: list[str]) -> bool:
    """Return whether signs and digits are rather a number, a key, an expression."""
    signs = [character for character in raw if not character.isalpha()]
    if not signs:
        return False
    gaps = _GAPS.findall(raw)
    if gaps and max(map(len, gaps)) > _WIDEST_GAP:
        return True
    digits = sum(map(str.isdigit, signs))
    if len(word) > SHORT:
        return digits == len(signs) and len(raw) - digits == 1
    if len(raw) == len(word):  # nothing between the letters: the signs are letters themselves
        return len(set(signs)) > 1 or (len(signs) == 1 and digits == 1 and not raw[1].isdigit())
    parted = len(gaps) == len(word) - 1 and len(set(gaps)) == 1
    return not parted or len(_LETTERS.findall(raw)) != len(word)


def breaks_at(text: str, offset: int) -> bool:
    """Return whether a new word begins at the offset by capitals alone: `FuckYou`."""
    return 0 < offset < len(text) and text[offset - 1].islower() and text[offset].isupper()


def is_amid_words(text: str, start: int, end: int) -> bool:
    """Return whether a word parted by capitals alone stands amid ordinary ones: `FuckYou`, not `MongoDb`."""
    if end - start <= SHORT:
        return False
    before, after = (
        _GLUED_BEFORE.search(text[max(0, start - _NEAR) : start]),
        _GLUED_AFTER.match(text[end : end + _NEAR]),
    )
    if end - start >= _LONG_WORD and text[end - 1].islower():
        return True
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
    if left.endswith(word) or right.startswith(word):
        return False  # the same once more
    return is_ordinary(left + word + right) or not all(
        rest in _LONE_WORDS or (len(rest) > 1 and is_ordinary(rest)) for rest in (left, right)
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
