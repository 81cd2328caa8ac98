"""Who owns what for a while: rows with an epoch that grows with every new owner, checked by whoever commits."""

import time
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Row, case, cast, extract, func, literal, or_, select, update

from bot.store.engine import Tx
from bot.store.errors import OwnershipLostError
from bot.store.tables import leases
from bot.store.upsert import insert

_MICROSECONDS = 1_000_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Lease:
    """Something that is owned until a time, and beyond it until somebody else takes it."""

    #: what is owned
    name: str
    #: by whom: a name that no other process, and no earlier run of this one, ever used
    owner: str
    #: the how-manieth owner this is
    epoch: int
    #: others may take it from then on
    until: datetime


async def take(tx: Tx, name: str, owner: str, seconds: float) -> Lease | None:
    """Return the lease when it was free, expired or the owner's already; None while another one holds it.

    The epoch grows unless it was the owner's already. Of two that take at once, one gets it.
    """
    statement = insert(tx, leases).values(name=name, owner=owner, epoch=1, until=_from_now(tx, seconds))
    ours = leases.c.owner == statement.excluded.owner
    taken = statement.on_conflict_do_update(
        index_elements=[leases.c.name],
        set_={
            "owner": statement.excluded.owner,
            "epoch": case((ours, leases.c.epoch), else_=leases.c.epoch + 1),
            # counted anew: the row may have been waited for
            "until": _from_now(tx, seconds),
        },
        where=or_(ours, leases.c.until <= _from_now(tx, 0)),
    ).returning(leases)
    return _lease((await tx.execute(taken)).one_or_none())


async def renew(tx: Tx, lease: Lease, seconds: float) -> Lease | None:
    """Return the lease with more time; None when another one has taken it.

    Not in a transaction that holds it: two of those would wait for each other.
    """
    statement = update(leases).where(_is(lease)).values(until=_from_now(tx, seconds)).returning(leases)
    return _lease((await tx.execute(statement)).one_or_none())


async def hold(tx: Tx, lease: Lease) -> None:
    """Keep the lease from being taken until the transaction ends; raise OwnershipLostError when it already was.

    Time plays no part: an expired lease is still its owner's until another one takes it.
    """
    statement = select(leases.c.epoch).where(_is(lease)).with_for_update(read=True)
    if (await tx.execute(statement)).one_or_none() is None:
        raise OwnershipLostError


async def give_up(tx: Tx, lease: Lease) -> None:
    """Let others take the lease at once; nothing happens when one has. The row stays, for epochs never start anew."""
    await tx.execute(update(leases).where(_is(lease)).values(owner="", until=_from_now(tx, 0)))


async def free_all(tx: Tx) -> None:
    """Let everything be taken at once, for whoever surely runs alone: what earlier runs left behind owns nothing.

    The rows stay, for epochs never start anew.
    """
    await tx.execute(update(leases).values(owner="", until=_from_now(tx, 0)))


def _is(lease: Lease) -> ColumnElement[bool]:
    return (leases.c.name == lease.name) & (leases.c.owner == lease.owner) & (leases.c.epoch == lease.epoch)


def _from_now(tx: Tx, seconds: float) -> ColumnElement[Any]:
    """Return the time in so many seconds, as rows hold it.

    Processes that share PostgreSQL share its clock, whatever their own say. An SQLite file is one machine's.
    """
    later = round(seconds * _MICROSECONDS)
    if tx.dialect.name == "sqlite":
        return literal(time.time_ns() // 1000 + later, BigInteger)
    now = cast(extract("epoch", func.clock_timestamp()) * _MICROSECONDS, BigInteger)
    return now + literal(later, BigInteger)


def _lease(row: Row[Any] | None) -> Lease | None:
    return None if row is None else Lease(**row._mapping)  # noqa: SLF001 - public in spite of its name
