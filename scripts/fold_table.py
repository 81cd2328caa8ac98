"""Derives bot/policy/text/data/lookalikes.tsv from Unicode's confusables.txt (UTS #39): `fold_table.py CONFUSABLES`."""

import sys
import unicodedata
from pathlib import Path

TARGET = Path("bot/policy/text/data/lookalikes.tsv")


def plain(text: str) -> str:
    """Return `text` without marks, in lower case."""
    decomposed = unicodedata.normalize("NFKD", text).casefold()
    return "".join(c for c in unicodedata.normalize("NFKD", decomposed) if not unicodedata.combining(c))


def derive(source: str) -> dict[int, str]:
    """Return code point → ASCII letters or digits, for the letters whose prototype is ASCII and that NFKD leaves as is."""
    table = {}
    for line in source.splitlines():
        fields = [part.strip() for part in line.split("#")[0].split(";")]
        if len(fields) < 3 or " " in fields[0]:
            continue
        character = chr(int(fields[0], 16))
        prototype = plain("".join(chr(int(code, 16)) for code in fields[1].split()))
        if not character.isascii() and prototype.isascii() and prototype.isalnum() and plain(character) != prototype:
            table[ord(character)] = prototype
    return table


def main() -> None:
    """Write the table."""
    table = derive(Path(sys.argv[1]).read_text(encoding="utf-8-sig"))
    rows = (f"{code:04X}\t{prototype}\n" for code, prototype in sorted(table.items()))
    TARGET.write_text("".join(rows), encoding="utf-8")


if __name__ == "__main__":
    main()
