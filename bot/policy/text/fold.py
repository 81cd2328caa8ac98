"""One table that turns every styled, accented or look-alike character into the plain letter a reader takes it for.

What remains is lower case: letters, digits, ASCII punctuation, the apostrophe, white space (a space, or a line feed),
and `SYMBOL` for anything else that can be seen (emoji above all). Invisible characters fold to nothing.
"""

import re
import unicodedata
from collections.abc import Mapping
from importlib import resources
from typing import ClassVar, Final

from bot.policy.text.letter_table import INVISIBLE, READ_AS, SECOND, SOUNDS_LIKE, STYLES, TURNED, TWINS

#: stands for any visible character that is neither letter, digit, mark nor punctuation
SYMBOL: Final = "\x01"

#: tables stop remembering beyond this many code points: more than Unicode has characters, fewer than there are codes
_REMEMBERED = 200_000

_PUNCTUATION = {"Pd": "-", "Pc": "_", "Ps": "(", "Pe": ")", "Pi": '"', "Pf": '"', "Po": "."}
_APOSTROPHES = frozenset("'’‘ʼ＇´ʹ′")

#: scripts other than Latin; styled letters, signs and emoji are none
_FOREIGN = re.compile(
    "[\u0370-\u1cff\u1f00-\u1fff\u2c80-\u2dff\u2e80-\ua6ff\ua800-\uab2f\uab70-\ud7ff\uf900-\ufaff\ufb13-\ufdff"
    "\ufe70-\ufefe\uff66-\uffdc\U00010000-\U0001cfff\U0001e030-\U0001efff\U00020000-\U0003ffff]"
)
#: any Latin letter, in whatever dress
_LATIN = re.compile("[A-Za-z\u00c0-\u024f\u1e00-\u1eff\U0001d400-\U0001d6a7\uff21-\uff5a]")


def is_foreign(character: str) -> bool:
    """Return whether this is a letter of another script than Latin."""
    return character.isalpha() and _FOREIGN.match(character) is not None


def has_foreign(text: str) -> bool:
    """Return whether the text holds characters of another script than Latin."""
    return _FOREIGN.search(text) is not None


def has_latin(text: str) -> bool:
    """Return whether the text holds a Latin letter."""
    return _LATIN.search(text) is not None


def _other(code: int) -> str:
    """Return what a character that stands in no table folds to."""
    character = chr(code)
    if character.isalpha():
        return character.casefold()
    if character.isspace():
        return " "
    category = unicodedata.category(character)
    if category[0] in "CM":
        return SYMBOL if category in ("Co", "Cs") else ""
    if category == "Nd" or character.isdigit():
        return str(unicodedata.digit(character, 0))
    return _PUNCTUATION.get(category, SYMBOL)


def _ascii() -> dict[int, str]:
    """Return the fold of ASCII: lower case, nothing for controls, one kind of blank, line feeds kept."""
    table = {code: chr(code).lower() for code in range(128)}
    table |= {code: " " if chr(code).isspace() else "" for code in range(32)}
    return table | {10: "\n", 127: ""}


def _derived() -> dict[str, str]:
    """Return character → spelling, as Unicode's names and UTS #39 have it (version 17.0.0)."""
    file = resources.files(__package__).joinpath("data/folds.tsv")
    rows = (line.split("\t") for line in file.read_text(encoding="utf-8").splitlines())
    return {chr(int(code, 16)): spelling for code, spelling in rows}


def _looks() -> dict[str, str]:
    """Return character → spelling for all that has one, ours before Unicode's."""
    styled = {
        character: letter
        for style in reversed(STYLES)
        for character, letter in zip(style, "abcdefghijklmnopqrstuvwxyz", strict=True)
        if not character.isascii()
    }
    table = styled | _derived() | {c: plain for c, plain in {**READ_AS, **TURNED}.items() if not c.isascii()}
    table |= dict.fromkeys(_APOSTROPHES, "'") | dict.fromkeys(INVISIBLE, "")
    for character, plain in READ_AS.items():
        if len(upper := character.upper()) == 1 and not upper.isascii() and upper not in READ_AS:
            table.setdefault(upper, plain)
    return table


class _Table(dict[int, str]):
    """A table for `str.translate`; when one of them first meets a rare character, all of them learn it."""

    _tables: ClassVar[list["_Table"]] = []

    def __init__(self, known: Mapping[str, str]) -> None:
        super().__init__(_ascii())
        self.update({ord(character): plain for character, plain in known.items()})
        self._tables.append(self)

    def __missing__(self, code: int) -> str:
        folded = _other(code)
        if len(self) < _REMEMBERED:
            for table in self._tables:
                table.setdefault(code, folded)
        return folded


def _second(looks: Mapping[str, str]) -> dict[str, str]:
    """Return `looks` with the second choice where two are likely."""
    chosen = {c: plain for c, plain in SECOND.items() if not c.isascii()}
    upper = {c.upper(): plain for c, plain in chosen.items() if len(c.upper()) == 1 and c.upper() not in chosen}
    return {**looks, **upper, **chosen}


def _sounds(looks: Mapping[str, str]) -> dict[str, str]:
    """Return `looks` with Cyrillic and Greek letters by their sound."""
    return {**looks, **{c.upper(): plain for c, plain in SOUNDS_LIKE.items() if len(c.upper()) == 1}, **SOUNDS_LIKE}


_ALL_LOOKS = _looks()

#: leaves letters of other scripts alone
PLAIN: Final[Mapping[int, str]] = _Table({c: p for c, p in _ALL_LOOKS.items() if not is_foreign(c)})
#: reads other scripts' letters as the Latin ones they are used for
LOOKS: Final[Mapping[int, str]] = _Table(_ALL_LOOKS)
#: the same with the second choice where two are likely
LOOKS_SECOND: Final[Mapping[int, str]] = _Table(_second(_ALL_LOOKS))
#: reads other scripts' letters by their sound
SOUNDS: Final[Mapping[int, str]] = _Table(_sounds(_ALL_LOOKS))
#: like `PLAIN`, with ä, ö, ü spelt ae, oe, ue, also where the dots are a mark of their own
UMLAUTS: Final[Mapping[int, str]] = _Table(
    {c: p for c, p in _ALL_LOOKS.items() if not is_foreign(c)}
    | {"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "ae", "Ö": "oe", "Ü": "ue", "\u0308": "e"}
)

_SECOND_CHOICE = re.compile(
    "["
    + re.escape("".join(sorted({chr(code) for code, plain in LOOKS_SECOND.items() if LOOKS.get(code) != plain})))
    + "]"
)


def has_second_reading(text: str) -> bool:
    """Return whether the text holds a letter that readers take for one of two."""
    return _SECOND_CHOICE.search(text) is not None


def are_twins(text: str) -> bool:
    """Return whether every foreign letter in the text looks exactly like a Latin one."""
    return all(character in TWINS for character in text if is_foreign(character))


def fold(text: str) -> str:
    """Return the text as a reader takes it: plain lower-case letters, digits, ASCII punctuation and `SYMBOL`."""
    return text.translate(LOOKS)
