"""Which letters signs, digits and other letters stand for, and whether written characters spell a word."""

import re
from collections.abc import Mapping, Sequence

#: signs and digits → letters they are used for; all letters of one sign are of one class
SIGNS: Mapping[str, str] = {
    "0": "o", "1": "il", "2": "z", "3": "e", "4": "a", "5": "s", "6": "gb", "7": "t", "8": "b", "9": "gq", "@": "a",
    "$": "s",
    "!": "il", "|": "il", "+": "t", "(": "c", "<": "c", "{": "c", "[": "c", "#": "h",
}  # fmt: skip

#: letters that are written for others in the same class
_PLAYED = {"v": "vu", "q": "qg", "z": "zs", "u": "uv"}

#: letters that a reading takes for one another before a closer look: letter → the letter that stands for its class
CLASSES = {"l": "i", "v": "u", "q": "g", "b": "g", "z": "s"}

#: a letter that stands more often in a row says no more than one that stands so often
_LONG_RUNS = re.compile(r"(.)\1{8,}")
_CLASS_TABLE = str.maketrans(CLASSES)


def classed(text: str) -> str:
    """Return the lower-case text with one letter for each class."""
    return text.translate(_CLASS_TABLE)


def _meanings(written: Sequence[str], *, playful: bool) -> list[str]:
    """Return the letters that each of the written characters may stand for."""
    meanings = []
    last_z = len("".join(written).rstrip("z"))
    for i, character in enumerate(written):
        letters = SIGNS.get(character, character)
        if playful and character in _PLAYED:
            # `azz`, `titz`, but no `moze` and no `pizzy`
            fits = character != "z" or i >= last_z or (i in (1, 2) and "".join(written[:3]) == "azz")
            letters = _PLAYED[character] if fits else character
        meanings.append(letters)
    return meanings


def resolve(word: str, written: Sequence[str], *, playful: bool) -> str | None:
    """Return what is written in the word's letters, each as often as it stands there; None if it isn't the word.

    Every character is one more of the letter before or the word's next letter.
    """
    if "".join(written) == word:
        return word
    written = _LONG_RUNS.sub(r"\1\1\1\1\1\1\1\1", "".join(written))
    states = [1]
    for meant in _meanings(written, playful=playful):
        before = states[-1]
        reach = before | before << 1 if len(states) > 1 else before
        fits, rest = 0, reach
        while rest:
            bit = rest & -rest
            rest ^= bit
            at = bit.bit_length() - 1
            if at < len(word) and word[at] in meant:
                fits |= bit
        if not fits:
            return None
        states.append(fits)
    at = len(word) - 1
    if not states[-1] >> at & 1:
        return None
    letters = []
    for i in range(len(written) - 1, -1, -1):
        letters.append(word[at])
        # as the same letter's first if it can be, so that `ass` isn't read as one long `s`
        if i and at and states[i] >> (at - 1) & 1:
            at -= 1
    return "".join(reversed(letters)) if at == 0 else None
