"""The outbox: actions are planned, claimed under a lease, and settled by whoever holds the newest claim."""

import json
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, bindparam, exists, func, literal_column, or_, select, update

from bot.domain.action import FIRST, Action, ActionKind, ActionState, weight
from bot.domain.actor import Actor, read_actor
from bot.domain.severity import Severity
from bot.store.chunks import chunks
from bot.store.engine import Tx
from bot.store.tables import actions, decisions
from bot.store.upsert import insert_new


@dataclass(frozen=True, kw_only=True, slots=True)
class Claimed:
    """An action that is to be performed now, or one of unknown outcome that is to be read back."""

    #: the order of planning
    number: int
    #: the action: `attempted` when it is to be performed, `unknown` when it is to be read back
    action: Action
    #: when it was planned
    planned_at: datetime
    #: False for a row that somebody damaged
    sound: bool = True
    #: who decided it; None where no decision stands behind it
    actor: Actor | None = None
    #: version of the policy set under which it was decided
    policy: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Settled:
    """Where an action stands after an attempt."""

    #: surrogate of the action
    id: str
    #: the claim under which this became known
    fence: int
    #: where it stands now
    state: ActionState
    #: why, as a code
    reason: str = ""
    #: attempts that counted so far
    attempts: int
    #: when it is to be looked at again
    due_at: datetime
    #: what was asked, where that has to be known later
    details: Mapping[str, str | int]
    #: when it ended; None while it didn't
    finished_at: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Depth:
    """How much waits on one connection."""

    #: actions that are due
    due: int
    #: since when the oldest of them is due
    oldest: datetime | None
    #: planned for later, waiting out a limit or a failure
    waiting: int
    #: asked, and not known how it went
    under_way: int
    #: given up
    dead: int


#: what reading a damaged row raises
_DAMAGED = (ValueError, KeyError, TypeError)

# spelt out: a partial index serves only conditions that are part of the statement's text
_PLANNED: ColumnElement[bool] = literal_column("actions.state = 'planned'")
_UNKNOWN: ColumnElement[bool] = literal_column("actions.state = 'unknown'")
_ATTEMPTED: ColumnElement[bool] = literal_column("actions.state = 'attempted'")
_UNDER_WAY: ColumnElement[bool] = literal_column("actions.state IN ('attempted', 'unknown')")
_DEAD: ColumnElement[bool] = literal_column("actions.state = 'dead'")
_MINE = actions.c.connection == bindparam("_connection")

_other = actions.alias("other")
_BLOCKED = exists(
    select(_other.c.number).where(
        _other.c.target == actions.c.target,
        _other.c.connection == actions.c.connection,
        literal_column("other.state IN ('planned', 'attempted', 'unknown')"),
        or_(
            and_(_other.c.state != ActionState.PLANNED.value, _other.c.number != actions.c.number),
            # one that was claimed before keeps its place
            and_(_other.c.number < actions.c.number, _other.c.fence > 0),
        ),
    )
)
# many on one target would take all places of a batch, of which one is theirs
_BEHIND = exists(
    select(_other.c.number).where(
        _other.c.target == actions.c.target,
        _other.c.connection == actions.c.connection,
        literal_column("other.state IN ('planned', 'attempted', 'unknown')"),
        _other.c.state == ActionState.PLANNED.value,
        _other.c.due_at <= bindparam("_now"),
        or_(
            _other.c.weight < actions.c.weight,
            and_(_other.c.weight == actions.c.weight, _other.c.number < actions.c.number),
        ),
    )
)
_PICK = (
    select(actions.c.number, actions.c.target, actions.c.weight)
    .where(_MINE, _PLANNED, actions.c.due_at <= bindparam("_now"), ~_BLOCKED, ~_BEHIND)
    .order_by(actions.c.weight, actions.c.number)
    .limit(bindparam("_limit"))
    .with_for_update(skip_locked=True, of=actions)
    .cte("pick")
    # inside IN the planner might pick again, and claim more than the limit
    .prefix_with("MATERIALIZED", dialect="postgresql")
)
_PLACED = select(
    _PICK.c.number,
    func.row_number().over(partition_by=_PICK.c.target, order_by=(_PICK.c.weight, _PICK.c.number)).label("place"),
).cte("placed")
_CLAIM = (
    update(actions)
    .where(actions.c.number.in_(select(_PLACED.c.number).where(_PLACED.c.place == 1)))
    .values(state=ActionState.ATTEMPTED.value, fence=actions.c.fence + 1, lease_until=bindparam("_lease_until"))
    .returning(actions)
)
_DOUBTED = (
    select(actions.c.number)
    .where(
        _MINE,
        _UNKNOWN,
        actions.c.due_at <= bindparam("_now"),
        or_(actions.c.lease_until.is_(None), actions.c.lease_until <= bindparam("_now")),
    )
    .order_by(actions.c.weight, actions.c.number)
    .limit(bindparam("_limit"))
    .with_for_update(skip_locked=True)
    .cte("doubted")
    .prefix_with("MATERIALIZED", dialect="postgresql")
)
_CLAIM_DOUBTED = (
    update(actions)
    .where(actions.c.number.in_(select(_DOUBTED.c.number)))
    .values(fence=actions.c.fence + 1, lease_until=bindparam("_lease_until"))
    .returning(actions)
)
_EXPIRE = (
    update(actions)
    .where(_MINE, _ATTEMPTED, actions.c.lease_until <= bindparam("_now"))
    .values(
        state=ActionState.UNKNOWN.value, lease_until=None, due_at=bindparam("_now"), attempts=actions.c.attempts + 1
    )
)
_NOTE = (
    update(actions)
    .where(actions.c.id == bindparam("_id"), actions.c.fence == bindparam("_fence"))
    .values(details=bindparam("_details"))
)
_HELD = (
    select(actions.c.id, actions.c.fence)
    .where(actions.c.id.in_(bindparam("ids", expanding=True)), _UNDER_WAY)
    .order_by(actions.c.number)
    .with_for_update()
)
_SETTLE = (
    update(actions)
    .where(actions.c.id == bindparam("_id"))
    .values(
        state=bindparam("_state"), reason=bindparam("_reason"), attempts=bindparam("_attempts"),
        due_at=bindparam("_due_at"), details=bindparam("_details"), finished_at=bindparam("_finished_at"),
        lease_until=None,
    )
)  # fmt: skip
_END = (
    update(actions)
    .where(actions.c.number == bindparam("_number"))
    .values(state=bindparam("_state"), reason=bindparam("_reason"), finished_at=bindparam("_now"), lease_until=None)
)
_DECIDED = select(decisions.c.id, decisions.c.actor, decisions.c.policy).where(
    decisions.c.id.in_(bindparam("ids", expanding=True))
)
_PRESENT = select(actions.c.id).where(actions.c.id.in_(bindparam("ids", expanding=True)))
_DEPTH = select(
    func.count().filter(actions.c.due_at <= bindparam("_now")),
    func.min(actions.c.due_at).filter(actions.c.due_at <= bindparam("_now")),
    func.count().filter(actions.c.due_at > bindparam("_now")),
).where(_MINE, _PLANNED)
_ASKED = select(func.count()).where(_MINE, _UNDER_WAY)
_GIVEN_UP = select(func.count()).where(_MINE, _DEAD)


async def plan(tx: Tx, planned: Sequence[Action], at: datetime) -> None:
    """Write actions down, in their order; one whose key is there already is left out."""
    await insert_new(
        tx,
        actions,
        [
            {
                "id": action.id,
                "community": action.community,
                "connection": action.connection,
                "key": action.key,
                "kind": action.kind.value,
                "target": action.target,
                "severity": int(action.severity),
                "weight": weight(action.severity, action.kind, first=FIRST in action.details),
                "decision": action.decision or None,
                "case": action.case,
                "details": _written(action.details),
                "state": action.state.value,
                "attempts": action.attempts,
                "due_at": action.due_at,
                "planned_at": at,
                "fence": action.fence,
            }
            for action in planned
        ],
    )


async def present(tx: Tx, ids: Collection[str]) -> set[str]:
    """Return which of these actions are there: one is left out when its key was taken."""
    found: set[str] = set()
    for part in chunks(ids):
        found.update((await tx.execute(_PRESENT, {"ids": part})).scalars())
    return found


async def claim(tx: Tx, connection: str, now: datetime, *, limit: int, seconds: float) -> list[Claimed]:
    """Return what is to be performed now, at most one action a target, the gravest first, under a lease.

    A target waits while one of its actions is under way, and behind its own earlier ones that were tried before.
    """
    return await _claim(tx, _CLAIM, connection, now, limit=limit, seconds=seconds)


async def claim_doubted(tx: Tx, connection: str, now: datetime, *, limit: int, seconds: float) -> list[Claimed]:
    """Return actions of unknown outcome that are to be read back now, under a lease."""
    return await _claim(tx, _CLAIM_DOUBTED, connection, now, limit=limit, seconds=seconds)


async def _claim(
    tx: Tx, statement: Any, connection: str, now: datetime, *, limit: int, seconds: float
) -> list[Claimed]:
    values = {
        "_connection": connection, "_now": now, "_limit": limit, "_lease_until": now + timedelta(seconds=seconds),
    }  # fmt: skip
    rows = sorted((await tx.execute(statement, values)).all(), key=lambda row: (row.weight, row.number))
    return await with_actors(tx, rows)


async def with_actors(tx: Tx, rows: Sequence[Row[Any]]) -> list[Claimed]:
    """Return rows as actions, in their order, each with who decided it."""
    decided: dict[str, tuple[Actor, str]] = {}
    for part in chunks({row.decision for row in rows if row.decision is not None}):
        for name, actor, policy in await tx.execute(_DECIDED, {"ids": part}):
            with suppress(*_DAMAGED):
                decided[name] = (read_actor(json.loads(actor)), policy)
    return [_claimed(row, *decided.get(row.decision or "", (None, None))) for row in rows]


def _claimed(row: Row[Any], actor: Actor | None, policy: str | None) -> Claimed:
    sound = True
    try:
        kind, severity, details = ActionKind(row.kind), Severity(row.severity), dict(json.loads(row.details))
    except _DAMAGED:
        # whatever stands there: it is brought to an end and never asked for
        sound, kind, severity, details = False, ActionKind.RESTRICT, Severity.LOW, {}
    action = Action(
        id=row.id,
        community=row.community,
        connection=row.connection,
        key=row.key,
        kind=kind,
        target=row.target,
        severity=severity,
        decision=row.decision or "",
        case=row.case,
        details=details,
        state=ActionState(row.state),
        due_at=row.due_at,
        attempts=row.attempts,
        fence=row.fence,
    )
    return Claimed(number=row.number, action=action, planned_at=row.planned_at, sound=sound, actor=actor, policy=policy)


async def expire_leases(tx: Tx, connection: str, now: datetime) -> int:
    """Turn what was asked and never answered for into unknown outcomes, and return how many there were."""
    return int((await tx.execute(_EXPIRE, {"_connection": connection, "_now": now})).rowcount)


async def note_asked(tx: Tx, asked: Sequence[Action]) -> None:
    """Write down what is about to be asked, so that it can be found again whatever happens."""
    if asked:
        rows = [{"_id": one.id, "_details": _written(one.details), "_fence": one.fence} for one in asked]
        await tx.execute(_NOTE, sorted(rows, key=lambda row: str(row["_id"])))


def _written(details: Mapping[str, str | int]) -> str:
    return json.dumps(dict(details), separators=(",", ":"))


async def settle(tx: Tx, settled: Sequence[Settled]) -> set[str]:
    """Write down how attempts ended, and return the actions that they were still told about.

    What was claimed anew meanwhile is no longer this one's to tell.
    """
    fences: dict[str, int] = {}
    for part in chunks([one.id for one in settled]):
        fences |= {row.id: row.fence for row in await tx.execute(_HELD, {"ids": part})}
    held = [one for one in settled if fences.get(one.id) == one.fence]
    if held:
        await tx.execute(
            _SETTLE,
            [
                {
                    "_id": one.id,
                    "_state": one.state.value,
                    "_reason": one.reason[:64],
                    "_attempts": one.attempts,
                    "_due_at": one.due_at,
                    "_details": _written(one.details),
                    "_finished_at": one.finished_at,
                }
                for one in held
            ],
        )
    return {one.id for one in held}


async def end(tx: Tx, ended: Sequence[tuple[Claimed, ActionState, str]], now: datetime) -> None:
    """Bring actions, which this transaction has locked, to an end without an attempt; each with its reason."""
    if ended:
        rows = [
            {"_number": one.number, "_state": state.value, "_reason": reason[:64], "_now": now}
            for one, state, reason in sorted(ended, key=lambda end: end[0].number)
        ]
        await tx.execute(_END, rows)


async def depth(tx: Tx, connection: str, now: datetime) -> Depth:
    """Return how much waits on a connection."""
    values = {"_connection": connection, "_now": now}
    due, oldest, waiting = (await tx.execute(_DEPTH, values)).one()
    return Depth(
        due=due,
        oldest=oldest,
        waiting=waiting,
        under_way=(await tx.execute(_ASKED, values)).scalar_one(),
        dead=(await tx.execute(_GIVEN_UP, values)).scalar_one(),
    )
