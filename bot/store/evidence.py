"""Files of messages as they are kept: sealed, one row each, those that couldn't be kept included."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, delete, func, select, update

from bot.domain.evidence import Media, Missing
from bot.store.chunks import chunks
from bot.store.engine import Tx
from bot.store.tables import evidence, legal_holds, sealed_values
from bot.store.upsert import insert_rows

#: files that one transaction lets go of: each is written over first
AT_ONCE = 50


@dataclass(frozen=True, kw_only=True, slots=True)
class Kept:
    """One file of a message."""

    #: surrogate
    id: str
    #: surrogate of the message
    message: str
    #: surrogate of the message's author
    account: str
    #: number of the ledger's entry that tells of the copy
    seq: int = 0
    #: the how-manieth file of its message
    place: int
    #: what sort of file
    media: Media
    #: bytes; None where nobody knows
    size: int | None
    #: why its bytes aren't kept; None where they are
    missing: Missing | None
    #: until when it is kept
    until: datetime
    #: its bytes, sealed; None where they aren't kept, and where they weren't asked for
    sealed: bytes | None = field(default=None, repr=False)


_NAMES = ("id", "message", "account", "seq", "place", "media", "size", "missing", "until")
_SHOWN = tuple(evidence.c[name] for name in _NAMES)
_OF = (
    select(*_SHOWN)
    .where(evidence.c.message.in_(bindparam("ids", expanding=True)))
    .order_by(evidence.c.seq, evidence.c.place)
)
_ONE = select(evidence).where(evidence.c.community == bindparam("community"), evidence.c.id == bindparam("_id"))
_BLANK = (
    update(evidence)
    .where(evidence.c.id.in_(bindparam("ids", expanding=True)), evidence.c.sealed.is_not(None))
    .values(sealed=func.zeroblob(func.length(evidence.c.sealed)))
)
_DELETE = delete(evidence).where(evidence.c.id.in_(bindparam("ids", expanding=True)))


async def add_evidence(tx: Tx, community: str, kept: Sequence[Kept]) -> None:
    """Store files, before the entry is written that tells of them."""
    await insert_rows(
        tx,
        evidence,
        [
            {
                "id": one.id, "community": community, "message": one.message, "account": one.account, "seq": one.seq,
                "place": one.place, "media": one.media.value, "size": one.size,
                "missing": "" if one.missing is None else one.missing.value, "sealed": one.sealed, "until": one.until,
            }
            for one in kept
        ],
    )  # fmt: skip


async def note_entry(tx: Tx, message: str, seq: int) -> None:
    """Write down which entry tells of a message's files."""
    await tx.execute(update(evidence).where(evidence.c.message == message).values(seq=seq))


async def evidence_of(tx: Tx, messages: Collection[str]) -> list[Kept]:
    """Return the files of messages without their bytes, in order."""
    return [_kept(row) for part in chunks(sorted(messages)) for row in await tx.execute(_OF, {"ids": part})]


async def one_piece(tx: Tx, community: str, which: str) -> Kept | None:
    """Return a file with its sealed bytes; None where it was erased or is past its time."""
    row = (await tx.execute(_ONE, {"community": community, "_id": which})).one_or_none()
    return None if row is None else _kept(row, row.sealed)


async def drop_evidence(tx: Tx, messages: Collection[str]) -> None:
    """Delete what was kept of messages that never may be copied, their files' names and surroundings with it."""
    for part in chunks(sorted(messages)):
        statement = select(evidence.c.id, evidence.c.community, evidence.c.seq)
        found = (await tx.execute(statement.where(evidence.c.message.in_(part)))).all()
        for community, seq in sorted({(row.community, row.seq) for row in found}):
            entry = (sealed_values.c.community == community, sealed_values.c.seq == seq)
            await tx.execute(delete(sealed_values).where(*entry))
        await _drop(tx, [row.id for row in found])


async def expire_evidence(tx: Tx, community: str, now: datetime, limit: int) -> int:
    """Delete files whose time is over, and return how many; what a legal hold covers stays."""
    held = select(legal_holds.c.account).where(legal_holds.c.released_at.is_(None))
    statement = select(evidence.c.id).where(
        evidence.c.community == community, evidence.c.until <= now, evidence.c.account.not_in(held)
    )
    due = (await tx.scalars(statement.order_by(evidence.c.until).limit(limit))).all()
    await _drop(tx, due)
    return len(due)


async def forget_evidence(tx: Tx, account: str) -> int:
    """Delete every file of a member, and return how many."""
    found = (await tx.scalars(select(evidence.c.id).where(evidence.c.account == account))).all()
    await _drop(tx, found)
    return len(found)


async def _drop(tx: Tx, ids: Sequence[str]) -> None:
    if not ids:
        return
    for part in chunks(ids):
        if tx.dialect.name == "sqlite":
            # written over before neighbours are moved about: subjects.py says why
            await tx.execute(_BLANK, {"ids": part})
        await tx.execute(_DELETE, {"ids": part})


def _kept(row: Row[Any], sealed: bytes | None = None) -> Kept:
    return Kept(
        id=row.id, message=row.message, account=row.account, seq=row.seq, place=row.place, media=Media(row.media),
        size=row.size, missing=Missing(row.missing) if row.missing else None, until=row.until, sealed=sealed,
    )  # fmt: skip
