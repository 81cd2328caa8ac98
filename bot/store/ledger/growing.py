"""How a ledger begins and grows: its head is locked, and everything new comes as one batch a table."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, select, update

from bot.store.engine import Tx
from bot.store.tables import ledger_entries, ledger_heads, ledger_names, ledger_nodes
from bot.store.upsert import insert_new, insert_rows

_HASH = 32


@dataclass(frozen=True, kw_only=True, slots=True)
class Head:
    """How far a ledger has come."""

    #: whose ledger
    community: str
    #: its name in checkpoints
    origin: str
    #: number of entries
    size: int
    #: hashes of the complete subtrees, the largest first
    peaks: tuple[bytes, ...]
    #: size of the newest checkpoint
    signed: int
    #: when that was signed, or when the ledger began
    signed_at: datetime


_HEAD = select(ledger_heads).where(ledger_heads.c.community == bindparam("of"))
_LOCKED = _HEAD.with_for_update()
_HEADS = select(ledger_heads).order_by(ledger_heads.c.community)
_GROWN = (
    update(ledger_heads)
    .where(ledger_heads.c.community == bindparam("of"))
    .values(size=bindparam("to"), peaks=bindparam("joined"))
)


async def begin(tx: Tx, community: str, origin: str, at: datetime) -> None:
    """Begin a community's ledger; one that has begun stays as it is."""
    row = {"community": community, "origin": origin, "size": 0, "peaks": b"", "signed": 0, "signed_at": at}
    await insert_new(tx, ledger_heads, [row])


async def head(tx: Tx, community: str) -> Head | None:
    """Return how far a ledger has come; None when it hasn't begun."""
    return _head((await tx.execute(_HEAD, {"of": community})).one_or_none())


async def lock_head(tx: Tx, community: str) -> Head | None:
    """Return how far a ledger has come and let nobody else append until this transaction ends.

    The last lock that a transaction takes: whoever holds it waits for nothing any more.
    """
    return _head((await tx.execute(_LOCKED, {"of": community})).one_or_none())


async def heads(tx: Tx) -> list[Head]:
    """Return every ledger's head, by community."""
    return [found for row in await tx.execute(_HEADS) if (found := _head(row))]


async def append(
    tx: Tx,
    locked: Head,
    entries: Sequence[tuple[bytes, str | None]],
    nodes: Iterable[tuple[int, int, bytes]],
    peaks: Sequence[bytes],
) -> None:
    """Store new entries, the nodes that came to be and the tree's new peaks behind the head that was locked.

    With each entry's bytes comes the surrogate under which it is found; None for one that nobody looks up.
    """
    community, first = locked.community, locked.size
    bodies = [{"community": community, "seq": seq, "body": body} for seq, (body, _) in enumerate(entries, first)]
    await insert_rows(tx, ledger_entries, bodies)
    named = [{"community": community, "name": name, "seq": seq} for seq, (_, name) in enumerate(entries, first) if name]
    await insert_rows(tx, ledger_names, named)
    complete = [
        {"community": community, "level": level, "number": number, "hash": digest} for level, number, digest in nodes
    ]
    await insert_rows(tx, ledger_nodes, complete)
    await tx.execute(_GROWN, {"of": community, "to": first + len(entries), "joined": b"".join(peaks)})


def _head(row: Row[Any] | None) -> Head | None:
    if row is None:
        return None
    peaks = tuple(row.peaks[at : at + _HASH] for at in range(0, len(row.peaks), _HASH))
    return Head(
        community=row.community,
        origin=row.origin,
        size=row.size,
        peaks=peaks,
        signed=row.signed,
        signed_at=row.signed_at,
    )
