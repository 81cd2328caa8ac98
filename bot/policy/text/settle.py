"""Turns what was seen in disguise into hits: words themselves, and phrases once their parts are read."""

from collections.abc import Iterator
from dataclasses import replace

from bot.domain.judgement import Span
from bot.policy.text.disguise import Disguise
from bot.policy.text.hit import Hit
from bot.policy.text.lexicon import Lexicon
from bot.policy.text.plain import find_plain
from bot.policy.text.scripts import is_plausible

#: evidence of one message stops here
_MOST_HITS = 1_000


def settle(text: str, seen: list[Disguise], plain: list[Hit], lexicon: Lexicon) -> list[Hit]:
    """Return the hits that disguises make, besides those that stand there plainly."""
    latin = _is_mostly_latin(text) if any(disguise.whole_script for disguise in seen) else True
    fair = [
        disguise for disguise in seen[:_MOST_HITS]
        if not disguise.whole_script or (latin and not is_plausible(text[disguise.start : disguise.end]))
    ]  # fmt: skip
    known = {(hit.literal, hit.span.start, hit.span.end) for hit in plain}
    hits = []
    for disguise in fair:
        key = (disguise.literal, disguise.start, disguise.end)
        if disguise.literal >= 0 and key not in known:
            known.add(key)
            span = Span(start=disguise.start, end=disguise.end, how=disguise.how, what=disguise.word)
            hits.append(Hit(literal=disguise.literal, span=span))
    if fair and lexicon.has_phrases:
        found = _phrases(text, fair, lexicon)
        hits += [hit for hit in found if (hit.literal, hit.span.start, hit.span.end) not in known]
    return hits


def _is_mostly_latin(text: str) -> bool:
    letters = list(filter(str.isalpha, text))
    return sum(map(str.isascii, letters)) * 2 > len(letters)


def _phrases(text: str, disguises: list[Disguise], lexicon: Lexicon) -> Iterator[Hit]:
    """Yield the phrases that are found once every disguised word is replaced by what it reads as."""
    plain, origins = _replaced(text, disguises)
    for hit in find_plain(plain, lexicon):
        if " " in hit.span.what:
            start, end = origins[hit.span.start][0], origins[hit.span.end - 1][1]
            yield Hit(literal=hit.literal, span=replace(hit.span, start=start, end=end, how="disguised words"))


def _replaced(text: str, disguises: list[Disguise]) -> tuple[str, list[tuple[int, int]]]:
    """Return the text with disguised words spelt out, and for each of its characters the span it stands for."""
    parts: list[str] = []
    origins: list[tuple[int, int]] = []
    at = 0
    for disguise in sorted(disguises, key=lambda d: (d.start, -d.end)):
        if disguise.start < at:
            continue
        parts += text[at : disguise.start], disguise.word
        origins += [(i, i + 1) for i in range(at, disguise.start)]
        origins += [(disguise.start, disguise.end)] * len(disguise.word)
        at = disguise.end
    parts.append(text[at:])
    origins += [(i, i + 1) for i in range(at, len(text))]
    return "".join(parts), origins
