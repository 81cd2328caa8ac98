"""One table that turns every styled, accented or look-alike character into the plain letter a reader takes it for.

What remains is lower case: letters, digits, ASCII punctuation, the apostrophe, white space (a space, or a line feed), and `SYMBOL`
for anything else that can be seen (emoji above all). Invisible characters fold to nothing.
"""

import re
import unicodedata
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Final

from bot.policy.text.letter_table import INVISIBLE, READ_AS, SECOND, TURNED, TWINS

#: stands for any visible character that is neither letter, digit, mark nor punctuation
SYMBOL: Final = "\x01"

#: tables stop remembering beyond this many code points, so that no input can fill memory
_REMEMBERED = 60_000

_LATIN_BY_NAME = re.compile(
    r"(?:LATIN (?:SMALL|CAPITAL) LETTER|LATIN LETTER SMALL CAPITAL|MODIFIER LETTER (?:SMALL|CAPITAL)|"
    r".*(?:SQUARED|CIRCLED|PARENTHESIZED|SUBSCRIPT) LATIN (?:SMALL|CAPITAL) LETTER|"
    r"REGIONAL INDICATOR SYMBOL LETTER) ([A-Z])(?: WITH .*)?"
)

_PUNCTUATION = {"Pd": "-", "Pc": "_", "Ps": "(", "Pe": ")", "Pi": '"', "Pf": '"', "Po": "."}
_APOSTROPHES = frozenset("'’‘ʼ＇`´ʹ′")


@cache
def _lookalikes() -> Mapping[int, str]:
    """Return code point → ASCII prototype (derived from UTS #39, version 17.0.0)."""
    file = resources.files(__package__).joinpath("data/lookalikes.tsv")
    rows = (line.split("\t") for line in file.read_text(encoding="utf-8").splitlines())
    return {int(code, 16): prototype for code, prototype in rows}


def is_foreign(character: str) -> bool:
    """Return whether this is a letter of another script than Latin."""
    if character < "\u0370" or not character.isalpha():
        return False
    base = unicodedata.normalize("NFKD", character)[0]
    name = unicodedata.name(base, "")
    return not base.isascii() and "LATIN" not in name and not name.startswith(("MODIFIER", "REGIONAL"))


def _letter(character: str) -> str | None:
    """Return the plain spelling of a Latin letter in any dress, or None for anything else."""
    base = "".join(c for c in unicodedata.normalize("NFKD", character) if not unicodedata.combining(c)).casefold()
    base = "".join(READ_AS.get(c, c) for c in base)
    if base.isascii() and base.isalnum():
        return base
    named = _LATIN_BY_NAME.fullmatch(unicodedata.name(character, ""))
    if named is not None:
        return named[1].lower()
    if len(base) > 1 and all(c.isascii() for c in base):
        return base
    return None


def _look_alike(character: str) -> str | None:
    """Return the Latin letter that another script's letter or a sign is used for, or None."""
    bare = _bare(character)
    for form in (character, character.lower(), bare, bare.lower()):
        plain = READ_AS.get(form) or (_lookalikes().get(ord(form)) if len(form) == 1 else None)
        if plain is not None:
            return plain
    return None


def _bare(character: str) -> str:
    """Return the letter without its stroke, hook or tail, as Unicode's name has it; the same letter if there is none."""
    dressed = re.fullmatch("(.* LETTER .*?) WITH .*", unicodedata.name(character, ""))
    try:
        return unicodedata.lookup(dressed[1]) if dressed is not None else character
    except KeyError:
        return character


def _sign(character: str) -> str:
    """Return what stands for a character that is no letter."""
    category = unicodedata.category(character)
    if character.isspace():
        return " "
    if category[0] in "CM" or character in INVISIBLE:
        return SYMBOL if category in ("Co", "Cs") else ""
    if character in _APOSTROPHES:
        return "'"
    if character.isdigit() or category == "Nd":
        return str(unicodedata.digit(character, 0))
    return _PUNCTUATION.get(category, SYMBOL)


def _fold_one(character: str, *, foreign_too: bool) -> str:
    """Return what one non-ASCII character folds to."""
    if unicodedata.category(character)[0] in "CM" or character in INVISIBLE or character.isspace():
        return _sign(character)
    if is_foreign(character):
        return (_look_alike(character) if foreign_too else None) or character.casefold()
    turned = TURNED.get(character) or READ_AS.get(character)
    if turned is not None:
        return turned
    plain = _letter(character) or _look_alike(character)
    if plain is not None:
        return plain
    return character.casefold() if character.isalpha() else _sign(character)


class _Table(dict[int, str]):
    """A table for `str.translate` that works out each character when it first meets it."""

    def __init__(self, *, foreign_too: bool, first: Mapping[str, str] | None = None) -> None:
        super().__init__({code: chr(code).lower() for code in range(128)})
        self.update({code: "" for code in range(32) if not chr(code).isspace()})
        self.update({code: " " for code in range(32) if chr(code).isspace() and chr(code) != "\n"})
        self.update({ord(character): plain for character, plain in (first or {}).items()})
        self._foreign_too = foreign_too

    def __missing__(self, code: int) -> str:
        folded = _fold_one(chr(code), foreign_too=self._foreign_too)
        if len(self) < _REMEMBERED:
            self[code] = folded
        return folded


#: leaves letters of other scripts alone
PLAIN: Final[Mapping[int, str]] = _Table(foreign_too=False)
#: reads other scripts' letters as the Latin ones they are used for
LOOKS: Final[Mapping[int, str]] = _Table(foreign_too=True)
#: the same with the second choice where two are likely
LOOKS_SECOND: Final[Mapping[int, str]] = _Table(
    foreign_too=True, first={c: plain for c, plain in SECOND.items() if not c.isascii()}
)

_SECOND_CHOICE = re.compile("[" + "".join(c for c in SECOND if not c.isascii()) + "]")


def has_second_reading(text: str) -> bool:
    """Return whether the text holds a letter that readers take for one of two."""
    return _SECOND_CHOICE.search(text) is not None


def are_twins(text: str) -> bool:
    """Return whether every foreign letter in the text looks exactly like a Latin one."""
    return all(character in TWINS for character in text if is_foreign(character))


def fold(text: str) -> str:
    """Return the text as a reader takes it: plain lower-case letters, digits, ASCII punctuation and `SYMBOL`."""
    return text.translate(LOOKS)
