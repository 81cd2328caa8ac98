"""Finds what stands in a text plainly: words and phrases as written, in any case, whatever signs part them."""

from collections.abc import Callable, Sequence

from bot.domain.judgement import Span
from bot.policy.text.hit import Hit
from bot.policy.text.lexicon import Lexicon
from bot.policy.text.spaced import spaced

#: evidence of one message stops here
_MOST_HITS = 4_000
_SPACE = 32
#: bytes of UTF-8 that go on a character
_CONTINUING = bytes(range(0x80, 0xC0))

#: a literal, and its first byte and the one behind its last in spaced text
Place = tuple[int, int, int]


def find_plain(text: str, lexicon: Lexicon) -> list[Hit]:
    """Return the literals that stand in the text as they are written in the lexicon."""
    hits: list[Hit] = []
    if lexicon.finder is not None:
        shown = squeezed = b" %b " % spaced(text)
        if lexicon.has_phrases:
            squeezed = b" %b " % b" ".join(shown.split())
        found = lexicon.finder.find_matches_as_indexes(squeezed, overlapping=True)
        if found:
            hits += _located(text, shown, _unsqueezed(shown, squeezed, _places(lexicon, found)), lexicon)
    return hits + find_signs(text, lexicon) if lexicon.sign_hint is not None else hits


def _places(lexicon: Lexicon, found: Sequence[tuple[int, int, int]]) -> list[Place]:
    """Return where the literals' own letters stand, without the borders that belong to the pattern."""
    return [
        (index, start + (not lexicon.literals[index].open_left), end - (not lexicon.literals[index].open_right))
        for pattern, start, end in found[:_MOST_HITS]
        for index in lexicon.found[pattern]
    ]


def _unsqueezed(shown: bytes, squeezed: bytes, places: list[Place]) -> list[Place]:
    """Return places in text whose spaces were squeezed as places in the text before."""
    if len(shown) == len(squeezed):
        return places
    kept = [at for at, byte in enumerate(shown) if byte != _SPACE or at == 0 or shown[at - 1] != _SPACE]
    return [(index, kept[start], kept[end - 1] + 1) for index, start, end in places]


def _located(text: str, shown: bytes, places: list[Place], lexicon: Lexicon) -> list[Hit]:
    """Return the places as hits in the original text."""
    if not places:
        return []
    offset = _offsets(text, shown, places)
    return [
        Hit(literal=index, span=Span(start=offset(start), end=offset(end - 1) + 1, what=lexicon.literals[index].text))
        for index, start, end in places
    ]


def _offsets(text: str, shown: bytes, places: list[Place]) -> Callable[[int], int]:
    """Return what maps a byte of the spaced text, which begins with one space more, to the character it came from."""
    if text.isascii():
        return lambda at: at - 1
    origins = [i for i, character in enumerate(text) for _ in character.casefold()]
    wanted = sorted({at for _, start, end in places for at in (start, end - 1)})
    known: dict[int, int] = {}
    behind, characters = 1, 0
    for at in wanted:
        # bytes that go on a character add none; `at` may be such a byte, and then counts as its character
        part = shown[behind : at + 1]
        characters += len(part.translate(None, _CONTINUING))
        known[at] = origins[characters - 1]
        behind = at + 1
    return known.__getitem__


def find_signs(text: str, lexicon: Lexicon) -> list[Hit]:
    """Return the literals that lean on signs, found in the raw text."""
    if lexicon.sign_finder is None or lexicon.sign_hint is None or lexicon.sign_hint.search(text) is None:
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
