"""`lines`: how many lines a message has."""

from pydantic import Field

from bot.i18n import phrase
from bot.policy.detection import ALWAYS, Answer, Evidence
from bot.policy.inspection import Inspection
from bot.policy.signals.base import Assembly, Detector, Params, Signal, key_of


class LinesParams(Params):
    """How many lines are too many."""

    short = "over"

    over: int = Field(ge=1, strict=True, description="The text has more lines than this; empty ones count.")


def build(params: LinesParams, assembly: Assembly) -> Detector:
    """Return a detector of messages with many lines."""
    over = params.over

    def probe(inspection: Inspection) -> Answer:
        text = inspection.message.text
        if len(text) < over:
            return False
        breaks = text.count("\n")
        if not text.isascii():
            breaks += text.count("\u2028") + text.count("\u2029")
        if breaks < over:
            return False
        return Evidence(notes=(phrase("signals.lines", count=breaks + 1),))

    return Detector(key=key_of("lines", params), anchors=ALWAYS, probe=probe)


SIGNAL = Signal(
    name="lines",
    summary="The text has more than a number of lines, empty ones included.",
    family="text",
    params=LinesParams,
    example="lines: {over: 30}",
    build=build,
)
