"""Who plays which part in the tour: found in the policies, so that many a community can offer it."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from adapters.local.chat.types import Room, RoomKind
from bot.domain.right import Right
from bot.domain.severity import Severity
from bot.domain.staff import LEAD, OWNER, Level, Mandate, Person
from bot.policy.policy_set import PolicySet

#: the guideline that the visitor breaks: what is written for it stands in the catalogue
GUIDELINE = "scams"
#: what the visitor's account is called; its name is no language's
_VISITOR, _NAME = "periwinkle", "Periwinkle"


class Part(StrEnum):
    """Whom the visitor is during a step."""

    #: a member like any other, made for the tour
    MEMBER = "member"
    #: an outside moderator
    MODERATOR = "moderator"
    #: who leads the community
    LEAD = "lead"
    #: whoever they are
    ANYBODY = "anybody"


@dataclass(frozen=True, kw_only=True, slots=True)
class Cast:
    """Everybody and every place that the steps speak of."""

    #: the outside moderator: id and alias
    moderator: tuple[str, str]
    #: whom they work for
    organisation: str
    #: who leads: id and alias
    lead: tuple[str, str]
    #: where it happens
    room: str
    #: where approvals hang
    leads_room: str


def visitor(run: int) -> tuple[str, str]:
    """Return id and name of the member of one run: each begins with a clean slate, whatever became of the last one."""
    suffix = "" if run <= 1 else str(run)
    return f"{_VISITOR}{suffix}", f"{_NAME}{suffix}"


def cast(policies: PolicySet, rooms: Sequence[Room]) -> Cast | None:
    """Return who plays which part; None where a community has nobody, or no place, for one of them."""
    roster = policies.governance.roster
    leads = [one for one in _internal(policies, own=True) if one.role in (LEAD, OWNER)]
    # a lead before an owner: it is their work
    leads.sort(key=lambda one: one.role != LEAD)
    staff_rooms = [room.id for room in rooms if room.kind is RoomKind.STAFF]
    if GUIDELINE not in policies.guidelines or not leads or not staff_rooms:
        return None
    for person in _internal(policies, own=False):
        mandate = _asking(policies, person)
        where = [] if mandate is None else [
            room.id for room in rooms if room.kind is RoomKind.OPEN and room.id in mandate.channels
        ]  # fmt: skip
        if where:
            return Cast(
                moderator=(person.id, person.alias),
                organisation=roster.organisations[person.organisation].name,
                lead=(leads[0].id, leads[0].alias),
                room=where[0],
                leads_room=staff_rooms[0],
            )
    return None


def _internal(policies: PolicySet, *, own: bool) -> list[Person]:
    """Return the community's own people, or everybody else who moderates."""
    roster = policies.governance.roster
    return [one for one in roster.people.values() if roster.organisations[one.organisation].is_internal is own]


def _asking(policies: PolicySet, person: Person) -> Mandate | None:
    """Return the mandate under which somebody takes on grave cases, and asks before a ban."""
    if person.starts_as is Level.OBSERVING:
        return None
    for mandate in policies.governance.roster.organisations[person.organisation].mandates:
        grave = mandate.cases_up_to is not None and mandate.cases_up_to >= Severity.HIGH
        if mandate.role == person.role and grave and Right.BAN in mandate.asks:
            return mandate
    return None
