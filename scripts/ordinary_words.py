"""Derives bot/policy/text/data/ordinary.txt.gz, the words that obfuscation must not be read into, from pyspellchecker."""

import gzip
import json
from importlib import resources
from pathlib import Path

TARGET = Path("bot/policy/text/data/ordinary.txt.gz")

#: how many of the commonest words of each language are kept
KEPT = {"en": 70_000, "de": 400_000, "nl": 40_000, "fr": 30_000, "es": 30_000, "it": 30_000, "pt": 30_000}


def commonest(language: str, number: int) -> list[str]:
    """Return the commonest words of a language that consist of letters alone."""
    file = resources.files("spellchecker").joinpath(f"resources/{language}.json.gz")
    counts: dict[str, int] = json.loads(gzip.decompress(file.read_bytes()))
    words = sorted((word for word in counts if len(word) > 1 and word.isalpha()), key=lambda word: (-counts[word], word))
    return words[:number]


def main() -> None:
    """Write the list: one word a line, sorted, without date, so that equal input gives equal bytes."""
    words = {word.casefold() for language, number in KEPT.items() for word in commonest(language, number)}
    TARGET.write_bytes(gzip.compress("\n".join(sorted(words)).encode(), mtime=0))


if __name__ == "__main__":
    main()
