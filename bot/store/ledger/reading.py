"""Reads entries and nodes: whole stretches of them for a check, single ones for a proof."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import ColumnElement, bindparam, exists, func, select, tuple_, type_coerce
from sqlalchemy.types import NullType

from bot.store.engine import Tx
from bot.store.tables import communities, ledger_entries, ledger_heads, ledger_nodes

_OF = ledger_entries.c.community == bindparam("of")
# both drivers hand over bytes: a look at each value again would cost as much as hashing it
_BODY: ColumnElement[Any] = type_coerce(ledger_entries.c.body, NullType())
_HASH: ColumnElement[Any] = type_coerce(ledger_nodes.c.hash, NullType())
_BODIES = (
    select(_BODY)
    .where(_OF, ledger_entries.c.seq >= bindparam("first"), ledger_entries.c.seq < bindparam("end"))
    .order_by(ledger_entries.c.seq)
)
_NUMBERS = (
    select(ledger_entries.c.seq)
    .where(_OF, ledger_entries.c.seq >= bindparam("first"), ledger_entries.c.seq < bindparam("end"))
    .order_by(ledger_entries.c.seq)
)
_OUTSIDE = (
    select(ledger_entries.c.seq)
    .where(_OF, (ledger_entries.c.seq < 0) | (ledger_entries.c.seq >= bindparam("end")))
    .order_by(ledger_entries.c.seq)
    .limit(bindparam("most"))
)
_NODE_OF = ledger_nodes.c.community == bindparam("of")
_HASHES = (
    select(_HASH)
    .where(
        _NODE_OF,
        ledger_nodes.c.level == bindparam("level"),
        ledger_nodes.c.number >= bindparam("first"),
        ledger_nodes.c.number < bindparam("end"),
    )
    .order_by(ledger_nodes.c.number)
)
_NUMBERED = _HASHES.with_only_columns(ledger_nodes.c.number, ledger_nodes.c.hash)
_RANGES = (
    select(ledger_nodes.c.level, func.min(ledger_nodes.c.number), func.max(ledger_nodes.c.number))
    .where(_NODE_OF)
    .group_by(ledger_nodes.c.level)
    .order_by(ledger_nodes.c.level)
)
_SINGLE = select(ledger_nodes.c.level, ledger_nodes.c.number, ledger_nodes.c.hash).where(
    _NODE_OF, tuple_(ledger_nodes.c.level, ledger_nodes.c.number).in_(bindparam("places", expanding=True))
)
_HEADLESS = (
    select(communities.c.id)
    .where(
        exists().where(ledger_entries.c.community == communities.c.id),
        ~exists().where(ledger_heads.c.community == communities.c.id),
    )
    .order_by(communities.c.id)
)


async def bodies(tx: Tx, community: str, first: int, end: int) -> Sequence[bytes]:
    """Return the entries of a stretch that are there, in order; fewer than its length when some are missing."""
    return (await tx.execute(_BODIES, {"of": community, "first": first, "end": end})).scalars().all()


async def numbers(tx: Tx, community: str, first: int, end: int) -> Sequence[int]:
    """Return the numbers of the entries that are there."""
    return (await tx.execute(_NUMBERS, {"of": community, "first": first, "end": end})).scalars().all()


async def numbers_outside(tx: Tx, community: str, size: int, most: int) -> Sequence[int]:
    """Return numbers of entries that no ledger of this size has."""
    return (await tx.execute(_OUTSIDE, {"of": community, "end": size, "most": most})).scalars().all()


async def hashes(tx: Tx, community: str, level: int, first: int, end: int) -> Sequence[bytes]:
    """Return the nodes of a stretch of one level that are there, in order."""
    given = {"of": community, "level": level, "first": first, "end": end}
    return (await tx.execute(_HASHES, given)).scalars().all()


async def numbered_hashes(tx: Tx, community: str, level: int, first: int, end: int) -> dict[int, bytes]:
    """Return the same by number."""
    given = {"of": community, "level": level, "first": first, "end": end}
    return {row.number: row.hash for row in await tx.execute(_NUMBERED, given)}


async def node_ranges(tx: Tx, community: str) -> list[tuple[int, int, int]]:
    """Return each level with its first and last node."""
    return [(level, first, last) for level, first, last in await tx.execute(_RANGES, {"of": community})]


async def nodes_at(tx: Tx, community: str, places: Collection[tuple[int, int]]) -> dict[tuple[int, int], bytes]:
    """Return single nodes by level and number, in one statement; those that aren't there are missing."""
    if not places:
        return {}
    found = await tx.execute(_SINGLE, {"of": community, "places": list(places)})
    return {(level, number): digest for level, number, digest in found}


async def headless(tx: Tx) -> Sequence[str]:
    """Return communities that have entries and no head."""
    return (await tx.execute(_HEADLESS)).scalars().all()
