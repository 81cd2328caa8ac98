"""`quoted`: what was found is quoted from somebody, not said."""

from bisect import bisect_right
from collections.abc import Sequence
from typing import Literal

from pydantic import Field

from bot.domain.judgement import Span
from bot.policy.detection import ALWAYS, HOLDS, Answer
from bot.policy.inspection import Inspection
from bot.policy.signals.base import Assembly, Detector, Params, Signal, key_of
from bot.policy.signals.quotations import quotations


class QuotedParams(Params):
    """Nothing to set."""

    short = "enabled"

    enabled: Literal[True] = Field(
        default=True,
        description="Inside `unless`: all that the rule found is quoted. Elsewhere: the whole text is a quotation. "
        "Whoever puts an insult between quotation marks passes too, so use it where quoting is what people do.",
    )


def _covers(parts: Sequence[tuple[int, int]], span: Span) -> bool:
    place = bisect_right(parts, (span.start, float("inf"))) - 1
    return place >= 0 and span.end <= parts[place][1]


def _whole(text: str, parts: Sequence[tuple[int, int]]) -> bool:
    """Return whether nothing but space lies outside the quotations."""
    place = 0
    for start, end in parts:
        if text[place:start].strip():
            return False
        place = end
    return not text[place:].strip()


def build(params: QuotedParams, assembly: Assembly) -> Detector:
    """Return a detector of quotations: quoted lines, code, and what stands between paired quotation marks."""

    def probe(inspection: Inspection) -> Answer:
        message = inspection.message
        parts = quotations(message.text, message.markup)
        if not parts:
            return False
        if inspection.focus:
            return HOLDS if all(_covers(parts, span) for span in inspection.focus) else False
        return HOLDS if _whole(message.text, parts) else False

    return Detector(key=key_of("quoted", params), anchors=ALWAYS, probe=probe)


SIGNAL = Signal(
    name="quoted",
    summary="What was found is quoted: it stands in quoted lines, in code, or between paired quotation marks.",
    family="text",
    params=QuotedParams,
    example="quoted: true",
    build=build,
)
