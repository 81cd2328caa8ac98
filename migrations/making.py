"""What migrations are made of: columns, tables and indexes with names that later steps can speak of."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import sqlalchemy as sa
from alembic import op


def column(kind: Any, name: str, *, null: bool = False, default: Any = None, **options: Any) -> sa.Column[Any]:
    """Return a column."""
    return sa.Column(name, kind, nullable=null, server_default=default, **options)


ident = partial(column, sa.String(32))
word = partial(column, sa.String(64))
text = partial(column, sa.Text())
octets = partial(column, sa.LargeBinary())
flag = partial(column, sa.Boolean())
small = partial(column, sa.Integer())
big = partial(column, sa.BigInteger())
real = partial(column, sa.Float())
# microseconds since 1970
at = partial(column, sa.BigInteger())
# a number that the database gives out: SQLite counts only in columns that are exactly INTEGER
counter = partial(column, sa.BigInteger().with_variant(sa.Integer(), "sqlite"))


def table(
    name: str,
    key: Sequence[str],
    *columns: sa.Column[Any],
    refers: Mapping[str, str] | None = None,
    unique: Sequence[Sequence[str]] = (),
    **options: Any,
) -> None:
    """Make a table; names of constraints say what they hold, so that later steps can speak of them."""
    constraints: list[sa.Constraint] = [
        sa.ForeignKeyConstraint([column], [to], name=op.f(f"fk_{name}_{column}"))
        for column, to in (refers or {}).items()
    ]
    if key:
        constraints.append(sa.PrimaryKeyConstraint(*key, name=op.f(f"pk_{name}")))
    constraints += [sa.UniqueConstraint(*these, name=op.f(f"uq_{name}_{'_'.join(these)}")) for these in unique]
    op.create_table(name, *columns, *constraints, **options)


def index(name: str, of: str, columns: Sequence[str], *, where: str = "", unique: bool = False) -> None:
    """Make an index of a table; with `where`, one of only those rows."""
    condition = sa.text(where) if where else None
    op.create_index(op.f(name), of, list(columns), unique=unique, sqlite_where=condition, postgresql_where=condition)
