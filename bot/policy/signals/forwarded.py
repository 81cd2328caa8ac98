"""`forwarded`: a message taken over from elsewhere."""

from typing import Literal

from pydantic import Field

from bot.policy.detection import HOLDS, Answer, Detector, Trigger
from bot.policy.inspection import Inspection
from bot.policy.signals.base import Assembly, Params, Signal, key_of


class ForwardedParams(Params):
    """Nothing to set."""

    short = "enabled"

    enabled: Literal[True] = Field(default=True, description="The message was forwarded from another channel.")


def build(params: ForwardedParams, assembly: Assembly) -> Detector:
    """Return a detector of forwarded messages."""

    def probe(inspection: Inspection) -> Answer:
        return HOLDS if inspection.message.forwarded else False

    return Detector(key=key_of("forwarded", params), anchors=frozenset({int(Trigger.FORWARDED)}), probe=probe)


SIGNAL = Signal(
    name="forwarded",
    summary="The message was forwarded from elsewhere.",
    family="shape",
    params=ForwardedParams,
    example="forwarded: true",
    build=build,
)
