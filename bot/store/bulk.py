"""Writes rows of the busiest tables: made once into the driver's own form, and handed over as they are."""

from collections.abc import Sequence
from functools import lru_cache
from operator import itemgetter
from typing import Any

from sqlalchemy import Dialect, Table, bindparam
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from bot.store.engine import Tx

#: a row in the order of its table's columns, times in microseconds
BulkRow = tuple[Any, ...]


async def replace_rows(tx: Tx, table: Table, rows: Sequence[BulkRow]) -> None:
    """Write whole rows in one batch; one that has the primary key of a row that is there takes its place.

    Rows are locked in the order of their keys. A table whose key isn't made of its first columns can't be written so.
    """
    if rows:
        keys = len(table.primary_key.columns)
        await tx.exec_driver_sql(_statement(table, tx.dialect), sorted(rows, key=itemgetter(*range(keys))))


@lru_cache(maxsize=64)
def _statement(table: Table, dialect: Dialect) -> str:
    statement = (sqlite_insert if dialect.name == "sqlite" else postgresql_insert)(table)
    keys = [column.name for column in table.primary_key.columns]
    names = [column.name for column in table.columns]
    statement = statement.values({name: bindparam(name) for name in names}).on_conflict_do_update(
        index_elements=keys, set_={name: statement.excluded[name] for name in names if name not in keys}
    )
    return str(statement.compile(dialect=dialect))
