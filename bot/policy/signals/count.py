"""`count`: a condition that holds again and again."""

from hashlib import blake2b
from typing import Any, Literal

from pydantic import Field

from bot.domain.duration import show_duration
from bot.domain.message import Message, MessageKind
from bot.i18n import phrase
from bot.policy.detection import Answer, Evidence
from bot.policy.inspection import Inspection
from bot.policy.schema.types import PositiveDuration
from bot.policy.signals.base import Assembly, Detector, Params, Signal
from bot.policy.watch import Watch, counted_under


class CountParams(Params):
    """What is counted, and how often it must hold."""

    of: Any = Field(description="The condition that is counted.")
    at_least: int = Field(ge=2, le=10_000, strict=True, description="In so many messages, this one included.")
    within: PositiveDuration = Field(description="In this time.")
    per: Literal["member", "pair", "channel"] = Field(
        default="member",
        description="Whose messages are counted together: one member's; one member's towards the same other, "
        "by whom the message answers or else mentions first; all of a channel.",
    )


def build(params: CountParams, assembly: Assembly) -> Detector:
    """Return a detector that holds when its condition held often enough; thresholds may change while it counts."""
    inner = assembly.condition(params.of, path=("of",))
    at_least, per, within = params.at_least, params.per, params.within.total_seconds()
    shown, condition = show_duration(params.within), _digest(inner.key)
    assembly.watch(Watch(counted=frozenset({per})))
    assembly.keep_history(within)

    def probe(inspection: Inspection) -> Answer:
        held = inner.probe(inspection)
        if held is None or held is False:
            return held
        message = inspection.message
        if message.kind is MessageKind.RENAME:
            # nothing was written that could count
            return False
        event = (condition, addressee(message))
        if event not in inspection.counted:
            inspection.counted.append(event)
        under = counted_under(per, event, message.author.key, message.channel.id)
        if under is None:
            return False
        before = inspection.history.counted(per, under, at=inspection.at, within=within, message=inspection.key)
        if before + 1 < at_least:
            return False
        return Evidence(spans=held.spans, notes=(*held.notes, phrase("time.count", count=before + 1, within=shown)))

    key = f"count:{condition}:{at_least}:{within:g}:{per}"
    return Detector(key=key, anchors=inner.anchors, probe=probe, parts=(inner,))


def addressee(message: Message) -> str:
    """Return the key of whom a message answers, or else mentions first; empty when that is nobody else."""
    others = (key for key in (message.reply_author, *message.mentions.people) if key and key != message.author.key)
    return next(others, "")


def _digest(key: str) -> str:
    return blake2b(key.encode(), digest_size=8).hexdigest()


SIGNAL = Signal(
    name="count",
    summary="A condition held in several messages within some time, per member, pair of members or channel.",
    family="time",
    params=CountParams,
    example="count: {of: {words: [noob]}, at_least: 3, within: 10m, per: pair}",
    build=build,
)
