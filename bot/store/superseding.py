"""Finds planned actions that what has happened since made pointless; they stay locked until the transaction ends."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, literal, literal_column, or_, select

from bot.domain.action import Action, ActionKind, ActionState
from bot.store.actions import Claimed, with_actors
from bot.store.chunks import chunks
from bot.store.engine import Tx
from bot.store.tables import actions, messages


@dataclass(frozen=True, kw_only=True, slots=True)
class Deletion:
    """A planned deletion, with what it would delete."""

    #: the action
    claimed: Claimed
    #: surrogate of the message's author
    account: str
    #: when the message was posted
    posted_at: datetime


#: an action that is put off for no longer than this, because a platform paces, will show what is there by then
SOON = timedelta(minutes=1)

# both: one names the partial index, the other what is looked for
_PLANNED: tuple[ColumnElement[bool], ...] = (
    literal_column("actions.state IN ('planned', 'attempted', 'unknown')"),
    literal_column("actions.state = 'planned'"),
)
_DELETIONS = (
    select(actions, messages.c.account, messages.c.at.label("posted_at"))
    .join(actions, actions.c.target == literal("message:").concat(messages.c.id))
    .where(
        messages.c.account.in_(bindparam("accounts", expanding=True)),
        actions.c.connection == bindparam("connection"),
        actions.c.kind == ActionKind.DELETE.value,
        *_PLANNED,
    )
    .order_by(actions.c.number)
    .with_for_update(of=actions)
)
_OF_TARGETS = (
    select(actions)
    .where(
        actions.c.target.in_(bindparam("targets", expanding=True)),
        actions.c.connection == bindparam("connection"),
        actions.c.kind == bindparam("kind"),
        *_PLANNED,
    )
    .order_by(actions.c.number)
    .with_for_update()
)


_UNDER_WAY = select(actions.c.id, actions.c.target, actions.c.state, actions.c.due_at).where(
    actions.c.target.in_(bindparam("targets", expanding=True)),
    actions.c.kind == bindparam("kind"),
    _PLANNED[0],
)
# what somebody begins with at this moment is left out here, and found without the lock
_UNTOUCHED = _UNDER_WAY.with_for_update(skip_locked=True)
_ROOMS = (ActionKind.SLOW_MODE.value, ActionKind.RAID_MODE.value)
#: of restrictions only those that begin one: what ends or renews one brings the member to what still holds
_UNDONE = (
    select(actions)
    .where(
        actions.c.decision.in_(bindparam("ids", expanding=True)),
        actions.c.state.in_((ActionState.PLANNED.value, ActionState.HELD.value, ActionState.BY_HAND.value)),
        or_(
            actions.c.kind.in_((
                ActionKind.DELETE.value, ActionKind.KICK.value, ActionKind.NOTICE.value, *_ROOMS,
            )),
            actions.c.state == ActionState.HELD.value,
            and_(actions.c.kind == ActionKind.RESTRICT.value, actions.c.key.like("restrict:%:start")),
        ),
    )
    .order_by(actions.c.number)
    .with_for_update()
)  # fmt: skip
_SET_BY = select(actions.c.target).where(
    actions.c.decision.in_(bindparam("ids", expanding=True)), actions.c.kind.in_(_ROOMS)
)
_OF_ROOMS = (
    select(actions)
    .where(
        actions.c.community == bindparam("community"),
        actions.c.kind.in_(_ROOMS),
        actions.c.target.in_(bindparam("targets", expanding=True)),
    )
    .order_by(actions.c.number)
)
#: an action in one of these changes nothing on the platform
_WITHOUT_EFFECT = [
    state.value for state in (ActionState.REFUSED, ActionState.FAILED, ActionState.DEAD, ActionState.HELD)
]  # fmt: skip
_DOORS = (
    select(actions.c.details)
    .where(
        actions.c.target == bindparam("target"),
        actions.c.kind == ActionKind.RAID_MODE.value,
        actions.c.state.not_in(_WITHOUT_EFFECT),
    )
    .order_by(actions.c.number.desc())
    .limit(1)
)


async def doors_are_closed(tx: Tx, connection: str) -> bool:
    """Return whether the last thing that was asked of a connection's doors was to be closed."""
    details = await tx.scalar(_DOORS, {"target": f"connection:{connection}"})
    return details is not None and bool(json.loads(details).get("on"))


async def undone_actions(tx: Tx, decisions: Collection[str]) -> list[Claimed]:
    """Return what decisions asked for and is still to be done, or waits for approval."""
    found: list[Any] = []
    for part in chunks(sorted(decisions)):
        found += (await tx.execute(_UNDONE, {"ids": part})).all()
    return await with_actors(tx, found)


async def room_actions(tx: Tx, community: str, decisions: Collection[str]) -> list[Action]:
    """Return what was ever asked of the places on which decisions set something, in the order of planning."""
    targets: set[str] = set()
    for part in chunks(sorted(decisions)):
        targets.update((await tx.execute(_SET_BY, {"ids": part})).scalars())
    found: list[Any] = []
    for part in chunks(sorted(targets)):
        found += (await tx.execute(_OF_ROOMS, {"community": community, "targets": part})).all()
    return [one.action for one in await with_actors(tx, found)]


async def planned_deletions(tx: Tx, connection: str, accounts: Collection[str]) -> list[Deletion]:
    """Return planned deletions of messages that these members wrote."""
    found: list[Deletion] = []
    for part in chunks(sorted(accounts)):
        rows = (await tx.execute(_DELETIONS, {"accounts": part, "connection": connection})).all()
        claimed = await with_actors(tx, rows)
        found += [
            Deletion(claimed=one, account=row.account, posted_at=row.posted_at)
            for one, row in zip(claimed, rows, strict=True)
        ]
    return found


async def planned_for(tx: Tx, connection: str, kind: ActionKind, targets: Collection[str]) -> list[Claimed]:
    """Return planned actions of one kind on these targets."""
    found: list[Any] = []
    for part in chunks(sorted(targets)):
        found += (await tx.execute(_OF_TARGETS, {"targets": part, "connection": connection, "kind": kind.value})).all()
    return await with_actors(tx, found)


async def due_targets(
    tx: Tx, kind: ActionKind, targets: Collection[str], now: datetime
) -> tuple[set[str], set[str]]:  # fmt: skip
    """Return targets for which an action of a kind is due, or soon, and that nobody begins with meanwhile.

    First those for which nothing else is under way; then those for which there is: what was read for that may come to
    be all that is done, unless more is wanted than it shows.
    """
    waiting: set[str] = set()
    under_way: set[str] = set()
    for part in chunks(sorted(targets)):
        values = {"targets": part, "kind": kind.value}
        free = {row.id for row in await tx.execute(_UNTOUCHED, values)}
        for row in await tx.execute(_UNDER_WAY, values):
            is_waiting = row.id in free and row.state == ActionState.PLANNED.value and row.due_at <= now + SOON
            (waiting if is_waiting else under_way).add(row.target)
    return waiting - under_way, waiting & under_way
