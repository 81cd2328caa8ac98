"""Derives the words that obfuscation must not be read into, bot/policy/text/data/*.txt.gz, from pyspellchecker."""

import gzip
import json
from importlib import resources
from pathlib import Path

from bot.policy.text.fold import LOOKS

TARGET = Path("bot/policy/text/data/ordinary.txt.gz")
FOREIGN = Path("bot/policy/text/data/foreign.txt.gz")

#: how many of the commonest words of each language are kept
KEPT = {"en": 70_000, "de": 400_000, "nl": 40_000, "fr": 30_000, "es": 30_000, "it": 30_000, "pt": 30_000}
#: the same for languages in other scripts
KEPT_FOREIGN = {"ru": 60_000}
#: a word longer than this is no term
_LONGEST = 14


def commonest(language: str, number: int) -> list[str]:
    """Return the commonest words of a language that consist of letters alone."""
    file = resources.files("spellchecker").joinpath(f"resources/{language}.json.gz")
    counts: dict[str, int] = json.loads(gzip.decompress(file.read_bytes()))
    words = sorted(
        (word for word in counts if len(word) > 1 and word.isalpha()), key=lambda word: (-counts[word], word)
    )
    return words[:number]


def resembling(words: list[str]) -> set[str]:
    """Return the words that could be taken for Latin ones."""
    return {word for word in words if 3 < len(word) <= _LONGEST and word.translate(LOOKS).isascii()}


def write(target: Path, words: set[str]) -> None:
    """Write a list: one word a line, sorted, without date, so that equal input gives equal bytes."""
    target.write_bytes(gzip.compress("\n".join(sorted(words)).encode(), mtime=0))


def main() -> None:
    """Write both lists."""
    write(TARGET, {word.casefold() for language, number in KEPT.items() for word in commonest(language, number)})
    foreign = [word.casefold() for language, number in KEPT_FOREIGN.items() for word in commonest(language, number)]
    write(FOREIGN, resembling(foreign))


if __name__ == "__main__":
    main()
