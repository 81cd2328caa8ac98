"""Who did something, as they were at that moment: the snapshot that every record of an act carries."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class ActorKind(StrEnum):
    """What sort of hand it was."""

    #: somebody who moderates, for an organisation
    PERSON = "person"
    #: a rule of the policies
    AUTOMATION = "automation"
    #: a timer that fell due
    SCHEDULER = "scheduler"
    #: who runs the program, at its command line
    OPERATOR = "operator"
    #: whoever did it on the platform itself, not through Locum
    OUTSIDE = "outside"


class OrganisationKind(StrEnum):
    """Whether somebody belongs to the community's own team."""

    INTERNAL = "internal"
    PARTNER = "partner"


@dataclass(frozen=True, kw_only=True, slots=True)
class Actor:
    """A snapshot of who did something; surrogates and the policies' own names, never an account."""

    #: what sort of hand
    kind: ActorKind
    #: who: the person's id in the policies, the rule, the timer's kind; empty for the operator and outside
    who: str = ""
    #: person: the organisation's id
    organisation: str = ""
    #: person: whether that is the community's own team
    side: OrganisationKind | None = None
    #: person of a partner: which contract, by the reference of its data agreement
    contract: str = ""
    #: person: the mandate acted under
    mandate: str = ""
    #: person: how far they are trusted
    level: str = ""
    #: person: the shift they were on, by its surrogate
    shift: str = ""

    def record(self) -> dict[str, str]:
        """Return the snapshot as a record keeps it; what is empty isn't written."""
        said = {
            "kind": self.kind.value,
            "who": self.who,
            "organisation": self.organisation,
            "side": self.side.value if self.side is not None else "",
            "contract": self.contract,
            "mandate": self.mandate,
            "level": self.level,
            "shift": self.shift,
        }
        return {key: value for key, value in said.items() if value}


def read_actor(said: Mapping[str, str]) -> Actor:
    """Return the snapshot that `Actor.record` wrote."""
    side = said.get("side")
    parts = {key: value for key, value in said.items() if key not in {"kind", "side"}}
    return Actor(kind=ActorKind(said["kind"]), side=OrganisationKind(side) if side else None, **parts)


#: who runs the program
OPERATOR = Actor(kind=ActorKind.OPERATOR)
#: whoever acts on the platform itself
OUTSIDE = Actor(kind=ActorKind.OUTSIDE)


def automation(rule: str) -> Actor:
    """Return the snapshot of a rule that acts."""
    return Actor(kind=ActorKind.AUTOMATION, who=rule)


def scheduler(timer: str) -> Actor:
    """Return the snapshot of a timer that fell due."""
    return Actor(kind=ActorKind.SCHEDULER, who=timer)
