"""`length`: how long a message's text is."""

from pydantic import Field

from bot.domain.message import MessageKind
from bot.i18n import phrase
from bot.policy.detection import ALWAYS, Answer, Evidence
from bot.policy.inspection import Inspection
from bot.policy.signals.base import Assembly, Detector, Params, Signal, key_of


class LengthParams(Params):
    """Bounds of a message's length; with both given, the length lies between them."""

    over: int | None = Field(
        default=None, ge=0, strict=True, description="The text has more characters (Unicode code points) than this."
    )
    under: int | None = Field(
        default=None, ge=1, strict=True, description="The text has fewer characters (Unicode code points) than this."
    )


def build(params: LengthParams, assembly: Assembly) -> Detector:
    """Return a detector of long or short messages; a join or a change of names has no text and is neither."""
    if params.over is None and params.under is None:
        assembly.error(phrase("signals.needs_one", keys="over, under"))
    elif params.over is not None and params.under is not None and params.over + 1 >= params.under:
        assembly.error(phrase("signals.never_holds", over=params.over, under=params.under))
    over = -1 if params.over is None else params.over
    under = params.under

    def probe(inspection: Inspection) -> Answer:
        length = len(inspection.message.text)
        if length <= over or (under is not None and length >= under):
            return False
        if inspection.message.kind is not MessageKind.MESSAGE:
            return False
        return Evidence(notes=(phrase("signals.length", count=length),))

    return Detector(key=key_of("length", params), anchors=ALWAYS, probe=probe)


SIGNAL = Signal(
    name="length",
    summary="The text is longer or shorter than a number of characters.",
    family="text",
    params=LengthParams,
    example="length: {over: 1500}",
    build=build,
)
