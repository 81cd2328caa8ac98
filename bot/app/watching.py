"""Looks at the program and its database again and again, so that health and metrics can be told at any moment."""

import json
import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from bot.app.health import Observed, Phase, Report, judge
from bot.app.metrics import Metrics
from bot.app.stages import within
from bot.ports import Clock
from bot.services.intake.health import Health as IntakeHealth
from bot.store.engine import Store
from bot.store.errors import StoreError
from bot.store.watching import StoreSeen, store_seen

#: seconds that a look into the database may take
_PATIENCE = 10.0
#: who owned something for so long without an error has recovered
_SETTLED = timedelta(minutes=1)


def _no_intakes() -> Mapping[str, IntakeHealth]:
    return {}


def _no_drift() -> float:
    return 0.0


@dataclass(kw_only=True, slots=True)
class Watch:
    """What was seen last."""

    #: the time
    clock: Clock
    #: what is counted
    metrics: Metrics
    #: what the program is doing
    phase: Phase = Phase.STARTING
    #: of the intakes at this moment
    intakes: Callable[[], Mapping[str, IntakeHealth]] = _no_intakes
    #: of the clock at this moment
    drift: Callable[[], float] = _no_drift
    #: when the database was last looked into with success
    looked_at: datetime | None = None
    #: since when it hasn't answered
    gone_since: datetime | None = None
    #: since when it has stored nothing, whether or not it can be read
    unwritable_since: datetime | None = None
    #: what was seen in it
    seen: StoreSeen | None = None
    #: jobs whose last time ended with an error
    failing_jobs: set[str] = field(default_factory=set)
    #: kinds of timers that nobody here knows
    strange_timers: frozenset[str] = frozenset()
    #: what this process owns, and since when
    held: dict[str, datetime] = field(default_factory=dict)
    #: what it owned, or owns again, after it ended with an error
    failing_owners: set[str] = field(default_factory=set)
    #: escalations that haven't ended, by community
    escalations: Mapping[str, int] = field(default_factory=dict)
    #: of these, and of those that never began, what the last audit found stuck
    stuck: Mapping[str, int] = field(default_factory=dict)
    #: `community/contact/medium` of whom no address leads to
    unreachable: tuple[str, ...] = ()
    #: when the heartbeat was last taken
    beat_at: datetime | None = None
    #: where the report is written, where nobody can ask for it
    file: Path | None = None

    async def look(self, store: Store) -> None:
        """Look into the database; raise what it raises, once that is noted."""
        try:
            self.seen = await within(_PATIENCE, self._seen(store))
        except (StoreError, TimeoutError):
            self.metrics.database_failed()
            self.gone_since = self.gone_since or self.clock.now()
            raise
        else:
            self.looked_at, self.gone_since = self.clock.now(), None
        finally:
            self.tell()

    async def _seen(self, store: Store) -> StoreSeen:
        async with store.reading() as tx:
            return await store_seen(tx, self.clock.now())

    def stored(self, error: Exception | None) -> bool:
        """Note whether the database stores anything, and return whether it has just ceased to."""
        ceased = error is not None and self.unwritable_since is None
        if error is None:
            self.unwritable_since = None
        elif ceased:
            self.unwritable_since = self.clock.now()
        return ceased

    def job_ended(self, job: str, error: Exception | None) -> None:
        """Note how a job ended this time."""
        if error is None:
            self.failing_jobs.discard(job)
        else:
            self.failing_jobs.add(job)
            self.metrics.job_failed(job)

    def owned(self, lease: str, *, held: bool) -> None:
        """Note that something is owned from now on, or no longer."""
        self.metrics.lease(lease, held=held)
        if held:
            self.held[lease] = self.clock.now()
        else:
            self.held.pop(lease, None)

    def owner_failed(self, lease: str) -> None:
        """Note that what is done with something owned ended with an error."""
        self.failing_owners.add(lease)

    def running(self) -> None:
        """Note that the start is over."""
        self.phase, self.looked_at = Phase.RUNNING, self.looked_at or self.clock.now()

    def report(self) -> Report:
        """Return how the program is at this moment."""
        return judge(self._observed())

    def page(self) -> bytes:
        """Return the metrics of this moment."""
        observed = self._observed()
        self.metrics.observe(observed, judge(observed))
        return self.metrics.page()

    def tell(self) -> None:
        """Write the report where nobody can ask for it."""
        if self.file is not None:
            fresh = self.file.with_name(f"{self.file.name}.{os.getpid()}")
            # a full disk is told by the database, and by a report that grows old
            with suppress(OSError):
                self.file.parent.mkdir(parents=True, exist_ok=True)
                fresh.write_text(json.dumps(self.report().plain()) + "\n", encoding="utf-8")
                fresh.replace(self.file)

    def _observed(self) -> Observed:
        now = self.clock.now()
        self.failing_owners -= {lease for lease, since in self.held.items() if now - since >= _SETTLED}
        return Observed(
            now=now,
            failing_owners=frozenset(self.failing_owners),
            phase=self.phase,
            looked_at=self.looked_at,
            gone_since=self.gone_since,
            unwritable_since=self.unwritable_since,
            store=self.seen,
            intakes=self.intakes(),
            drift=self.drift(),
            failing_jobs=frozenset(self.failing_jobs),
            strange_timers=self.strange_timers,
            escalations=self.escalations,
            stuck=self.stuck,
            unreachable=self.unreachable,
            beat_at=self.beat_at,
        )
