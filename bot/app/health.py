"""Whether the program is well, judged from what is seen of it: a pure function from numbers to reasons."""

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from bot.services.intake.health import Health as IntakeHealth
from bot.store.watching import StoreSeen

_GONE = timedelta(minutes=1)
_BLIND = timedelta(seconds=30)
_GAP = timedelta(minutes=5)
_ACTION = timedelta(minutes=15)
_TIMER = timedelta(minutes=1)
_CHECKPOINT = timedelta(minutes=5)
_WITNESS = timedelta(hours=1)
_DRIFT = 5.0


class Phase(StrEnum):
    """What the program is doing."""

    STARTING = "starting"
    RUNNING = "running"
    STOPPING = "stopping"


class State(StrEnum):
    """How the program is."""

    OK = "ok"
    #: it works, and somebody should look
    DEGRADED = "degraded"
    #: it doesn't do its work
    FAILING = "failing"


@dataclass(frozen=True, kw_only=True, slots=True)
class Reason:
    """Why the program isn't well."""

    #: a code; `docs/operations.md` says what to do
    code: str
    #: the community, connection, job or witness; empty for the whole
    about: str = ""
    #: how many, or since how many seconds
    value: int = 0
    #: it doesn't do its work
    grave: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Report:
    """What is said about the program's health."""

    #: the whole of it
    state: State
    #: the grave ones first
    reasons: tuple[Reason, ...]

    def plain(self) -> dict[str, Any]:
        """Return it as JSON has it."""
        reasons = [{"code": one.code, "about": one.about, "value": one.value} for one in self.reasons]
        return {"health": self.state.value, "reasons": reasons}


@dataclass(frozen=True, kw_only=True, slots=True)
class Observed:
    """What is seen of the program at one moment."""

    #: the time
    now: datetime
    #: what it is doing
    phase: Phase
    #: when the database was last looked into; None before the first time
    looked_at: datetime | None = None
    #: since when it hasn't answered; None while it does
    gone_since: datetime | None = None
    #: since when it has stored nothing; None while it does
    unwritable_since: datetime | None = None
    #: what was seen in it then
    store: StoreSeen | None = None
    #: by community, those that this process takes in
    intakes: Mapping[str, IntakeHealth] = field(default_factory=dict)
    #: seconds by which the machine's clock is ahead of the program's
    drift: float = 0.0
    #: jobs whose last time ended with an error
    failing_jobs: AbstractSet[str] = frozenset()
    #: leases with which something keeps failing
    failing_owners: AbstractSet[str] = frozenset()
    #: kinds of timers that are due and that this version doesn't know
    strange_timers: AbstractSet[str] = frozenset()
    #: escalations that haven't ended, by community
    escalations: Mapping[str, int] = field(default_factory=dict)
    #: escalations that the last audit found stuck, by community
    stuck: Mapping[str, int] = field(default_factory=dict)
    #: `community/contact/medium` of whom no address leads to
    unreachable: tuple[str, ...] = ()
    #: when the heartbeat was last taken; None where there is none, or before the first
    beat_at: datetime | None = None


def judge(observed: Observed) -> Report:
    """Return how the program is and why."""
    reasons = [*_frame(observed), *_work(observed)]
    if observed.store is not None:
        reasons += [*_stored(observed.store, observed.now), *_record(observed.store, observed.now)]
    grave = any(one.grave for one in reasons)
    state = State.FAILING if grave else State.DEGRADED if reasons else State.OK
    return Report(state=state, reasons=tuple(sorted(reasons, key=lambda one: (not one.grave, one.code, one.about))))


def _since(at: datetime | None, now: datetime) -> timedelta:
    return timedelta(0) if at is None else max(now - at, timedelta(0))


def _seconds(span: timedelta) -> int:
    return int(span.total_seconds())


def _frame(observed: Observed) -> Iterator[Reason]:
    if observed.phase is not Phase.RUNNING:
        yield Reason(code=observed.phase.value, grave=True)
        return
    gone = _since(observed.gone_since, observed.now)
    if observed.gone_since is not None:
        yield Reason(code="database_gone", value=_seconds(gone), grave=gone >= _GONE)
    elif observed.unwritable_since is not None:
        full = _since(observed.unwritable_since, observed.now)
        yield Reason(code="database_unwritable", value=_seconds(full), grave=full >= _GONE)
    blind = _since(observed.looked_at, observed.now)
    if observed.gone_since is None and blind >= _BLIND:
        # neither an answer nor an error: whoever looks is stuck
        yield Reason(code="not_looking", value=_seconds(blind), grave=True)
    if abs(observed.drift) >= _DRIFT:
        yield Reason(code="clock_drift", value=int(observed.drift))


def _work(observed: Observed) -> Iterator[Reason]:
    for community, intake in observed.intakes.items():
        if intake.stalled:
            yield Reason(code="intake_stalled", about=community, value=intake.waiting)
    for job in observed.failing_jobs:
        yield Reason(code="job_failing", about=job)
    for lease in observed.failing_owners:
        yield Reason(code="owner_failing", about=lease)
    for kind in observed.strange_timers:
        yield Reason(code="unknown_timer", about=kind)
    for community, stuck in observed.stuck.items():
        if stuck:
            yield Reason(code="escalations_stuck", about=community, value=stuck)
    for contact in observed.unreachable:
        yield Reason(code="contact_unreachable", about=contact)


def _stored(store: StoreSeen, now: datetime) -> Iterator[Reason]:
    for gap in store.gaps:
        if gap.open and _since(gap.since, now) >= _GAP:
            yield Reason(code="gaps_open", about=gap.community, value=gap.open)
        if gap.lost_today:
            yield Reason(code="messages_lost", about=gap.community, value=gap.lost_today)
    for action in store.actions:
        if action.dead:
            yield Reason(code="dead_actions", about=action.connection, value=action.dead)
        if (late := _since(action.oldest, now)) >= _ACTION:
            yield Reason(code="actions_late", about=action.connection, value=_seconds(late))
    for connection in store.connections:
        if connection.state == "revoked":
            yield Reason(code="connection_revoked", about=connection.connection)
    if store.timers.dead:
        yield Reason(code="dead_timers", value=store.timers.dead)
    if store.timers.failing:
        yield Reason(code="failing_timers", value=store.timers.failing)
    if (late := _since(store.timers.oldest, now)) >= _TIMER:
        yield Reason(code="timers_late", value=_seconds(late))


def _record(store: StoreSeen, now: datetime) -> Iterator[Reason]:
    if store.requests.late:
        yield Reason(code="requests_late", value=store.requests.late)
    for ledger in store.ledgers:
        stale = _since(ledger.signed_at, now)
        if ledger.size > ledger.signed and stale >= _CHECKPOINT:
            yield Reason(code="checkpoint_stale", about=ledger.community, value=_seconds(stale))
    for witness in store.witnesses:
        unwitnessed = _since(witness.since, now)
        if witness.state == "refused":
            yield Reason(code="witness_refused", about=witness.witness, value=_seconds(unwitnessed))
        elif witness.state == "unreachable" and unwitnessed >= _WITNESS:
            yield Reason(code="unwitnessed", about=witness.witness, value=_seconds(unwitnessed))
