"""`first_messages`: the first things a member writes in the community."""

from pydantic import Field

from bot.domain.message import Member, MessageKind
from bot.i18n import phrase
from bot.policy.detection import ALWAYS, Answer, Evidence
from bot.policy.inspection import Inspection
from bot.policy.signals.age import want_member
from bot.policy.signals.base import Assembly, Detector, Params, Signal, key_of
from bot.policy.watch import Watch


class FirstMessagesParams(Params):
    """How many messages are the first ones."""

    short = "up_to"

    up_to: int = Field(
        ge=1, strict=True, description="The message is one of the author's first so many in the community."
    )


def _came_after(member: Member, since: float | None) -> bool:
    """Return whether all that a member wrote lies within a history that began then."""
    begun = member.joined_at or member.created_at
    return since is not None and begun is not None and begun.timestamp() >= since


def build(params: FirstMessagesParams, assembly: Assembly) -> Detector:
    """Return a detector of a newcomer's messages; what an older member wrote before the history began is asked for."""
    up_to = params.up_to
    assembly.watch(Watch(first=up_to))

    def probe(inspection: Inspection) -> Answer:
        message = inspection.message
        if message.kind is not MessageKind.MESSAGE:
            return False
        before = inspection.history.total(message.author.key, inspection.at, inspection.key)
        if before >= up_to:
            return False
        if inspection.facts.earlier_messages is not None:
            before += inspection.facts.earlier_messages
            if before >= up_to:
                return False
        elif not _came_after(message.author, inspection.history.since):
            want_member(inspection)
            return None
        return Evidence(notes=(phrase("signals.first_messages", number=before + 1),))

    return Detector(key=key_of("first_messages", params), anchors=ALWAYS, probe=probe)


SIGNAL = Signal(
    name="first_messages",
    summary="The message is one of the first that its author wrote in the community.",
    family="who",
    params=FirstMessagesParams,
    example="first_messages: 3",
    build=build,
)
