"""What performing needs of its surroundings, and how much it takes at once."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from random import random

from bot.domain.action import Refusal
from bot.domain.outcome import OutcomeKind
from bot.policy.policy_set import PolicySet
from bot.ports import Clock, Keys
from bot.store.actions import Claimed
from bot.store.engine import Store, Tx
from bot.store.leases import Lease

#: asked right before performing: which of these actions may not be done after all, by number
Check = Callable[[Tx, Sequence[Claimed], datetime], Awaitable[Mapping[int, Refusal]]]


async def allow_all(_tx: Tx, _claimed: Sequence[Claimed], _now: datetime) -> Mapping[int, Refusal]:
    """Return no refusal: what was decided is done."""
    return {}


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """How much is taken at once, and how long it may take."""

    #: actions in one batch: deletions of several channels, a hundred of each with one call
    batch: int = 1_000
    #: outcomes that are written down in one transaction
    together: int = 200
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
    #: sanctions that are upheld by deleting what the member writes: notices say so
    emulated: Callable[[], frozenset[OutcomeKind]] = frozenset
    #: asked again right before performing
    allowed: Check = allow_all
    #: how much at once
    limits: Limits = Limits()
    #: spreads those that failed together, in [0, 1)
    chance: Callable[[], float] = random
