"""Which messages are to be copied, and what waits for that."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Row, bindparam, delete, exists, literal_column, select, update

from bot.domain.action import ActionState
from bot.store.chunks import chunks
from bot.store.engine import Tx
from bot.store.tables import actions, copies, messages
from bot.store.upsert import upsert


class CopyState(StrEnum):
    """How far the copy of a message is."""

    #: to be made, until its time is over
    WAITING = "waiting"
    #: made, as far as it could be
    DONE = "done"
    #: nothing of this message may be copied
    NEVER = "never"


@dataclass(frozen=True, kw_only=True, slots=True)
class Copy:
    """The copy of one message."""

    #: surrogate of the message
    message: str
    #: name of the connection that it is read through
    connection: str
    #: surrogate of its author
    account: str
    #: surrogate of the case; None for none
    case: str | None = None
    #: how far it is
    state: CopyState = CopyState.WAITING
    #: how many files it had
    files: int = 0
    #: whether what was written around it is copied, too
    around: bool = False
    #: what takes the message away waits until then
    until: datetime
    #: surrogates of the actions that wait
    actions: tuple[str, ...] = ()


# spelt out: a partial index serves only conditions that are part of the statement's text
_WAITS: ColumnElement[bool] = literal_column("copies.state = 'waiting'")
_OF = select(copies).where(copies.c.message.in_(bindparam("ids", expanding=True)))
_WAITING = (
    select(copies)
    .where(_WAITS, copies.c.connection == bindparam("connection"))
    .order_by(copies.c.until, copies.c.message)
    .limit(bindparam("most"))
)
_HOLD = select(copies.c.message).where(_WAITS, copies.c.message == bindparam("_message")).with_for_update()
_END = (
    update(copies).where(copies.c.message == bindparam("_message")).values(state=CopyState.DONE.value, actions="[]")
)  # fmt: skip
_RELEASE = (
    update(actions)
    .where(
        actions.c.id.in_(bindparam("ids", expanding=True)),
        actions.c.state == ActionState.PLANNED.value,
        # what was asked before has a time of its own
        actions.c.fence == 0,
        actions.c.due_at > bindparam("_now"),
    )
    .values(due_at=bindparam("_now"))
)


async def want_copies(tx: Tx, community: str, wanted: Sequence[Copy]) -> None:
    """Write down what is to be copied; of a message that waits already, what waits for it is written anew.

    What never may be copied is so from now on, whatever was wanted before.
    """
    rows = [_row(community, one) for one in wanted if one.state is not CopyState.NEVER]
    await upsert(tx, copies, rows, ["message"], ["actions"])
    never = [_row(community, one) for one in wanted if one.state is CopyState.NEVER]
    await upsert(tx, copies, never, ["message"], ["state", "around", "actions"])


async def copies_of(tx: Tx, messages: Collection[str]) -> dict[str, Copy]:
    """Return the copies of messages, however far they are; what nobody wanted is missing."""
    rows = [row for part in chunks(sorted(messages)) for row in await tx.execute(_OF, {"ids": part})]
    return {row.message: _copy(row) for row in rows}


async def waiting_copies(tx: Tx, connection: str, *, most: int) -> list[tuple[str, Copy]]:
    """Return what is to be copied through a connection, each with its community: what has the least time comes first.

    Whoever makes one looks again with `hold_copy` before storing it.
    """
    found = await tx.execute(_WAITING, {"connection": connection, "most": most})
    return [(row.community, _copy(row)) for row in found]


async def hold_copy(tx: Tx, message: str) -> bool:
    """Return whether a message's copy is still waited for, and keep it so until the transaction ends."""
    return (await tx.execute(_HOLD, {"_message": message})).one_or_none() is not None


async def end_copy(tx: Tx, copy: Copy, now: datetime) -> None:
    """Write down that a copy was made as far as it could be, and let go what waited for it."""
    await tx.execute(_END, {"_message": copy.message})
    if copy.actions:
        await tx.execute(_RELEASE, {"ids": sorted(copy.actions), "_now": now})


async def forget_copies(tx: Tx, account: str) -> None:
    """Have nothing more copied of a member: what waits for it goes on when its time is over."""
    await tx.execute(update(copies).where(_WAITS, copies.c.account == account).values(state=CopyState.NEVER.value))


async def trim_copies(tx: Tx, community: str, before: datetime, limit: int) -> int:
    """Delete what is remembered of copies from long ago, and return how many; what can be found again keeps it."""
    there = exists().where(messages.c.id == copies.c.message, messages.c.message.is_not(None))
    statement = select(copies.c.message).where(
        copies.c.community == community, copies.c.until < before, ~_WAITS, ~there
    )
    due = (await tx.scalars(statement.order_by(copies.c.until).limit(limit))).all()
    if due:
        await tx.execute(delete(copies).where(copies.c.message.in_(due)))
    return len(due)


def _row(community: str, one: Copy) -> dict[str, Any]:
    return {
        "message": one.message, "community": community, "connection": one.connection, "account": one.account,
        "case": one.case, "state": one.state.value, "files": one.files, "around": one.around, "until": one.until,
        "actions": json.dumps(list(one.actions)),
    }  # fmt: skip


def _copy(row: Row[Any]) -> Copy:
    return Copy(
        message=row.message, connection=row.connection, account=row.account, case=row.case,
        state=CopyState(row.state), files=row.files, around=row.around, until=row.until,
        actions=tuple(json.loads(row.actions)),
    )  # fmt: skip
