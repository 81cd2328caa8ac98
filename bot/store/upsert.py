"""Inserts in batches, also where rows may be there already; one statement text for both databases.

A statement is made once into the driver's own form, and rows are handed over as plain tuples: on tables that every
message or decision writes to, SQLAlchemy's way from a mapping to the driver costs more than the database itself.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import Dialect, Table
from sqlalchemy.dialects.postgresql import Insert as PostgresqlInsert
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import Insert as SqliteInsert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from bot.store.engine import Tx

Row = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Made:
    """A statement in the driver's own form."""

    #: its text
    text: str
    #: for each parameter in order: the column, and what its type does to a value
    parameters: tuple[tuple[str, Callable[[Any], Any] | None], ...]

    def of(self, row: Row) -> tuple[Any, ...]:
        """Return a row's values as the driver takes them."""
        return tuple([row[name] if process is None else process(row[name]) for name, process in self.parameters])


def insert(tx: Tx, table: Table) -> SqliteInsert | PostgresqlInsert:
    """Return an insert that knows ON CONFLICT, as the transaction's database speaks it."""
    return _insert(table, tx.dialect)


def _insert(table: Table, dialect: Dialect) -> SqliteInsert | PostgresqlInsert:
    return sqlite_insert(table) if dialect.name == "sqlite" else postgresql_insert(table)


async def insert_rows(tx: Tx, table: Table, rows: Sequence[Row]) -> None:
    """Insert the rows in their order, all in one batch; all of them name the same columns."""
    if rows:
        await _run(tx, _plain(table, tx.dialect, tuple(rows[0])), rows)


async def insert_new(tx: Tx, table: Table, rows: Sequence[Row]) -> None:
    """Insert the rows like `insert_rows`; a row that would break a unique key is left out."""
    if rows:
        await _run(tx, _leaving_out(table, tx.dialect, tuple(rows[0])), rows)


async def upsert(tx: Tx, table: Table, rows: Sequence[Row], keys: Sequence[str], changes: Sequence[str]) -> None:
    """Insert the rows in one batch; where `keys` name a row that is there, it takes over `changes` instead.

    Rows are locked in the order of their keys, so that two transactions don't wait for each other. Of rows with equal
    keys the last one counts.
    """
    if rows:
        made = _taking_over(table, tx.dialect, tuple(rows[0]), tuple(keys), tuple(changes))
        await _run(tx, made, sorted(rows, key=lambda row: _place(row, keys)))


async def _run(tx: Tx, made: _Made, rows: Sequence[Row]) -> None:
    await tx.exec_driver_sql(made.text, [made.of(row) for row in rows])


@lru_cache(maxsize=256)
def _plain(table: Table, dialect: Dialect, columns: tuple[str, ...]) -> _Made:
    return _made(_insert(table, dialect), table, dialect, columns)


@lru_cache(maxsize=256)
def _leaving_out(table: Table, dialect: Dialect, columns: tuple[str, ...]) -> _Made:
    return _made(_insert(table, dialect).on_conflict_do_nothing(), table, dialect, columns)


@lru_cache(maxsize=256)
def _taking_over(
    table: Table, dialect: Dialect, columns: tuple[str, ...], keys: tuple[str, ...], changes: tuple[str, ...]
) -> _Made:
    statement = _insert(table, dialect)
    changed = {name: statement.excluded[name] for name in changes}
    return _made(statement.on_conflict_do_update(index_elements=list(keys), set_=changed), table, dialect, columns)


def _made(
    statement: SqliteInsert | PostgresqlInsert, table: Table, dialect: Dialect, columns: tuple[str, ...]
) -> _Made:
    # inline: nothing is asked back of the rows
    compiled: Any = statement.inline().compile(dialect=dialect, column_keys=list(columns))
    return _Made(
        text=str(compiled),
        parameters=tuple(
            (name, table.c[name].type.dialect_impl(dialect).bind_processor(dialect)) for name in compiled.positiontup
        ),
    )


def _place(row: Row, keys: Sequence[str]) -> tuple[tuple[bool, Any], ...]:
    """Return what rows are put in order by; an absent key comes last."""
    return tuple((row[key] is None, "" if row[key] is None else row[key]) for key in keys)
