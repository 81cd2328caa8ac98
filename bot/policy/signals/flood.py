"""`flood`: many messages, mentions, links or attachments in a short time."""

from typing import Literal

from pydantic import Field

from bot.domain.duration import show_duration
from bot.domain.message import MessageKind
from bot.i18n import phrase
from bot.policy.detection import ALWAYS, Answer, Evidence, Trigger
from bot.policy.features import pinged
from bot.policy.inspection import Inspection
from bot.policy.schema.types import PositiveDuration
from bot.policy.signals.base import Assembly, Detector, Params, Signal, key_of
from bot.policy.watch import AMOUNTS, Watch, flood_series

_MOST = 10_000

_TRIGGERS = {"mentions": Trigger.MENTION, "links": Trigger.LINK, "attachments": Trigger.ATTACHMENT}


class FloodParams(Params):
    """How much of what is a flood; exactly one of messages, mentions, links and attachments is named."""

    messages: int | None = Field(default=None, ge=2, le=_MOST, strict=True, description="At least so many messages.")
    mentions: int | None = Field(
        default=None, ge=1, le=_MOST, strict=True, description="At least so many people, roles and everyone pinged."
    )
    links: int | None = Field(default=None, ge=1, le=_MOST, strict=True, description="At least so many links.")
    attachments: int | None = Field(default=None, ge=1, le=_MOST, strict=True, description="At least so many files.")
    within: PositiveDuration = Field(description="In this time, the message itself included.")
    per: Literal["member", "channel"] = Field(
        default="member", description="Whether one member's messages are added up, or all of a channel."
    )


def build(params: FloodParams, assembly: Assembly) -> Detector:
    """Return a detector that adds up what one member or channel posted in the time before a message, and with it."""
    named = [(amount, limit) for amount in AMOUNTS if (limit := getattr(params, amount)) is not None]
    if len(named) != 1:
        assembly.error(phrase("time.one_amount", keys=", ".join(AMOUNTS)))
        named = [("messages", _MOST)]
    amount, limit = named[0]
    within, by_member = params.within.total_seconds(), params.per == "member"
    series, note, shown = flood_series(amount, params.per), f"time.{amount}", show_duration(params.within)
    assembly.watch(Watch(floods=frozenset({series})))
    assembly.keep_history(within)

    def probe(inspection: Inspection) -> Answer:
        message = inspection.message
        if message.kind is not MessageKind.MESSAGE:
            return False
        own = _own(amount, inspection)
        if own == 0:
            return False
        before = inspection.history.flood(
            series,
            message.author.key if by_member else message.channel.id,
            at=inspection.at,
            within=within,
            message=inspection.key,
            enough=limit - own,
        )
        if before + own < limit:
            return False
        return Evidence(notes=(phrase(note, count=before + own, within=shown),))

    anchors = frozenset({int(_TRIGGERS[amount])}) if amount in _TRIGGERS else ALWAYS
    return Detector(key=key_of("flood", params), anchors=anchors, probe=probe)


def _own(amount: str, inspection: Inspection) -> int:
    """Return how much the message itself adds."""
    if amount == "messages":
        return 1
    if amount == "mentions":
        return pinged(inspection.message)
    return len(inspection.links) if amount == "links" else len(inspection.message.attachments)


SIGNAL = Signal(
    name="flood",
    summary="Many messages, mentions, links or files came in a short time.",
    family="time",
    params=FloodParams,
    example="flood: {messages: 8, within: 10s}",
    build=build,
)
