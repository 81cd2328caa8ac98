"""`thread`: a message that stands in a thread."""

from typing import Literal

from pydantic import Field

from bot.policy.detection import ALWAYS, HOLDS, Answer, Detector
from bot.policy.inspection import Inspection
from bot.policy.signals.base import Assembly, Params, Signal, key_of


class ThreadParams(Params):
    """Nothing to set."""

    short = "enabled"

    enabled: Literal[True] = Field(default=True, description="The message was written in a thread of its channel.")


def build(params: ThreadParams, assembly: Assembly) -> Detector:
    """Return a detector of messages in threads."""

    def probe(inspection: Inspection) -> Answer:
        return HOLDS if inspection.message.channel.thread else False

    return Detector(key=key_of("thread", params), anchors=ALWAYS, probe=probe)


SIGNAL = Signal(
    name="thread",
    summary="The message stands in a thread, and not in the channel itself.",
    family="shape",
    params=ThreadParams,
    example="thread: true",
    build=build,
)
