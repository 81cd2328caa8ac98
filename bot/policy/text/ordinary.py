"""The ordinary words of seven languages: what is spelt like one of them is not read as a disguised term."""

import gzip
from functools import cache
from importlib import resources


@cache
def ordinary_words() -> frozenset[str]:
    """Return about half a million lower-case words of English, German, Dutch, French, Spanish, Italian, Portuguese.

    Derived by `scripts/ordinary_words.py`; read once a process.
    """
    file = resources.files(__package__).joinpath("data/ordinary.txt.gz")
    return frozenset(gzip.decompress(file.read_bytes()).decode().split("\n"))


def is_ordinary(word: str) -> bool:
    """Return whether the lower-case word stands in a dictionary; of single letters only `a`, `i` and `o` do."""
    return word in "aio" if len(word) == 1 else word in ordinary_words()
