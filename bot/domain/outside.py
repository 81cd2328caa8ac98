"""Deeds: what was done on a platform by somebody's own hand, and not through Locum."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bot.domain.message import AccountRef
from bot.domain.outcome import OutcomeKind
from bot.domain.place import Stream
from bot.domain.sanction import FREE, Standing


class DeedKind(StrEnum):
    """What was done."""

    #: a member's standing was changed: a sanction set, lengthened, shortened or lifted
    STANDING = "standing"
    #: a member was removed once
    KICK = "kick"
    #: messages of others were deleted
    DELETION = "deletion"
    #: roles were given to a member, or taken
    ROLES = "roles"


@dataclass(frozen=True, kw_only=True, slots=True)
class Deed:
    """One thing that the platform says was done outside Locum; what it doesn't say stays open, and is never guessed."""

    #: the platform's id of its record: one that comes twice is one deed
    id: str
    #: what was done
    kind: DeedKind
    #: when, UTC
    at: datetime
    #: who did it; None where the platform doesn't say
    by: AccountRef | None = None
    #: to whom; None where it was to nobody, or the platform doesn't say
    member: AccountRef | None = None
    #: STANDING: which sanction
    sanction: OutcomeKind | None = None
    #: STANDING: how the member stands since
    standing: Standing = FREE
    #: DELETION: where
    stream: Stream | None = None
    #: DELETION: how many messages; KICK: how many members, where the platform names none of them
    count: int = 1
    #: ROLES: ids of roles that were given
    given: frozenset[str] = field(default_factory=frozenset)
    #: ROLES: ids of roles that were taken
    taken: frozenset[str] = field(default_factory=frozenset)
