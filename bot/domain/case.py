"""Cases: what belongs together about one member or incident, until somebody resolves it."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from bot.domain.severity import Severity


class CaseState(StrEnum):
    """Where a case stands."""

    OPEN = "open"
    CLAIMED = "claimed"
    RESOLVED = "resolved"


#: the path of a case that goes wherever the community's routing sends it
BY_ROUTING = "by routing"


@dataclass(frozen=True, kw_only=True, slots=True)
class Case:
    """What of a case decides about what follows."""

    #: surrogate
    id: str
    #: surrogate of the member's account
    account: str
    #: the queue it waits in; empty for the community's own
    queue: str
    #: how grave
    severity: Severity
    #: True when a guideline opened it that helps before it punishes
    care: bool = False
    #: the path asked for; None while nothing was escalated
    escalated: str | None = None


def join_case(open_cases: Iterable[Case], queue: str) -> Case | None:
    """Return the member's open case in a queue, which what is found now belongs to; the oldest, if there are more."""
    return next((case for case in open_cases if case.queue == queue), None)


def is_helped(open_cases: Iterable[Case]) -> bool:
    """Return whether somebody looks after the member: until that is over, automation sanctions them for nothing."""
    return any(case.care for case in open_cases)
