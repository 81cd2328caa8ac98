"""What the policies say about people: who may do what for whom, where cases wait, who is told."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from bot.domain.budget import Budget
from bot.domain.escalation import Escalations
from bot.domain.right import Permission, Right
from bot.domain.severity import Severity
from bot.domain.staff import Roster

INTERNAL = "internal"


@dataclass(frozen=True, kw_only=True, slots=True)
class Automation:
    """What rules may do by themselves: a mandate like any other."""

    #: what may be done without people
    may: tuple[Permission, ...] = ()
    #: what must be asked for: power → organisation
    asks: Mapping[Right, str] = field(default_factory=dict)
    #: how often, all rules together
    budgets: Mapping[Right, tuple[Budget, ...]] = field(default_factory=dict)
    #: a rule that sanctions more members than this drops to shadow; None for never
    breaker: Budget | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Queue:
    """Where cases wait."""

    #: its name
    name: str
    #: organisations that serve it, in order
    served_by: tuple[str, ...] = ()
    #: who serves it while none of these has anybody on duty
    otherwise: str = INTERNAL
    #: how soon a case is to be claimed
    claim_within: Mapping[Severity, timedelta] = field(default_factory=dict)
    #: how soon a case is to be resolved
    resolve_within: Mapping[Severity, timedelta] = field(default_factory=dict)
    #: only those who chose it are given its cases
    by_choice: bool = False
    #: cases of it that one person is given a shift; None for any number
    at_most: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Appealing:
    """How members appeal."""

    #: how long after the sanction an appeal may begin
    within: timedelta = timedelta(days=183)
    #: how soon it is decided
    resolve_within: timedelta = timedelta(days=7)


@dataclass(frozen=True, kw_only=True, slots=True)
class Governance:
    """Everything the policies say about people."""

    #: who moderates
    roster: Roster = field(default_factory=Roster)
    #: what rules may do
    automation: Automation = field(default_factory=Automation)
    #: by name
    queues: Mapping[str, Queue] = field(default_factory=dict)
    #: who is told
    escalations: Escalations | None = None
    #: ids and names of platform roles against whose holders nobody acts
    protected: frozenset[str] = frozenset()
    #: what members are told of who stands behind a decision: organisation, outside, team
    disclosure: str = "organisation"
    #: how members appeal
    appealing: Appealing = field(default_factory=Appealing)
    #: powers that need an approval by another organisation than the asking one
    by_another_organisation: frozenset[Right] = frozenset()
    #: how long an approval is waited for before the path starts
    approve_within: timedelta = timedelta(minutes=30)
    #: how long a claim holds before the case is free again
    claim_for: timedelta = timedelta(minutes=30)
    #: percent of what sampled people do that is looked at again
    review_share: int = 25
