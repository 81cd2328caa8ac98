"""The everyday words of a language by frequency: what a term should not lie inside of."""

import gzip
from collections.abc import Mapping
from functools import cache
from importlib import resources

#: languages whose everyday words are known
KNOWN = ("de", "en")


@cache
def everyday_words(language: str) -> Mapping[str, int]:
    """Return some 20,000 lower-case words with their rank, the commonest first; none for a language that isn't known.

    Derived by `scripts/common_words.py`, which leaves out insults and what is obscene.
    """
    if language not in KNOWN:
        return {}
    file = resources.files(__package__).joinpath(f"data/common_{language}.txt.gz")
    return {word: rank for rank, word in enumerate(gzip.decompress(file.read_bytes()).decode().split("\n"))}
