"""What every part of a running program shares."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from adapters.pager import Directory, Heartbeat
from bot.app.logs import Log
from bot.app.watching import Watch
from bot.domain.capability import Capability
from bot.policy.policy_set import PolicySet
from bot.ports import Clock, Keys, Lookup
from bot.services.evidence.copier import KEEPS
from bot.services.intake.settings import LIMITS
from bot.services.intake.settings import Limits as IntakeLimits
from bot.services.ledger.witnessing import Known
from bot.services.owning import Ownership
from bot.services.performing import Limits as PerformingLimits
from bot.store.engine import Store
from bot.store.leases import Lease

#: hears what can't be done through a connection
Lacking = Callable[[str, Sequence[Capability]], None]


def unsaid(_connection: str, _missing: Sequence[Capability]) -> None:
    """Say nothing of it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Frame:
    """The shared things, once all are there."""

    #: the database
    store: Store
    #: keys outside it
    keys: Keys = field(repr=False)
    #: the time
    clock: Clock
    #: what is told to the operator
    tell: Log
    #: what is seen of it, for health and metrics
    watch: Watch
    #: by community: what is active at the moment, so it is looked up each time
    policies: Mapping[str, PolicySet]
    #: this run of this process, for leases
    owner: str
    #: who cosigns
    witnesses: Sequence[Known] = ()
    #: reaches staff outside the platforms
    pager: Directory | None = None
    #: is told that no escalation is stuck
    heartbeat: Heartbeat | None = None
    #: answers from outside
    lookup: Lookup | None = None
    #: how much the intake takes at once
    limits: IntakeLimits = LIMITS
    #: how much performers take at once
    performing: PerformingLimits = field(default_factory=PerformingLimits)
    #: for so long files are kept that were copied as evidence
    copies: timedelta = KEEPS
    #: where policies are saved, to be proposed; None where nobody looks after that
    folder: Path | None = None
    #: hears what can't be done through a connection
    lacking: Lacking = unsaid

    def leads_to(self, to: str) -> bool:
        """Return whether a contact's reference leads to an address."""
        return self.pager is not None and self.pager.knows(to)

    def lacks(self, connection: str, missing: Sequence[Capability]) -> None:
        """Say what can't be done through a connection."""
        for one in missing:
            self.tell.warning(
                "capability_missing", connection=connection, kind=one.ability.value, cause=one.cause, code=one.about
            )
        if missing:
            self.lacking(connection, missing)

    def ownership(
        self, name: str, *, gained: Callable[[Lease], Awaitable[None]], lost: Callable[[Lease], Awaitable[None]]
    ) -> Ownership:
        """Return what is to be owned under a lease's name, whose changes and failures are noted here."""
        return Ownership(
            name=name, gained=gained, lost=lost, changed=self.owned, failed=self.failed, stored=self.stored
        )

    def owned(self, name: str, lease: Lease | None) -> None:
        """Note that something was gained or lost."""
        self.watch.owned(name, held=lease is not None)
        if lease is None:
            self.tell.info("lease_gone", lease=name)
        else:
            self.tell.info("lease_gained", lease=name, epoch=lease.epoch)

    def failed(self, name: str, error: Exception) -> None:
        """Note that what is done with a lease ended with an error."""
        self.watch.owner_failed(name)
        self.tell.error("owner_failed", lease=name, problem=error)

    def stored(self, error: Exception | None) -> None:
        """Note whether the database stores anything: a full disk still answers whoever only reads."""
        if self.watch.stored(error):
            self.tell.error("database_unwritable", problem=error)
