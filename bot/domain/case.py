"""Cases: what belongs together about one member or incident, until somebody resolves it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.severity import Severity
from bot.domain.verdict import Verdict


class CaseState(StrEnum):
    """Where a case stands."""

    OPEN = "open"
    CLAIMED = "claimed"
    RESOLVED = "resolved"


#: the path of a case that goes wherever the community's routing sends it
BY_ROUTING = "by routing"


class About(StrEnum):
    """Whom a case is about."""

    MEMBER = "member"
    #: somebody who moderates: invisible to them, and to their organisation when it is a partner
    MODERATOR = "moderator"
    ORGANISATION = "organisation"
    #: what a member says against a decision: invisible to whoever decided, likewise
    APPEAL = "appeal"


@dataclass(frozen=True, kw_only=True, slots=True)
class Case:
    """What belongs together about one member, as it stands."""

    #: surrogate
    id: str
    #: surrogate of the member's account; empty where it is about a place or an organisation
    account: str
    #: the queue it waits in; empty for the community's own
    queue: str
    #: how grave
    severity: Severity
    #: True when a guideline opened it that helps before it punishes
    care: bool = False
    #: the path asked for; None while nothing was escalated
    escalated: str | None = None
    #: the guideline it is about; empty where none is named
    guideline: str = ""
    #: by which people call it; given when it is stored, where it has none
    number: str = ""
    #: whom it is about
    about: About = About.MEMBER
    #: about a moderator: their id in the roster
    about_person: str = ""
    #: about a moderator or an organisation: the organisation's id
    about_organisation: str = ""
    #: name of the connection where its card and its people are
    connection: str = ""
    #: the organisation whose turn it is; empty while none serves the queue
    served_by: str = ""
    #: where it stands
    state: CaseState = CaseState.OPEN
    #: what it came to
    verdict: Verdict | None = None
    #: who works on it; empty while nobody does
    claimed_by: str = ""
    #: for which organisation
    claimed_for: str = ""
    #: until when the claim holds
    claimed_until: datetime | None = None
    #: by when it is to be claimed; None where the queue doesn't say
    claim_due: datetime | None = None
    #: by when it is to be resolved; None likewise
    resolve_due: datetime | None = None
    #: surrogate of the case that took it up; empty while none did
    merged_into: str = ""
    #: grows with every change
    version: int = 1
    #: when it came to be; None before it is stored
    opened_at: datetime | None = None
    #: when it was resolved
    closed_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to resolve it."""
        return self.state is not CaseState.RESOLVED

    def is_held(self, at: datetime) -> bool:
        """Return whether somebody works on it, and their claim still holds."""
        return self.state is CaseState.CLAIMED and self.claimed_until is not None and at < self.claimed_until


def join_case(open_cases: Iterable[Case], queue: str) -> Case | None:
    """Return the member's open case in a queue, which what is found now belongs to; the oldest, if there are more."""
    return next((case for case in open_cases if case.queue == queue), None)


def is_helped(open_cases: Iterable[Case]) -> bool:
    """Return whether somebody looks after the member: until that is over, automation sanctions them for nothing."""
    return any(case.care for case in open_cases)


def is_shared(case: Case) -> bool:
    """Return whether a case is about several members."""
    return case.about is About.MEMBER and not case.account
