"""Budgets: how often something may be done within a sliding window, counting targets."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, kw_only=True, slots=True)
class Budget:
    """How often something may be done within a window."""

    #: how many targets at most
    limit: int
    #: the window's length
    within: timedelta


@dataclass(frozen=True, kw_only=True, slots=True)
class Spent:
    """How far a budget is used up."""

    #: the budget
    budget: Budget
    #: targets met within the window that ends now
    used: int

    def allows(self, count: int) -> bool:
        """Return whether so many targets more fit into it."""
        return self.used + count <= self.budget.limit

    @property
    def is_exceeded_badly(self) -> bool:
        """Whether somebody went on long after it was used up: twice the limit, attempts included."""
        return self.used >= 2 * max(self.budget.limit, 1)
