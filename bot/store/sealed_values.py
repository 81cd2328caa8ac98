"""Personal values that entries commit to, sealed; gone once erased or past their time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from bot.store.engine import Tx
from bot.store.tables import sealed_values
from bot.store.upsert import insert_rows


@dataclass(frozen=True, kw_only=True, slots=True)
class Sealed:
    """One personal value as it is stored."""

    #: number of the entry that commits to it
    seq: int
    #: the keys that lead to it in the entry, joined by dots
    field: str
    #: whose it is
    account: str
    #: what the commitment was made with
    salt: bytes
    #: the value under its subject's key
    sealed: bytes
    #: class of retention
    retention: str
    #: when that ends
    until: datetime


_FIELDS = ("seq", "field", "account", "salt", "sealed", "retention", "until")


async def add_sealed(tx: Tx, community: str, values: Sequence[Sealed]) -> None:
    """Store sealed values, all in one batch."""
    rows = [{"community": community} | {name: getattr(value, name) for name in _FIELDS} for value in values]
    await insert_rows(tx, sealed_values, rows)


async def sealed_of(tx: Tx, community: str, seq: int) -> list[Sealed]:
    """Return what is left of the values of one entry, by field."""
    found = await tx.execute(
        select(*(sealed_values.c[name] for name in _FIELDS))
        .where(sealed_values.c.community == community, sealed_values.c.seq == seq)
        .order_by(sealed_values.c.field)
    )
    return [Sealed(**dict(zip(_FIELDS, row, strict=True))) for row in found]
