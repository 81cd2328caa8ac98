"""The ordinary words of seven languages: what is spelt like one of them is not read as a disguised term."""

import gzip
from functools import cache
from importlib import resources


def _read(name: str) -> frozenset[str]:
    file = resources.files(__package__).joinpath("data").joinpath(name)
    return frozenset(gzip.decompress(file.read_bytes()).decode().split("\n"))


@cache
def ordinary_words() -> frozenset[str]:
    """Return about half a million lower-case words of English, German, Dutch, French, Spanish, Italian, Portuguese.

    Derived by `scripts/ordinary_words.py`; read once a process.
    """
    return _read("ordinary.txt.gz")


@cache
def foreign_words() -> frozenset[str]:
    """Return common lower-case words in other scripts whose letters could all be taken for Latin ones."""
    return _read("foreign.txt.gz")


def is_ordinary(word: str) -> bool:
    """Return whether the lower-case word stands in a dictionary; of single letters only `a`, `i` and `o` do."""
    return word in "aio" if len(word) == 1 else word in ordinary_words()
