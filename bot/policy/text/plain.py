"""Finds what stands in a text plainly: words and phrases as written, in any case, whatever signs part them."""

import re
from collections.abc import Callable, Sequence

from bot.domain.judgement import Span
from bot.policy.text.hit import Hit
from bot.policy.text.lexicon import SPACED, Lexicon

#: evidence of one message stops here
_MOST_HITS = 4_000
_SPACE = 32
#: punctuation beyond ASCII, which parts words as well
_MARKS = re.compile("[\u2010-\u2027\u2030-\u205e\xa1\xab\xb7\xbb\xbf\u3001-\u3003\u3008-\u3011\uff01\uff0c\uff1f]")
#: bytes of UTF-8 that go on a character
_CONTINUING = bytes(range(0x80, 0xC0))

#: a literal, and its first byte and the one behind its last in spaced text
Place = tuple[int, int, int]


def find_plain(text: str, lexicon: Lexicon) -> list[Hit]:
    """Return the literals that stand in the text as they are written in the lexicon."""
    hits: list[Hit] = []
    if lexicon.finder is not None:
        folded = text if text.isascii() else _MARKS.sub(" ", text.casefold())
        spaced = squeezed = b" " + folded.encode("utf-8", "surrogatepass").translate(SPACED) + b" "
        if lexicon.has_phrases:
            while b"  " in squeezed:
                squeezed = squeezed.replace(b"  ", b" ")
        found = lexicon.finder.find_matches_as_indexes(squeezed, overlapping=True)
        if found:
            hits += _located(text, spaced, _unsqueezed(spaced, squeezed, _places(lexicon, found)), lexicon)
    if lexicon.sign_hint is not None and lexicon.sign_hint.search(text) is not None:
        hits += _sign_hits(text, lexicon)
    return hits


def _places(lexicon: Lexicon, found: Sequence[tuple[int, int, int]]) -> list[Place]:
    """Return where the literals' own letters stand, without the borders that belong to the pattern."""
    return [
        (index, start + (not lexicon.literals[index].open_left), end - (not lexicon.literals[index].open_right))
        for pattern, start, end in found[:_MOST_HITS]
        for index in lexicon.found[pattern]
    ]


def _unsqueezed(spaced: bytes, squeezed: bytes, places: list[Place]) -> list[Place]:
    """Return places in text whose spaces were squeezed as places in the text before."""
    if len(spaced) == len(squeezed):
        return places
    kept = [at for at, byte in enumerate(spaced) if byte != _SPACE or at == 0 or spaced[at - 1] != _SPACE]
    return [(index, kept[start], kept[end - 1] + 1) for index, start, end in places]


def _located(text: str, spaced: bytes, places: list[Place], lexicon: Lexicon) -> list[Hit]:
    """Return the places as hits in the original text."""
    if not places:
        return []
    offset = _offsets(text, spaced, places)
    return [
        Hit(literal=index, span=Span(start=offset(start), end=offset(end - 1) + 1, what=lexicon.literals[index].text))
        for index, start, end in places
    ]


def _offsets(text: str, spaced: bytes, places: list[Place]) -> Callable[[int], int]:
    """Return what maps a byte of the spaced text, which begins with one space more, to the character it came from."""
    if text.isascii():
        return lambda at: at - 1
    origins = [i for i, character in enumerate(text) for _ in character.casefold()]
    wanted = sorted({at for _, start, end in places for at in (start, end - 1)})
    known: dict[int, int] = {}
    behind, characters = 1, 0
    for at in wanted:
        # bytes that go on a character add none; `at` may be such a byte, and then counts as its character
        part = spaced[behind : at + 1]
        characters += len(part.translate(None, _CONTINUING))
        known[at] = origins[characters - 1]
        behind = at + 1
    return known.__getitem__


def _sign_hits(text: str, lexicon: Lexicon) -> list[Hit]:
    """Return the literals that lean on signs, found in the raw text."""
    if lexicon.sign_finder is None:
        return []
    lower = text.lower()
    if len(lower) != len(text):
        lower = "".join(c.lower()[:1] for c in text)
    hits = []
    for pattern, start, end in lexicon.sign_finder.find_matches_as_indexes(lower, overlapping=True)[:_MOST_HITS]:
        for index in lexicon.signs[pattern]:
            literal = lexicon.literals[index]
            glued_left = lower[start].isalnum() and start > 0 and lower[start - 1].isalnum()
            glued_right = lower[end - 1].isalnum() and end < len(lower) and lower[end].isalnum()
            if (literal.open_left or not glued_left) and (literal.open_right or not glued_right):
                hits.append(Hit(literal=index, span=Span(start=start, end=end, what=literal.text)))
    return hits
