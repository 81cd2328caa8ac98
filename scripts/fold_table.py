"""Derives bot/policy/text/data/folds.tsv from Unicode's names and its confusables.txt: `fold_table.py CONFUSABLES`."""

import re
import sys
import unicodedata
from collections.abc import Iterator
from pathlib import Path

TARGET = Path("bot/policy/text/data/folds.tsv")

#: words that Unicode's names put before a letter that keeps its looks
_LOOKS = (
    "SMALL CAPITAL|OPEN|TURNED OPEN|REVERSED OPEN|CLOSED OPEN|DOTLESS|LONG|SCRIPT|BLACKLETTER|TAILLESS|CLOSED|INSULAR|"
    "BROKEN|STIRRUP|SIDEWAYS|TOP HALF|BOTTOM HALF|BARRED|VISIGOTHIC|ANGLICANA|LENIS|CLOSED REVERSED|REVERSED|"
    "SIDEWAYS DIAERESIZED|SMALL"
)
_LETTER_NAMES = re.compile(
    rf"(?:LATIN (?:SMALL|CAPITAL) LETTER|LATIN LETTER|MODIFIER LETTER|COMBINING LATIN SMALL LETTER|"
    rf".*(?:SQUARED|CIRCLED|PARENTHESIZED|SUBSCRIPT|TAG|OUTLINED) LATIN (?:SMALL|CAPITAL) LETTER|"
    rf"REGIONAL INDICATOR SYMBOL LETTER) (?:(?:{_LOOKS}|CAPITAL) )*([A-Z])(?: WITH .*)?"
)
_DRESSED = re.compile("(.* LETTER .*?) WITH .*")


def plain(text: str) -> str:
    """Return `text` without marks, in lower case."""
    decomposed = unicodedata.normalize("NFKD", text).casefold()
    return "".join(c for c in unicodedata.normalize("NFKD", decomposed) if not unicodedata.combining(c))


def prototypes(source: str) -> dict[str, str]:
    """Return character → the ASCII letters or digits that it is confused with, by UTS #39."""
    table = {}
    for line in source.splitlines():
        fields = [part.strip() for part in line.split("#")[0].split(";")]
        if len(fields) < 3 or " " in fields[0]:
            continue
        character = chr(int(fields[0], 16))
        shown = "".join(chr(int(code, 16)) for code in fields[1].split())
        prototype = plain(shown)
        named = _LETTER_NAMES.fullmatch(unicodedata.name(shown, "")) if len(shown) == 1 else None
        if not prototype.isascii() and named is not None:
            prototype = named[1].lower()
        if not character.isascii() and prototype.isascii() and prototype.isalnum():
            table[character] = prototype
    return table


def bare(character: str) -> str:
    """Return the letter without its stroke, hook or tail, as its name has it; the same letter if there is none."""
    dressed = _DRESSED.fullmatch(unicodedata.name(character, ""))
    try:
        return unicodedata.lookup(dressed[1]) if dressed is not None else character
    except KeyError:
        return character


def spelling(character: str, confused: dict[str, str]) -> str | None:
    """Return the plain letters or digits that a character is a form of, or is confused with; None for any other."""
    base = plain(character)
    if base and base.isascii() and base.isalnum():
        return base
    named = _LETTER_NAMES.fullmatch(unicodedata.name(character, ""))
    if named is not None:
        return named[1].lower()
    parted = plain(base.strip("()"))
    if parted and parted.isascii() and parted.isalnum():
        return parted
    forms = (character, bare(character), plain(bare(character)), bare(character).lower())
    return next((confused[form] for form in forms if form in confused), None)


def rows(confused: dict[str, str]) -> Iterator[str]:
    """Yield code point and spelling of every character that has one."""
    for code in range(128, sys.maxunicode + 1):
        character = chr(code)
        if unicodedata.category(character) in ("Cn", "Co", "Cs", "Cf") or character.isspace():
            continue
        found = spelling(character, confused) if unicodedata.category(character)[0] != "M" else None
        # a letter that only its accent tells from another of its script is that letter first
        if (
            found is None
            and character.isalpha()
            and len(base := plain(character)) == 1
            and base != character.casefold()
        ):
            found = base
        if found is not None:
            yield f"{code:04X}\t{found}\n"


def main() -> None:
    """Write the table."""
    confused = prototypes(Path(sys.argv[1]).read_text(encoding="utf-8-sig"))
    TARGET.write_text("".join(rows(confused)), encoding="utf-8")


if __name__ == "__main__":
    main()
