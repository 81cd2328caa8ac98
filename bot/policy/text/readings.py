"""The ways in which disguised words are read: each turns text into letters, droppable separators and hard borders.

In a reading, `.` stands for anything that may be dropped inside a word, a space for what ends a word, a line feed for
the end of a chunk, and everything else is a letter or what is used for one. Readings propose; `disguise.py` decides.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from string import punctuation

from bot.policy.text.fold import (
    LOOKS,
    LOOKS_SECOND,
    PLAIN,
    SOUNDS,
    SYMBOL,
    UMLAUTS,
    has_foreign,
    has_latin,
    has_second_reading,
)
from bot.policy.text.signs import SIGNS, classed

#: fills up what several characters draw together
PADDING = "\x02"

#: letters drawn with several signs, at least one of them no letter
_DRAWN = {
    "\\/\\/": "w", "|\\/|": "m", "/\\/\\": "m", "|\\|": "n", "/\\/": "n", "|_|": "u", "(_)": "u", "|-|": "h",
    "]-[": "h",
    "/-\\": "a", "/\\": "a", "\\/": "v", "|<": "k", "|{": "k", "|(": "k", "|>": "p", "|*": "p", "|)": "d", "[)": "d",
    "|3": "b",
    "|=": "f", "|#": "f", "|_": "l", "><": "x", "()": "o", "[]": "o", "][": "i", "}{": "h", "|2": "r", "|?": "r",
    "|v|": "m",
    "}|{": "x", "/-/": "h", "[-]": "h", "(-)": "h", "{}": "o", "<>": "o", "|]": "d", "|}": "d", "`/": "y", "'/": "y",
    "-/": "y",
    "_|": "j", "1<": "k", "1)": "d", "13": "b", "12": "r",
}  # fmt: skip
#: letters that together look or sound like another one
_PAIRED = {"vv": "w", "uu": "w", "ph": "f", "rn": "m", "cl": "d"}
_SORTED = sorted(_DRAWN, key=len, reverse=True)
_DRAWN_SIGNS = re.compile("|".join(map(re.escape, _SORTED)))
_LETTER_PAIRS = re.compile("|".join(_PAIRED))

#: an apostrophe that leads to no ending such as in `don't` or `who're`
_LOOSE_APOSTROPHE = re.compile(r"(?<=[^\W\d_])'(?=[^\W\d_])(?!(?:s|t|re|ve|ll|d|m|em|n|clock|all)\b)")
_PAIRS = re.compile(r"\$[({\[]|\(([^()\s]*)\)|\[([^\[\]\s]*)\]|\{([^{}\s]*)\}|<([^<>\s]*)>")
_ENCLOSED = re.compile(_PAIRS.pattern.partition("|")[2])
_HEADS = re.compile(r"(?<!\S)[<{\[#+|.,\"-]+")
#: a run is tried from its beginning only, and given back in no smaller pieces
_TAILS = re.compile(r"(?<![!|+(<{\[#.,?\"-])[!|+(<{\[#.,?\"-]++(?!\S)")
_LOOSE_HEADS = re.compile(r"(?<!\S)[#.,\"-]+")
_LOOSE_TAILS = re.compile(r"(?<![!.,?\"-])[!.,?\"-]++(?!\S)")
_ENDS_HINT = re.compile(r"(?<!\S)[(<{\[+|][^\W_]|[^\W_][|+(<{\[#]+(?!\S)")
_LEET_HINT = re.compile(
    r"[^\W\d_][\W_]*[0-9@$!|+(<{\[#/\\}\x01]|[0-9@$!|+(<{\[#/\\>](?:[^\w@$!|+(<{\[#/\\>]|_)*+[^\W\d_]"
)
_DRAWN_HINT = re.compile(r"[/\\|<>{}()\[\]]|1[<)32]")
_PAIRED_HINT = re.compile("|".join(_PAIRED))
_CONTROLS = re.compile("[\x00-\x09\x0b-\x1f\x7f]")
_PLAIN_MARKS = re.compile("[äöüÄÖÜ\u0308]")

_DROPPED = "".join(character for character in punctuation if character not in " '") + SYMBOL


def _separated_table() -> dict[int, str]:
    table = {ord(character): "." for character in _DROPPED}
    return table | {ord(digit): " " for digit in "0123456789"} | {ord("'"): " ", ord(PADDING): ""}


def _leet_table() -> dict[int, str]:
    table = {ord(character): "." for character in _DROPPED if character not in SIGNS}
    return table | {ord("'"): " ", ord(PADDING): ""}


def _quick(table: Mapping[int, str]) -> dict[int, str]:
    """Return the table that drops separators at once and takes letters of a class for one."""
    letters = {ord(letter): classed(letter) for letter in "abcdefghijklmnopqrstuvwxyz"}
    signs = {ord(sign): classed(options[0]) for sign, options in SIGNS.items() if ord(sign) not in table}
    return letters | signs | {code: "" if read == "." else read for code, read in table.items()}


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading:
    """One way to read a text."""

    #: what a person is told: `leet`, `separated`, …
    name: str
    #: code point → what its character is folded to first
    fold: Mapping[int, str] = field(repr=False)
    #: replaces what several characters draw together in folded text; keeps the length
    prepare: Callable[[str], str] = field(repr=False)
    #: folded character → separator or border; letters and signs for letters stay
    table: Mapping[int, str] = field(repr=False)
    #: the same without separators, and with letters by class
    quick: Mapping[int, str] = field(repr=False)
    #: the same by character
    kinds: Mapping[str, str] = field(repr=False)
    #: says whether it can show something in the chunk that other readings don't
    suits: Callable[[str], bool] = field(repr=False)

    def read(self, text: str) -> str:
        """Return the reading of the text: letters, signs for letters, dots, borders."""
        return self.prepare(text.translate(self.fold)).translate(self.table)

    def trace(self, text: str) -> list[tuple[str, int]]:
        """Return the same, each character with the offset of the one it came from."""
        fold, table = self.fold, self.table
        if text.isascii() and _CONTROLS.search(text) is None:
            prepared = self.prepare(text.lower()).translate(table)
            if len(prepared) == len(text):
                return list(zip(prepared, range(len(text)), strict=True))
        parts = [fold[code] for code in map(ord, text)]
        origins = [i for i, part in enumerate(parts) for _ in part]
        read = [table.get(code, chr(code)) for code in map(ord, self.prepare("".join(parts)))]
        return [pair for pair in zip(read, origins, strict=True) if pair[0]]

    def glance(self, text: str) -> str:
        """Return the reading's letters by class, without separators."""
        return self.prepare(text.translate(self.fold)).translate(self.quick)


def _as_is(text: str) -> str:
    return _LOOSE_APOSTROPHE.sub(".", text) if "'" in text else text


def _dots(match: re.Match[str]) -> str:
    return "." * len(match[0])


def _leet(text: str) -> str:
    """Return the text with brackets that enclose something as separators, `f(x)` is no `fcx`; with loose ends too."""
    if "(" in text or "[" in text or "{" in text or "<" in text:
        text = _PAIRS.sub(lambda match: "." + match[0][1:-1] + ".", text)  # `$(` becomes `..`
    return _TAILS.sub(_dots, _HEADS.sub(_dots, text))


def _to_the_ends(text: str) -> str:
    """Return the same with signs for letters at either end too."""
    text = _ENCLOSED.sub(lambda match: "." + match[0][1:-1] + ".", text)
    return _LOOSE_TAILS.sub(_dots, _LOOSE_HEADS.sub(_dots, text))


def _draw(match: re.Match[str]) -> str:
    return _DRAWN[match[0]] + PADDING * (len(match[0]) - 1)


def _pair(match: re.Match[str]) -> str:
    return _PAIRED[match[0]] + PADDING


def _drawn(text: str) -> str:
    return _leet(_DRAWN_SIGNS.sub(_draw, text))


def _paired(text: str) -> str:
    return _leet(_LETTER_PAIRS.sub(_pair, text))


def _always(_: str) -> bool:
    return True


def _hinted(hint: re.Pattern[str], fold: Mapping[int, str]) -> Callable[[str], bool]:
    return lambda chunk: hint.search(chunk.translate(fold)) is not None


_SEPARATED, _SIGNED = _separated_table(), _leet_table()
_QUICK_SEPARATED, _QUICK_SIGNED = _quick(_SEPARATED), _quick(_SIGNED)
_KINDS_SEPARATED, _KINDS_SIGNED = (
    {chr(code): read for code, read in quick.items()} for quick in (_QUICK_SEPARATED, _QUICK_SIGNED)
)


def _separated_by(fold: Mapping[int, str], suits: Callable[[str], bool]) -> Reading:
    return Reading(
        name="separated", fold=fold, prepare=_as_is, table=_SEPARATED, quick=_QUICK_SEPARATED,
        kinds=_KINDS_SEPARATED, suits=suits,
    )  # fmt: skip


def _leet_by(
    fold: Mapping[int, str], prepare: Callable[[str], str], suits: Callable[[str], bool], name: str
) -> Reading:
    return Reading(
        name=name, fold=fold, prepare=prepare, table=_SIGNED, quick=_QUICK_SIGNED, kinds=_KINDS_SIGNED, suits=suits
    )


_PLAIN_SEPARATED = _separated_by(PLAIN, _always)
_FOREIGN_SEPARATED = _separated_by(LOOKS, has_foreign)
_PLAIN_LEET = _leet_by(LOOKS, _leet, _hinted(_LEET_HINT, LOOKS), "leet")
_WITH_DRAWN = _leet_by(LOOKS, _drawn, _hinted(_DRAWN_HINT, LOOKS), "leet")
_WITH_PAIRED = _leet_by(LOOKS, _paired, _hinted(_PAIRED_HINT, LOOKS), "look-alikes")
_WITH_ENDS = _leet_by(LOOKS, _to_the_ends, _hinted(_ENDS_HINT, LOOKS), "leet")
_WITH_UMLAUTS = _leet_by(UMLAUTS, _leet, lambda chunk: _PLAIN_MARKS.search(chunk) is not None, "umlauts")
_BY_SOUND = _separated_by(SOUNDS, lambda chunk: has_foreign(chunk) and has_latin(chunk))
_SECOND_SEPARATED = _separated_by(LOOKS_SECOND, has_second_reading)
_SECOND_LEET = _leet_by(LOOKS_SECOND, _leet, has_second_reading, "leet")


def readings(text: str, *, brief: bool = False) -> Iterator[Reading]:
    """Yield the readings that could show something in the text which the text as written doesn't.

    `brief` leaves out those that only make sense of single words.
    """
    folded = text.lower() if text.isascii() else text.translate(LOOKS)
    yield _PLAIN_SEPARATED
    if _LEET_HINT.search(folded) is not None:
        yield _PLAIN_LEET
    if brief:
        if has_foreign(text):
            yield _FOREIGN_SEPARATED
        return
    if _DRAWN_HINT.search(folded) is not None:
        yield _WITH_DRAWN
    if _PAIRED_HINT.search(folded) is not None:
        yield _WITH_PAIRED
    if _ENDS_HINT.search(folded) is not None:
        yield _WITH_ENDS
    if text.isascii():
        return
    if has_foreign(text):
        yield _FOREIGN_SEPARATED
        yield _BY_SOUND
    if _PLAIN_MARKS.search(text) is not None:
        yield _WITH_UMLAUTS
    if has_second_reading(text):
        yield _SECOND_SEPARATED
        yield _SECOND_LEET
