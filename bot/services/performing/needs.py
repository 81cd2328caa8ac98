"""What performing needs of its surroundings, and how much it takes at once."""

from collections.abc import Callable
from dataclasses import dataclass, field
from random import random

from bot.domain.action import Refusal
from bot.policy.policy_set import PolicySet
from bot.ports import Clock, Keys
from bot.store.actions import Claimed
from bot.store.engine import Store
from bot.store.leases import Lease


def allow_all(_: Claimed) -> Refusal | None:
    """Return no refusal: what was decided is done."""
    return None


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """How much is taken at once, and how long it may take."""

    #: actions in one batch
    batch: int = 100
    #: seconds that a call may take
    deadline: float = 15.0
    #: seconds that an action is leased; longer than the calls of one batch may take
    lease: float = 60.0
    #: seconds before an unknown outcome is read back: what was sent may still arrive
    doubt: float = 5.0
    #: seconds between two looks when nobody wakes the performer
    sweep: float = 1.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Needs:
    """What a performer is given."""

    #: the database
    store: Store
    #: keys of the ledger
    keys: Keys = field(repr=False)
    #: the time
    clock: Clock
    #: the connection's lease, held in every transaction
    lease: Lease
    #: the community's active policies; None where it has none
    policies: Callable[[str], PolicySet | None]
    #: asked again right before performing: None, or why not after all
    allowed: Callable[[Claimed], Refusal | None] = allow_all
    #: how much at once
    limits: Limits = Limits()
    #: spreads those that failed together, in [0, 1)
    chance: Callable[[], float] = random
