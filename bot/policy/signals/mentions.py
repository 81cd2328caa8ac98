"""`mentions`: how many people, roles or everyone a message pings."""

from typing import Literal

from pydantic import Field

from bot.i18n import Phrase, phrase
from bot.policy.detection import Answer, Detector, Evidence, Trigger
from bot.policy.inspection import Inspection
from bot.policy.signals.base import Assembly, Params, Signal, key_of


class MentionsParams(Params):
    """How many are too many; with several given, one is enough."""

    people: int | None = Field(
        default=None, ge=1, strict=True, description="At least so many people are mentioned; each counts once."
    )
    roles: int | None = Field(
        default=None, ge=1, strict=True, description="At least so many roles or user groups are mentioned."
    )
    total: int | None = Field(
        default=None,
        ge=1,
        strict=True,
        description="At least so many people and roles together; everyone counts as one.",
    )
    everyone: Literal[True] | None = Field(default=None, description="Everyone is pinged: @everyone, @here, @channel.")


def build(params: MentionsParams, assembly: Assembly) -> Detector:
    """Return a detector of mentions."""
    people, roles, total, everyone = params.people, params.roles, params.total, params.everyone
    if people is roles is total is everyone is None:
        assembly.error(phrase("signals.needs_one", keys="people, roles, total, everyone"))

    def probe(inspection: Inspection) -> Answer:
        mentions = inspection.message.mentions
        seen_people, seen_roles = len(mentions.people), len(mentions.roles)
        seen_total = seen_people + seen_roles + mentions.everyone
        notes: list[Phrase] = []
        if people is not None and seen_people >= people:
            notes.append(phrase("signals.people", count=seen_people))
        if roles is not None and seen_roles >= roles:
            notes.append(phrase("signals.mentioned_roles", count=seen_roles))
        if total is not None and seen_total >= total:
            notes.append(phrase("signals.mentions", count=seen_total))
        if everyone and mentions.everyone:
            notes.append(phrase("signals.everyone"))
        return Evidence(notes=tuple(notes)) if notes else False

    return Detector(
        key=key_of("mentions", params), anchors=frozenset({int(Trigger.MENTION)}), probe=probe, mentions=total
    )


SIGNAL = Signal(
    name="mentions",
    summary="The message mentions many people or roles, or pings everyone.",
    family="shape",
    params=MentionsParams,
    example="mentions: {people: 5, everyone: true}",
    build=build,
)
