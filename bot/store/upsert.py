"""Inserts that meet rows which are already there; one statement text for both databases."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Table
from sqlalchemy.dialects.postgresql import Insert as PostgresqlInsert
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import Insert as SqliteInsert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from bot.store.engine import Tx


def insert(tx: Tx, table: Table) -> SqliteInsert | PostgresqlInsert:
    """Return an insert that knows ON CONFLICT, as the transaction's database speaks it."""
    return sqlite_insert(table) if tx.dialect.name == "sqlite" else postgresql_insert(table)


async def insert_new(tx: Tx, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert the rows in their order, all in one batch; a row that would break a unique key is left out."""
    if rows:
        # inline: nothing is asked back of a single row, which would cost more than the batch
        await tx.execute(insert(tx, table).on_conflict_do_nothing().inline(), _plain(rows))


async def upsert(
    tx: Tx, table: Table, rows: Sequence[Mapping[str, Any]], keys: Sequence[str], changes: Sequence[str]
) -> None:
    """Insert the rows in one batch; where `keys` name a row that is there, it takes over `changes` instead.

    Rows are locked in the order of their keys, so that two transactions don't wait for each other. Of rows with equal
    keys the last one counts.
    """
    if not rows:
        return
    statement = insert(tx, table)
    statement = statement.on_conflict_do_update(
        index_elements=list(keys), set_={name: statement.excluded[name] for name in changes}
    )
    await tx.execute(statement.inline(), _plain(sorted(rows, key=lambda row: _place(row, keys))))


def _plain(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [dict(row) for row in rows]


def _place(row: Mapping[str, Any], keys: Sequence[str]) -> tuple[tuple[bool, Any], ...]:
    """Return what rows are put in order by; an absent key comes last."""
    return tuple((row[key] is None, "" if row[key] is None else row[key]) for key in keys)
