"""`repeats`: the same character, or the same word, again and again in a row."""

import re
from collections.abc import Sequence
from operator import eq

from pydantic import Field

from bot.domain.judgement import Span
from bot.i18n import phrase
from bot.policy.detection import ALWAYS, Answer, Evidence
from bot.policy.inspection import Inspection
from bot.policy.signals.base import Assembly, Detector, Params, Signal, key_of

_AROUND = ".,;:!?…\"'„“”«»()[]*_~|`-"
_TOKEN = re.compile(r"\S+")


class RepeatsParams(Params):
    """How often in a row; with both given, one is enough."""

    characters: int | None = Field(
        default=None,
        ge=2,
        strict=True,
        description="The same character at least so often in a row. Spaces and line breaks don't count.",
    )
    words: int | None = Field(
        default=None,
        ge=2,
        strict=True,
        description="The same word at least so often in a row, whatever its case and the punctuation around it.",
    )


def _run(items: Sequence[str], needed: int) -> tuple[int, int] | None:
    """Return where the first run of `needed` or more equal items lies, in linear time.

    Such a run covers an index that is a multiple of `needed`, less one; only there is looked closer.
    """
    count, place = len(items), needed - 1
    while place < count:
        item, start, end = items[place], place, place + 1
        if item and not item.isspace():
            while start > 0 and items[start - 1] == item and place - start < needed:
                start -= 1
            while end < count and items[end] == item:
                end += 1
            if end - start >= needed:
                return start, end
        place = max(place, end - 1) + needed
    return None


def _word(token: str) -> str:
    return token.strip(_AROUND).casefold()


def _same(one: str, other: str) -> bool:
    return _word(one) == _word(other)


def _neighbours(items: Sequence[str], needed: int) -> tuple[Sequence[str], Sequence[str]]:
    """Return pairs of neighbours, few enough to look at, of which any run of `needed` items holds at least one."""
    return items[needed - 2 :: needed - 1], items[needed - 1 :: needed - 1]


def _repeated_characters(text: str, needed: int) -> Evidence | None:
    run = _run(text, needed) if any(map(eq, *_neighbours(text, needed))) else None
    if run is None:
        return None
    span, count = Span(start=run[0], end=run[1]), run[1] - run[0]
    return Evidence(spans=(span,), notes=(phrase("signals.characters", count=count),))


def _repeated_words(text: str, needed: int) -> Evidence | None:
    tokens = text.split()
    if not any(map(_same, *_neighbours(tokens, needed))):
        return None
    words = {token: _word(token) for token in set(tokens)}
    run = _run([words[token] for token in tokens], needed)
    if run is None:
        return None
    places = list(_TOKEN.finditer(text))
    span = Span(start=places[run[0]].start(), end=places[run[1] - 1].end())
    return Evidence(spans=(span,), notes=(phrase("signals.words", count=run[1] - run[0]),))


def build(params: RepeatsParams, assembly: Assembly) -> Detector:
    """Return a detector of repeated characters or words."""
    characters, words = params.characters, params.words
    if characters is None and words is None:
        assembly.error(phrase("signals.needs_one", keys="characters, words"))

    def probe(inspection: Inspection) -> Answer:
        text = inspection.message.text
        seen = None
        if characters is not None and len(text) >= characters:
            seen = _repeated_characters(text, characters)
        if seen is None and words is not None and len(text) >= 2 * words - 1:
            seen = _repeated_words(text, words)
        return seen or False

    return Detector(key=key_of("repeats", params), anchors=ALWAYS, probe=probe)


SIGNAL = Signal(
    name="repeats",
    summary="The same character or the same word stands many times in a row.",
    family="text",
    params=RepeatsParams,
    example="repeats: {characters: 12, words: 6}",
    build=build,
)
