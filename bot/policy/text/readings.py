"""The ways in which a disguised word is read: each turns text into letters, droppable separators and hard borders.

In a reading, `.` stands for anything that may be dropped inside a word, a space for what ends a word, and everything
else is a letter. Readings only propose; `disguise.py` decides.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from bot.policy.text.fold import LOOKS, LOOKS_SECOND, PLAIN, has_second_reading
from bot.policy.text.letter_table import TURNED, TURNS_INTO
from bot.policy.text.render import BLANK

#: signs and digits that are used for letters
_LEET = {
    "0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "6": "g", "7": "t", "8": "b", "9": "g", "@": "a", "$": "s",
    "!": "i", "|": "i", "+": "t", "(": "c", "<": "c", "{": "c", "[": "c",
}  # fmt: skip
_LEET_L = _LEET | {"1": "l", "!": "l", "|": "l", "6": "b", "9": "q", "8": "b", "2": "z"}

#: letters drawn with several signs; the longest first
_DRAWN = {
    "\\/\\/": "w", "|\\/|": "m", "/\\/\\": "m", "|\\|": "n", "/\\/": "n", "|_|": "u", "(_)": "u", "|-|": "h",
    "/-\\": "a", "/\\": "a", "\\/": "v", "|<": "k", "|{": "k", "|>": "p", "|)": "d", "|3": "b", "|=": "f", "|#": "f",
    "|_": "l", "><": "x", "()": "o", "[]": "o", "][": "i", "}{": "h", "vv": "w", "uu": "w", "ph": "f",
}  # fmt: skip
_DRAWN_SIGNS = re.compile("|".join(re.escape(signs) for signs in sorted(_DRAWN, key=len, reverse=True)), re.IGNORECASE)

#: an apostrophe that leads to no ending such as in `don't` or `who're`
_LOOSE_APOSTROPHE = re.compile(r"(?<=[^\W\d_])'(?=[^\W\d_])(?!(?:s|t|re|ve|ll|d|m|em|n|clock|all)\b)", re.IGNORECASE)
_PAIRS = re.compile(r"\$[({\[]|\(([^()\s]*)\)|\[([^\[\]\s]*)\]|\{([^{}\s]*)\}|<([^<>\s]*)>")
_HEADS = re.compile(r"(?<!\S)[(<{\[#+|.,\"-]+")
_TAILS = re.compile(r"[!|+(<{\[#.,?\"-]+(?!\S)")
_LEET_HINT = re.compile(r"[^\W\d_][\W_]*[0-9@$!|+(<{\[#/\\}\x01]|[0-9@$!|+(<{\[#/\\>][\W_]*[^\W\d_]")
_FLIPPED = re.compile("[" + "".join(TURNED) + "]")


class _Composed(dict[int, str]):
    """A table that folds a character and then reads what it folded to."""

    def __init__(self, fold: Mapping[int, str], meaning: Callable[[str], str]) -> None:
        super().__init__()
        self._fold = fold
        self._meaning = meaning

    def __missing__(self, code: int) -> str:
        read = "".join(map(self._meaning, self._fold[code]))
        if len(self) < 60_000:
            self[code] = read
        return read


def _separated(character: str) -> str:
    if character.isalpha():
        return character
    if character == "\n":
        return "\n"
    return " " if character in " '" or character.isdigit() else "."


def _leet(table: Mapping[str, str]) -> Callable[[str], str]:
    def meaning(character: str) -> str:
        return table.get(character) or _separated(character)

    return meaning


def _umlauts(fold: Mapping[int, str]) -> Mapping[int, str]:
    """Return the fold with ä, ö, ü spelt ae, oe, ue, also where the dots are a mark of their own."""
    table = _Composed(fold, lambda character: character)
    for letter, spelt in (("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("Ä", "ae"), ("Ö", "oe"), ("Ü", "ue"), ("\u0308", "e")):
        table[ord(letter)] = spelt
    return table


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading:
    """One way to read a text, letter by letter."""

    #: what a person is told: `leet`, `separated`, …
    name: str
    #: code point → what it is read as
    table: Mapping[int, str] = field(repr=False)
    #: blanks out or replaces what several characters draw together; keeps the length
    prepare: Callable[[str], str] = field(repr=False)

    def read(self, text: str) -> str:
        """Return the reading of the text."""
        return self.prepare(text).translate(self.table)

    def trace(self, text: str) -> list[tuple[str, int]]:
        """Return the same, each letter with the offset of the character it came from."""
        table = self.table
        return [(letter, i) for i, character in enumerate(self.prepare(text)) for letter in table[ord(character)]]


def _as_is(text: str) -> str:
    return _LOOSE_APOSTROPHE.sub(".", text) if "'" in text else text


def _without_pairs(text: str) -> str:
    """Return the text with brackets that enclose something as separators: `f(x)` is no `fcx`."""
    return _PAIRS.sub(lambda match: "." + match[0][1:-1] + ".", text)  # `$(` becomes `..`


def _draw(match: re.Match[str]) -> str:
    return _DRAWN[match[0].lower()] + BLANK * (len(match[0]) - 1)


def _leet_i(text: str) -> str:
    heads = _HEADS.sub(lambda match: "." * len(match[0]), _without_pairs(text))
    return _TAILS.sub(lambda match: "." * len(match[0]), heads)


def _drawn(text: str) -> str:
    return _leet_i(_DRAWN_SIGNS.sub(_draw, text))


def _fold_named(fold: Mapping[int, str], suffix: str) -> dict[str, Reading]:
    return {
        "separated" + suffix: Reading(name="separated", table=_Composed(fold, _separated), prepare=_as_is),
        "leet" + suffix: Reading(name="leet", table=_Composed(fold, _leet(_LEET)), prepare=_leet_i),
        "leet l" + suffix: Reading(name="leet", table=_Composed(fold, _leet(_LEET_L)), prepare=_without_pairs),
    }


_READINGS = {
    **_fold_named(PLAIN, ""),
    **_fold_named(LOOKS, " looks"),
    **_fold_named(LOOKS_SECOND, " second"),
    "drawn": Reading(name="leet", table=_Composed(LOOKS, _leet(_LEET)), prepare=_drawn),
    "umlaut": Reading(name="umlauts", table=_Composed(_umlauts(PLAIN), _leet(_LEET)), prepare=_leet_i),
}

_TURNED_TABLE = str.maketrans(TURNED | TURNS_INTO)
_UMLAUT_HINT = re.compile("[äöüÄÖÜ\u0308]")
_DRAWN_HINT = re.compile(r"[/\\|<>{}()\[\]¯]|[vV]{2}|[uU]{2}|[pP][hH]")
_L_HINT = re.compile("[1!|2689]")


def readings(text: str, *, foreign: bool) -> Iterator[Reading]:
    """Yield the readings that could show something in the text which the text as written doesn't.

    `foreign` says that letters of other scripts stand beside Latin ones.
    """
    suffix = " looks" if foreign else ""
    yield _READINGS["separated" + suffix]
    if _LEET_HINT.search(text) is not None:
        yield _READINGS["leet" + suffix]
        if _L_HINT.search(text) is not None:
            yield _READINGS["leet l" + suffix]
    if _DRAWN_HINT.search(text) is not None:
        yield _READINGS["drawn"]
    if text.isascii():
        return
    if _UMLAUT_HINT.search(text) is not None:
        yield _READINGS["umlaut"]
    if foreign and has_second_reading(text):
        yield _READINGS["separated second"]
        yield _READINGS["leet second"]


def is_upside_down(text: str) -> bool:
    """Return whether the text holds letters turned upside down."""
    return not text.isascii() and _FLIPPED.search(text) is not None


def turn_upright(text: str) -> str:
    """Return an upside-down text as it is read: turned round, so that the last character comes first."""
    return text.lower().translate(_TURNED_TABLE)[::-1]
