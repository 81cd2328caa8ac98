"""`edited`: a message changed after it was posted."""

from datetime import timedelta
from typing import Literal

from pydantic import Field

from bot.i18n import phrase
from bot.policy.detection import Answer, Detector, Evidence, Trigger
from bot.policy.inspection import Inspection
from bot.policy.schema.types import Duration
from bot.policy.signals.age import about
from bot.policy.signals.base import Assembly, Params, Signal, key_of


class EditedParams(Params):
    """How late an edit is suspicious."""

    short = "enabled"

    enabled: Literal[True] = Field(default=True, description="`edited: true` holds for any edited message.")
    after: Duration = Field(
        default=timedelta(0), description="The last edit came later than this after the message was posted."
    )


def build(params: EditedParams, assembly: Assembly) -> Detector:
    """Return a detector of edited messages."""
    after = params.after

    def probe(inspection: Inspection) -> Answer:
        message = inspection.message
        if message.edited_at is None:
            return False
        waited = message.edited_at - message.at
        if after and waited <= after:
            return False
        return Evidence(notes=(phrase("signals.edited", after=about(waited)),))

    return Detector(key=key_of("edited", params), anchors=frozenset({int(Trigger.EDITED)}), probe=probe)


SIGNAL = Signal(
    name="edited",
    summary="The message was edited, if given: later than a time after it was posted.",
    family="shape",
    params=EditedParams,
    example="edited: {after: 1h}",
    build=build,
)
