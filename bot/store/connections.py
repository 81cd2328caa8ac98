"""Connections as rows: whether each one's token is good. One that has no row was never refused."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import bindparam, select, update

from bot.store.engine import Tx
from bot.store.tables import connections
from bot.store.upsert import insert_new


class ConnectionState(StrEnum):
    """Whether a connection may be used."""

    GOOD = "good"
    #: the platform no longer accepts the token
    REVOKED = "revoked"


_STATE = select(connections.c.state).where(connections.c.name == bindparam("which"))
_MOVE = (
    update(connections)
    .where(connections.c.name == bindparam("which"), connections.c.state != bindparam("to"))
    .values(state=bindparam("to"), reason=bindparam("why"), since=bindparam("at"))
)


async def connection_state(tx: Tx, name: str) -> ConnectionState:
    """Return whether a connection may be used."""
    found = (await tx.execute(_STATE, {"which": name})).scalar_one_or_none()
    return ConnectionState.GOOD if found is None else ConnectionState(found)


async def move_connection(tx: Tx, name: str, to: ConnectionState, reason: str, at: datetime) -> bool:
    """Write down that a connection may be used or not, and return whether that is new."""
    first = {"name": name, "state": ConnectionState.GOOD.value, "reason": "", "since": at}
    await insert_new(tx, connections, [first])
    moved = await tx.execute(_MOVE, {"which": name, "to": to.value, "why": reason, "at": at})
    return bool(moved.rowcount)
