"""What a rule asks for: effects on the platform, on the member's record, or on people's attention."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


class OutcomeKind(StrEnum):
    """Every outcome that a policy can name."""

    DELETE = "delete"
    NOTICE = "notice"
    STRIKE = "strike"
    TIMEOUT = "timeout"
    QUARANTINE = "quarantine"
    KICK = "kick"
    BAN = "ban"
    ASK = "ask"
    SLOW_MODE = "slow_mode"
    RAID_MODE = "raid_mode"
    CASE = "case"
    ESCALATE = "escalate"


#: sanctions from the mildest to the strongest
SANCTIONS = (OutcomeKind.TIMEOUT, OutcomeKind.QUARANTINE, OutcomeKind.KICK, OutcomeKind.BAN)

#: what a `care` guideline may do (help before punishment)
CARING = frozenset({OutcomeKind.NOTICE, OutcomeKind.CASE, OutcomeKind.ESCALATE})


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """One thing that should follow; which fields are set depends on the kind."""

    #: what should follow
    kind: OutcomeKind
    #: timeout, ban or quarantine: how long, None for good; slow mode: the pause between messages
    duration: timedelta | None = None
    #: slow mode: how long it is on, None until somebody ends it
    lasts: timedelta | None = None
    #: ban: how far back the member's messages go with it, None for none of them
    purge: timedelta | None = None
    #: strike: how many
    amount: int = 0
    #: notice: the guideline cited; case: the queue; escalate: the path (empty: by routing); ask: who decides
    target: str = ""
    #: ask: the kind that is asked for
    asked: OutcomeKind | None = None

    @property
    def sanction(self) -> OutcomeKind | None:
        """The kind of sanction this is or asks for, if any."""
        kind = self.asked if self.kind is OutcomeKind.ASK else self.kind
        return kind if kind in SANCTIONS else None
