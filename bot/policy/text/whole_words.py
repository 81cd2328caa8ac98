"""What a whole word may be once its borders are known: a term backwards, or one with a wrong letter."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby

from bot.policy.text.disguise import Disguise
from bot.policy.text.fold import LOOKS
from bot.policy.text.lexicon import Lexicon
from bot.policy.text.ordinary import is_ordinary
from bot.policy.text.respellings import KNOWN, respellings
from bot.policy.text.signs import SIGNS
from bot.policy.text.typos import TypoIndex, build_typo_index, find_typo

#: shorter words are also words of some language when read backwards
_BACKWARDS_LETTERS = 5
#: what makes a word of a language of something that is none
_ENDINGS = ("", "g", "s", "e", "n", "t")
_LONGEST = 40
_DOUBLE = 2


@dataclass(frozen=True, kw_only=True, slots=True)
class WholeWords:
    """What whole words are compared with."""

    #: words of the lexicon → literals
    words: Mapping[str, tuple[int, ...]] = field(repr=False)
    #: reversed words that are no words themselves → literals
    backwards: Mapping[str, tuple[int, ...]] = field(repr=False)
    #: other ways in which words are written → the word
    respelt: Mapping[str, str] = field(repr=False)
    #: words that forgive one wrong letter
    typos: TypoIndex


def build_whole_words(lexicon: Lexicon) -> WholeWords:
    """Return what whole words are compared with."""
    words = lexicon.words
    backwards = {
        word[::-1]: literals
        for word, literals in words.items()
        if len(word) >= _BACKWARDS_LETTERS
        and word[::-1] not in words
        and not any(is_ordinary(word[::-1] + ending) for ending in _ENDINGS)
    }
    respelt = {
        spelling: word for word in words if word.isascii() for spelling in respellings(word) if spelling not in words
    }
    for word in KNOWN.keys() & words.keys():
        respelt |= {spelling: word for spelling in KNOWN[word] if spelling not in words}
    return WholeWords(words=words, backwards=backwards, respelt=respelt, typos=build_typo_index(lexicon.forgiving))


def find_whole(chunk: str, bare: str, index: WholeWords) -> tuple[Disguise, ...]:
    """Return the terms that a chunk is, backwards or but for one letter; `bare` is the chunk without signs around."""
    literals = index.backwards.get(bare)
    if literals is not None:
        return _made(chunk, bare, bare[::-1], literals, "backwards")
    meant = index.respelt.get(bare)
    if meant is not None:
        return _made(chunk, bare, meant, index.words[meant], "misspelt")
    if not index.typos.forms or len(chunk) > _LONGEST or bare in index.words:
        return ()
    for word in _read(chunk):
        typo = find_typo(index.typos, word) if not is_ordinary(word) else None
        if typo is not None:
            return _made(chunk, bare or chunk, *typo, "misspelt")
    return ()


def _made(chunk: str, bare: str, word: str, literals: tuple[int, ...], how: str) -> tuple[Disguise, ...]:
    start = max(chunk.lower().find(bare), 0)
    end = min(start + len(bare), len(chunk))
    return tuple(Disguise(literal=literal, word=word, start=start, end=end, how=how) for literal in literals)


def _read(chunk: str) -> Iterator[str]:
    """Yield the words that a chunk may be, signs taken for letters or dropped, repeats shortened or taken away."""
    folded = chunk.translate(LOOKS).strip("\"'.,:;?!()-_~`/*")
    letters = "".join(filter(str.isalpha, folded))
    signed = "".join(SIGNS[c][0] if c in SIGNS else c for c in folded if c.isalpha() or c in SIGNS)
    for word in dict.fromkeys((letters, signed)):
        runs = [(letter, sum(1 for _ in run)) for letter, run in groupby(word)]
        doubled = "".join(letter * min(count, _DOUBLE) for letter, count in runs)
        yield doubled
        if doubled != word:
            yield "".join(letter * (count if count <= _DOUBLE else 1) for letter, count in runs)
