"""`zalgo`: letters buried under stacked marks."""

import re
from typing import Literal
from unicodedata import normalize

from pydantic import Field

from bot.domain.judgement import Span
from bot.i18n import phrase
from bot.policy.detection import ALWAYS, Answer, Evidence
from bot.policy.inspection import Inspection
from bot.policy.signals.base import Assembly, Detector, Params, Signal, key_of

# Marks of no script of its own: Hebrew, Arabic, Thai, Devanagari and others stack theirs by right.
_MARKS = "\u0300-\u036f\u0488\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
_MARK = re.compile(f"[{_MARKS}]")
_MOST_SPANS = 10


class ZalgoParams(Params):
    """How many marks on one letter are too many."""

    short = "enabled"

    enabled: Literal[True] = Field(default=True, description="`zalgo: true` looks for the usual number of marks.")
    marks: int = Field(
        default=3,
        ge=2,
        le=64,
        strict=True,
        description="A letter carries at least so many marks, beyond those that belong to it in any language.",
    )


def build(params: ZalgoParams, assembly: Assembly) -> Detector:
    """Return a detector of stacked marks; what composes to an ordinary letter (Vietnamese, Greek) doesn't count."""
    marks = params.marks
    stack = re.compile(f"[{_MARKS}][{_MARKS}]{{{marks - 1},}}")

    def probe(inspection: Inspection) -> Answer:
        text = inspection.message.text
        if text.isascii():
            return False
        spans: list[Span] = []
        for found in stack.finditer(text):
            start = max(found.start() - 1, 0)
            if len(_MARK.findall(normalize("NFC", text[start : found.end()]))) >= marks:
                spans.append(Span(start=start, end=found.end()))
                if len(spans) == _MOST_SPANS:
                    break
        if not spans:
            return False
        return Evidence(spans=tuple(spans), notes=(phrase("signals.zalgo", marks=marks),))

    return Detector(key=key_of("zalgo", params), anchors=ALWAYS, probe=probe)


SIGNAL = Signal(
    name="zalgo",
    summary="A letter is buried under stacked marks. Scripts that stack marks by right are left alone.",
    family="text",
    params=ZalgoParams,
    example="zalgo: {marks: 4}",
    build=build,
)
