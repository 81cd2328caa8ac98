"""Timers: rows that say what is to happen when; a sweep claims those that are due and moves them on in one transaction.

A timer has fired exactly when the transaction that claimed it has committed: its row is gone then, or has its next
time, together with whatever its firing stored.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, bindparam, delete, func, or_, select, update

from bot.store.columns import new_id
from bot.store.engine import Tx
from bot.store.recurrence import check_recurrence, next_time
from bot.store.tables import timers
from bot.store.upsert import insert

_KEY = ("kind", "community", "subject")


@dataclass(frozen=True, kw_only=True, slots=True)
class Timer:
    """Something that is to happen at a time; there is one a kind, community and subject."""

    #: which row; another one after the timer was set anew
    id: str = field(default_factory=new_id)
    #: what fires: it names the handler
    kind: str
    #: empty for what concerns the whole installation
    community: str = ""
    #: surrogate of what it is about
    subject: str = ""
    #: when it is to happen; a recurring one, when it happens next
    due_at: datetime
    #: recurring: five fields of cron
    cron: str | None = None
    #: recurring: the IANA zone in which they are read
    zone: str | None = None
    #: whatever the kind needs: words, numbers and lists of them
    details: Mapping[str, Any] = field(default_factory=dict)
    #: how often firing it has failed
    attempts: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class TimersSeen:
    """How the timers stand."""

    #: due, and not fired yet
    late: int
    #: when the oldest of them was due
    oldest: datetime | None
    #: due, failed, and waiting for another attempt
    failing: int
    #: given up
    dead: int


def recurring(
    kind: str,
    *,
    cron: str,
    zone: str,
    after: datetime,
    community: str = "",
    subject: str = "",
    details: Mapping[str, Any] | None = None,
) -> Timer:
    """Return a timer for the first time after `after`; raise BadRecurrenceError."""
    due_at = next_time(cron, zone, after)
    return Timer(
        kind=kind, community=community, subject=subject, due_at=due_at, cron=cron, zone=zone, details=details or {}
    )


async def set_timers(tx: Tx, wanted: Sequence[Timer]) -> None:
    """Set timers; one with the kind, community and subject of another replaces it, a dead one too.

    Raises BadRecurrenceError before anything is set.
    """
    await _set(tx, wanted, None)


async def set_timers_sooner(tx: Tx, wanted: Sequence[Timer]) -> None:
    """Set timers that are due once; one that is there, and isn't dead, keeps its time where that is sooner."""
    fresh = insert(tx, timers).excluded
    await _set(tx, wanted, or_(timers.c.dead_at.is_not(None), timers.c.due_at > fresh.due_at))


async def keep_timers(tx: Tx, wanted: Sequence[Timer]) -> None:
    """Set recurring timers at a start: one that recurs as before keeps its next time, so that a missed one fires."""
    fresh = insert(tx, timers).excluded
    await _set(tx, wanted, or_(timers.c.cron.is_distinct_from(fresh.cron), timers.c.zone.is_distinct_from(fresh.zone)))


async def _set(tx: Tx, wanted: Sequence[Timer], where: ColumnElement[bool] | None) -> None:
    for timer in wanted:
        if timer.cron is not None or timer.zone is not None:
            check_recurrence(timer.cron or "", timer.zone or "")
    # of equal ones the last counts; all transactions lock them in one order
    latest = {(timer.kind, timer.community, timer.subject): timer for timer in wanted}
    if not latest:
        return
    statement = insert(tx, timers)
    changes = [column.name for column in timers.c if column.name not in _KEY]
    statement = statement.on_conflict_do_update(
        index_elements=list(_KEY), set_={name: statement.excluded[name] for name in changes}, where=where
    )
    await tx.execute(statement.inline(), [_row(latest[key]) for key in sorted(latest)])


async def drop_timer(tx: Tx, kind: str, community: str, subject: str) -> None:
    """Drop a timer that is no longer wanted; it may have fired, or never been set."""
    await drop_timers(tx, kind, community, [subject])


async def drop_timers(tx: Tx, kind: str, community: str, subjects: Collection[str]) -> None:
    """Drop timers of one kind that are no longer wanted, in bulk."""
    if subjects:
        rows = [{"_kind": kind, "_community": community, "_subject": subject} for subject in sorted(subjects)]
        await tx.execute(_DROP, rows)


async def due_kinds(tx: Tx, now: datetime) -> list[tuple[str, str]]:
    """Return the (kind, community) of all timers that are due, the one that waits longest first."""
    return [(row.kind, row.community) for row in await tx.execute(_DUE_KINDS, {"_now": now})]


async def claim(
    tx: Tx, kind: str, community: str, now: datetime, *, limit: int, only: Collection[str] | None = None
) -> list[Timer]:
    """Return due timers of one kind and community, the oldest first, moved on: they fire when this commits.

    One that is due once is gone then, a recurring one has its next time, however many it missed. What another process
    is firing at this moment is left out. `only` names those that may be claimed.
    """
    statement = _CLAIM.where(timers.c.id.in_(only)) if only is not None else _CLAIM
    due = (await tx.execute(statement.limit(limit), {"_kind": kind, "_community": community, "_now": now})).all()
    once = [{"_id": row.id} for row in due if row.cron is None]
    again = [
        {"_id": row.id, "_next": next_time(row.cron, row.zone, max(row.due_at, now))}
        for row in due
        if row.cron is not None
    ]
    if once:
        await tx.execute(_GONE, once)
    if again:
        await tx.execute(_AGAIN, again)
    return [_timer(row) for row in due]


async def due_attempts(tx: Tx, kind: str, community: str, now: datetime, *, limit: int) -> dict[str, int]:
    """Return how often each due timer of one kind and community has failed, by id, the oldest first."""
    found = await tx.execute(_DUE.limit(limit), {"_kind": kind, "_community": community, "_now": now})
    return {row.id: row.attempts for row in found}


async def put_off(
    tx: Tx, timer: str, *, attempts: int, wake_at: datetime, reason: str, dead_at: datetime | None
) -> None:
    """Note that firing a timer failed after so many `attempts`: it is tried again at `wake_at`, or given up.

    Nothing happens when somebody else fired it, put it off or set it anew in the meantime.
    """
    values = {"_id": timer, "_attempts": attempts, "_wake": wake_at, "_reason": reason, "_dead": dead_at}
    await tx.execute(_PUT_OFF, values)


async def wake_dead(tx: Tx, now: datetime) -> int:
    """Try all timers that were given up from the start again, and return how many they are."""
    return (await tx.execute(_WAKE_DEAD, {"_now": now})).rowcount


async def timers_seen(tx: Tx, now: datetime) -> TimersSeen:
    """Return how the timers stand, for whoever watches over them."""
    row = (await tx.execute(_SEEN, {"_now": now})).one()
    return TimersSeen(late=row.late, oldest=row.oldest, failing=row.failing or 0, dead=row.dead or 0)


_DROP = delete(timers).where(
    timers.c.kind == bindparam("_kind"),
    timers.c.community == bindparam("_community"),
    timers.c.subject == bindparam("_subject"),
)
_IS_DUE = and_(timers.c.dead_at.is_(None), timers.c.wake_at <= bindparam("_now", type_=timers.c.wake_at.type))
_DUE_KINDS = (
    select(timers.c.kind, timers.c.community)
    .where(_IS_DUE)
    .group_by(timers.c.kind, timers.c.community)
    .order_by(func.min(timers.c.wake_at))
)
_CLAIM = (
    select(timers)
    .where(timers.c.kind == bindparam("_kind"), timers.c.community == bindparam("_community"), _IS_DUE)
    .order_by(timers.c.wake_at, timers.c.id)
    .with_for_update(skip_locked=True)
)
_DUE = (
    select(timers.c.id, timers.c.attempts)
    .where(timers.c.kind == bindparam("_kind"), timers.c.community == bindparam("_community"), _IS_DUE)
    .order_by(timers.c.wake_at, timers.c.id)
)
_GONE = delete(timers).where(timers.c.id == bindparam("_id"))
_AGAIN = (
    update(timers)
    .where(timers.c.id == bindparam("_id"))
    .values(due_at=bindparam("_next"), wake_at=bindparam("_next"), attempts=0, reason="")
)
_PUT_OFF = (
    update(timers)
    .where(timers.c.id == bindparam("_id"), timers.c.attempts == bindparam("_attempts"))
    .values(
        wake_at=bindparam("_wake"),
        dead_at=bindparam("_dead"),
        reason=bindparam("_reason"),
        attempts=timers.c.attempts + 1,
    )
)
_WAKE_DEAD = (
    update(timers).where(timers.c.dead_at.is_not(None)).values(wake_at=bindparam("_now"), dead_at=None, attempts=0)
)
_SEEN = select(
    func.count().filter(_IS_DUE).label("late"),
    func.min(timers.c.due_at).filter(_IS_DUE).label("oldest"),
    func.count().filter(and_(timers.c.dead_at.is_(None), timers.c.attempts > 0)).label("failing"),
    func.count().filter(timers.c.dead_at.is_not(None)).label("dead"),
).where(or_(_IS_DUE, timers.c.attempts > 0))


def _row(timer: Timer) -> dict[str, Any]:
    return {
        "id": timer.id,
        "community": timer.community,
        "kind": timer.kind,
        "subject": timer.subject,
        "due_at": timer.due_at,
        "wake_at": timer.due_at,
        "cron": timer.cron,
        "zone": timer.zone,
        "details": json.dumps(timer.details, sort_keys=True, separators=(",", ":")),
        "attempts": 0,
        "reason": "",
        "dead_at": None,
    }


def _timer(row: Row[Any]) -> Timer:
    return Timer(
        id=row.id,
        kind=row.kind,
        community=row.community,
        subject=row.subject,
        due_at=row.due_at,
        cron=row.cron,
        zone=row.zone,
        details=json.loads(row.details),
        attempts=row.attempts,
    )
