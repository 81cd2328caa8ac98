"""Numbers for Prometheus, in a registry of their own; names and meanings stand in `docs/operations.md`."""

from collections import Counter as Tally
from collections.abc import Mapping

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from bot import __version__
from bot.app.health import Observed, Report, State
from bot.services.timing import Swept

_LATE = (0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 15.0, 60.0, 300.0, 3600.0)


class Metrics:
    """Everything that is counted."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._told: Tally[tuple[str, ...]] = Tally()
        self._gauges: dict[str, Gauge] = {}
        for name, (help_text, labels) in _GAUGES.items():
            self._gauges[name] = Gauge(f"locum_{name}", help_text, labels, registry=self.registry)
        self._counters: dict[str, Counter] = {}
        for name, (help_text, labels) in _COUNTERS.items():
            self._counters[name] = Counter(f"locum_{name}", help_text, labels, registry=self.registry)
        self._lateness = Histogram(
            "locum_timer_lateness_seconds", "How late timers fired.", buckets=_LATE, registry=self.registry
        )
        self._gauges["info"].labels(version=__version__).set(1)

    def page(self) -> bytes:
        """Return everything as Prometheus reads it."""
        return generate_latest(self.registry)

    def job_failed(self, job: str) -> None:
        """Count an error in a job."""
        self._counters["job_errors"].labels(job=job).inc()

    def database_failed(self) -> None:
        """Count a time when the database didn't answer."""
        self._counters["database_errors"].inc()

    def swept(self, swept: Swept) -> None:
        """Count what a sweep of timers came to."""
        for fired in swept.fired:
            self._counters["timers_fired"].labels(kind=fired.kind).inc()
            self._lateness.observe(max(fired.late, 0.0))
        for failure in swept.failed:
            self._counters["timer_errors"].labels(kind=failure.kind).inc()

    def outcomes(self, connection: str, totals: Mapping[tuple[str, str], int]) -> None:
        """Count how actions ended, by kind and outcome, from what a connection's performer counted so far."""
        for (kind, outcome), total in totals.items():
            counter = self._counters["action_outcomes"].labels(kind=kind, outcome=outcome)
            counter.inc(self._new((connection, kind, outcome), total))

    def lease(self, name: str, *, held: bool) -> None:
        """Note whether this process owns something."""
        self._gauges["lease_held"].labels(lease=name).set(held)

    def observe(self, observed: Observed, report: Report) -> None:
        """Take over what is seen of the program; what is no longer there is no longer told."""
        for name in _SEEN:
            self._gauges[name].clear()
        self._gauges["health"].set(list(State).index(report.state))
        self._gauges["clock_drift_seconds"].set(observed.drift)
        self._gauges["database_up"].set(observed.gone_since is None and observed.unwritable_since is None)
        for community, count in observed.escalations.items():
            self._gauges["escalations_open"].labels(community=community).set(count)
        for community, count in observed.stuck.items():
            self._gauges["escalations_stuck"].labels(community=community).set(count)
        age = 0.0 if observed.beat_at is None else (observed.now - observed.beat_at).total_seconds()
        self._gauges["heartbeat_age_seconds"].set(age)
        self._intakes(observed)
        self._stored(observed)

    def _intakes(self, observed: Observed) -> None:
        for community, intake in observed.intakes.items():
            self._gauges["intake_lag_seconds"].labels(community=community).set(intake.lag)
            self._gauges["intake_queue"].labels(community=community).set(intake.waiting)
            self._gauges["intake_pending"].labels(community=community).set(intake.pending)
            totals = {
                "messages_judged": intake.judged,
                "messages_dropped": intake.dropped,
                "intake_failures": intake.failed,
            }
            for name, total in totals.items():
                self._counters[name].labels(community=community).inc(self._new((community, name), total))

    def _new(self, what: tuple[str, ...], total: int) -> int:
        """Return what came since the last time; whoever was begun anew counts from nothing."""
        before = self._told[what]
        self._told[what] = total
        return total - before if total >= before else total

    def _stored(self, observed: Observed) -> None:
        store, now = observed.store, observed.now
        if store is None:
            return
        for gap in store.gaps:
            self._gauges["gaps"].labels(community=gap.community, state="open").set(gap.open)
            self._gauges["gaps"].labels(community=gap.community, state="lost").set(gap.lost)
        for action in store.actions:
            late = 0.0 if action.oldest is None else (now - action.oldest).total_seconds()
            self._gauges["actions_due"].labels(connection=action.connection).set(action.due)
            self._gauges["oldest_due_action_seconds"].labels(connection=action.connection).set(max(late, 0.0))
            self._gauges["dead_actions"].labels(connection=action.connection).set(action.dead)
            self._gauges["manual_steps"].labels(connection=action.connection).set(action.by_hand)
        for connection in store.connections:
            self._gauges["connection_good"].labels(connection=connection.connection).set(connection.state == "good")
        self._gauges["timers_due"].set(store.timers.late)
        late = 0.0 if store.timers.oldest is None else (now - store.timers.oldest).total_seconds()
        self._gauges["oldest_due_timer_seconds"].set(max(late, 0.0))
        self._gauges["timers_failing"].set(store.timers.failing)
        self._gauges["subject_requests"].labels(state="open").set(store.requests.open)
        self._gauges["subject_requests"].labels(state="late").set(store.requests.late)
        self._gauges["timers_dead"].set(store.timers.dead)
        for ledger in store.ledgers:
            age = (now - ledger.signed_at).total_seconds() if ledger.size > ledger.signed else 0.0
            self._gauges["ledger_entries"].labels(community=ledger.community).set(ledger.size)
            self._gauges["checkpoint_age_seconds"].labels(community=ledger.community).set(max(age, 0.0))
        for witness in store.witnesses:
            since = 0.0 if witness.state == "cosigned" else (now - witness.since).total_seconds()
            labels = {"community": witness.community, "witness": witness.witness}
            self._gauges["unwitnessed_seconds"].labels(**labels).set(max(since, 0.0))


_COMMUNITY, _CONNECTION = ("community",), ("connection",)
#: set anew at each look
_SEEN = (
    "intake_lag_seconds", "intake_queue", "intake_pending", "gaps", "actions_due", "oldest_due_action_seconds",
    "dead_actions", "manual_steps", "connection_good", "ledger_entries", "checkpoint_age_seconds",
    "unwitnessed_seconds", "escalations_open", "escalations_stuck",
)  # fmt: skip
_GAUGES: dict[str, tuple[str, tuple[str, ...]]] = {
    "info": ("The version that runs.", ("version",)),
    "health": ("How the program is: 0 ok, 1 degraded, 2 failing.", ()),
    "database_up": ("Whether the database answers, and stores what it is given.", ()),
    "clock_drift_seconds": ("How far the machine's clock is ahead of the program's.", ()),
    "lease_held": ("Whether this process owns a community's intake or a connection.", ("lease",)),
    "intake_lag_seconds": ("From the posting to the storing of the newest message judged live.", _COMMUNITY),
    "intake_queue": ("Messages that wait to be judged.", _COMMUNITY),
    "intake_pending": ("Messages that wait for an answer from outside.", _COMMUNITY),
    "gaps": ("Stretches of messages that may have been missed.", ("community", "state")),
    "actions_due": ("Actions that are due and not done yet.", _CONNECTION),
    "oldest_due_action_seconds": ("For how long the oldest action has been due.", _CONNECTION),
    "dead_actions": ("Actions that were given up.", _CONNECTION),
    "manual_steps": ("Actions that were left to people and wait to be done.", _CONNECTION),
    "connection_good": ("Whether the platform accepts the token.", _CONNECTION),
    "timers_due": ("Timers that are due and haven't fired yet.", ()),
    "oldest_due_timer_seconds": ("For how long the oldest timer has been due.", ()),
    "timers_failing": ("Timers that failed and wait for another attempt.", ()),
    "timers_dead": ("Timers that were given up.", ()),
    "subject_requests": ("What members asked about their data: unanswered, and of these past the month.", ("state",)),
    "escalations_open": ("Escalations that haven't ended.", _COMMUNITY),
    "escalations_stuck": ("Escalations that the last audit found stuck, or never begun.", _COMMUNITY),
    "heartbeat_age_seconds": ("Since when no heartbeat was taken; 0 where none is sent.", ()),
    "ledger_entries": ("Entries of the ledger.", _COMMUNITY),
    "checkpoint_age_seconds": ("Since when entries wait for a checkpoint; 0 while none does.", _COMMUNITY),
    "unwitnessed_seconds": ("Since when a witness hasn't cosigned; 0 while it does.", ("community", "witness")),
}
_COUNTERS: dict[str, tuple[str, tuple[str, ...]]] = {
    "messages_judged": ("Messages judged and stored.", _COMMUNITY),
    "messages_dropped": ("Messages turned away into a gap, to be read back.", _COMMUNITY),
    "intake_failures": ("Rules and messages that could not be evaluated or stored.", _COMMUNITY),
    "action_outcomes": ("How actions ended.", ("kind", "outcome")),
    "timers_fired": ("Timers that fired.", ("kind",)),
    "timer_errors": ("Attempts to fire a timer that failed.", ("kind",)),
    "job_errors": ("Errors in jobs.", ("job",)),
    "database_errors": ("Times when the database didn't answer.", ()),
}
