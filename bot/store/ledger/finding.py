"""Finds entries by the surrogates of what they belong to: each is filed under one, as `filed_under` says."""

from collections.abc import Collection

from sqlalchemy import Select, bindparam, select

from bot.store.chunks import chunks
from bot.store.engine import Tx
from bot.store.tables import ledger_entries, ledger_names

_NAMED = select(ledger_names.c.seq).where(ledger_names.c.community == bindparam("of"))


def _bodies(numbers: Select[tuple[int]]) -> Select[tuple[int, bytes]]:
    """Return the entries of numbers that are few: of a join, SQLite would walk through all entries first."""
    return select(ledger_entries.c.seq, ledger_entries.c.body).where(
        ledger_entries.c.community == bindparam("of"), ledger_entries.c.seq.in_(numbers.limit(bindparam("most")))
    )


_SINCE = _bodies(
    _NAMED.where(ledger_names.c.name.in_(bindparam("names", expanding=True)))
    .where(ledger_names.c.seq >= bindparam("first"))
    .order_by(ledger_names.c.seq)
)
_NEWEST = _bodies(_NAMED.where(ledger_names.c.name == bindparam("name")).order_by(ledger_names.c.seq.desc())).order_by(
    ledger_entries.c.seq.desc()
)


async def entries_of(
    tx: Tx, community: str, first: int, names: Collection[str], most: int
) -> list[tuple[int, bytes]]:  # fmt: skip
    """Return the first so many entries from a number on that belong to one of these, with their numbers, in order."""
    found: dict[int, bytes] = {}
    for part in chunks(sorted(names)):
        rows = await tx.execute(_SINCE, {"of": community, "first": first, "names": part, "most": most})
        found |= {row.seq: bytes(row.body) for row in rows}
    return sorted(found.items())[:most]


async def newest_entries_of(tx: Tx, community: str, name: str, most: int) -> list[bytes]:
    """Return the last so many entries that belong to something, the newest first."""
    return [bytes(row.body) for row in await tx.execute(_NEWEST, {"of": community, "name": name, "most": most})]
