"""`near`: one word within some words of another."""

from bisect import bisect_left

from pydantic import Field

from bot.domain.judgement import Span
from bot.policy.detection import Answer, Evidence
from bot.policy.inspection import Inspection
from bot.policy.signals.base import Assembly, Detector, Params, Signal, key_of
from bot.policy.signals.words import Terms, inline


class NearParams(Params):
    """Two sets of terms, and how far apart they may stand."""

    first: Terms = Field(min_length=1, description="Words and phrases, `*` at an end allowed.")
    second: Terms = Field(min_length=1, description="Words and phrases, `*` at an end allowed.")
    within: int = Field(default=5, ge=0, le=100, strict=True, description="At most so many words between them.")


def build(params: NearParams, assembly: Assembly) -> Detector:
    """Return a detector that holds where a term of each set stands near one of the other, in either order."""
    first = assembly.terms(inline(params.first, "first"))
    second = assembly.terms(inline(params.second, "second"))
    within = params.within

    def probe(inspection: Inspection) -> Answer:
        left, right = inspection.scan.at(first), inspection.scan.at(second)
        if not left or not right:
            return False
        starts = _word_starts(inspection.message.text)
        for one in left:
            for other in right:
                if _apart(one, other, starts) <= within:
                    return Evidence(spans=tuple(sorted((one, other), key=lambda span: span.start)))
        return False

    return Detector(key=key_of("near", params), anchors=frozenset({first}), probe=probe)


def _word_starts(text: str) -> list[int]:
    """Return where each word begins, as white space parts them."""
    starts, at = [], 0
    for word in text.split():
        at = text.index(word, at)
        starts.append(at)
        at += len(word)
    return starts


def _apart(one: Span, other: Span, starts: list[int]) -> int:
    """Return how many words stand between two spans; many where they overlap."""
    before, after = (one, other) if one.start <= other.start else (other, one)
    if after.start < before.end:
        return len(starts)
    return max(0, bisect_left(starts, after.start + 1) - bisect_left(starts, before.end) - 1)


SIGNAL = Signal(
    name="near",
    summary="A term of one set stands within some words of a term of another, in either order.",
    family="text",
    params=NearParams,
    example="near: {first: [free, gratis], second: [nitro, robux], within: 4}",
    build=build,
)
