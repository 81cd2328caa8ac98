"""Checkpoints, cosignatures, and how witnesses answered: only ever added to, but for the last."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, exists, insert, select, update

from bot.store.columns import fields
from bot.store.engine import Tx
from bot.store.tables import ledger_checkpoints, ledger_cosignatures, ledger_heads, ledger_witnesses
from bot.store.upsert import insert_new, upsert


@dataclass(frozen=True, kw_only=True, slots=True)
class Stored:
    """A checkpoint as it is stored."""

    #: number of entries
    size: int
    #: size of the one before, 0 for the first
    previous: int
    #: the signed note
    note: bytes
    #: when it was signed
    at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Cosignature:
    """What a witness added to a checkpoint."""

    #: size of the checkpoint
    size: int
    #: name and id of the witness's key
    witness: str
    #: the signature line
    line: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Answered:
    """How a witness answered last."""

    #: name and id of the witness's key
    witness: str
    #: size cosigned last; 0 for none yet
    size: int
    #: cosigned, unreachable, refused
    state: str
    #: refused: the status it answered with
    status: int
    #: in this state since
    since: datetime


_STORED = (
    ledger_checkpoints.c.size, ledger_checkpoints.c.previous, ledger_checkpoints.c.note, ledger_checkpoints.c.at,
)  # fmt: skip
_OF = ledger_checkpoints.c.community == bindparam("of")
_NEWEST = select(*_STORED).where(_OF).order_by(ledger_checkpoints.c.size.desc()).limit(1)
_PAGE = (
    select(*_STORED)
    .where(_OF, ledger_checkpoints.c.size > bindparam("after"), ledger_checkpoints.c.size <= bindparam("to"))
    .order_by(ledger_checkpoints.c.size)
    .limit(bindparam("most"))
)
_NEWEST_COSIGNED = (
    select(*_STORED)
    .where(
        _OF,
        ledger_checkpoints.c.size > bindparam("after"),
        exists().where(
            ledger_cosignatures.c.community == ledger_checkpoints.c.community,
            ledger_cosignatures.c.size == ledger_checkpoints.c.size,
        ),
    )
    .order_by(ledger_checkpoints.c.size.desc())
    .limit(1)
)
_SIGNED = (
    update(ledger_heads)
    .where(ledger_heads.c.community == bindparam("of"))
    .values(signed=bindparam("to"), signed_at=bindparam("when"))
)
_COSIGNED = (ledger_cosignatures.c.size, ledger_cosignatures.c.witness, ledger_cosignatures.c.line)
_COSIGNATURES = (
    select(*_COSIGNED)
    .where(
        ledger_cosignatures.c.community == bindparam("of"),
        ledger_cosignatures.c.size > bindparam("after"),
        ledger_cosignatures.c.size <= bindparam("to"),
    )
    .order_by(ledger_cosignatures.c.size, ledger_cosignatures.c.witness)
)
_WITNESSES = (
    select(*(ledger_witnesses.c[name] for name in ("witness", "size", "state", "status", "since")))
    .where(ledger_witnesses.c.community == bindparam("of"))
    .order_by(ledger_witnesses.c.witness)
)


async def add_checkpoint(tx: Tx, community: str, stored: Stored) -> None:
    """Store a checkpoint and let the head say so; the head is locked. A second one of a size is an error."""
    await tx.execute(
        insert(ledger_checkpoints).inline(),
        [
            {
                "community": community,
                "size": stored.size,
                "previous": stored.previous,
                "note": stored.note,
                "at": stored.at,
            }
        ],
    )
    await tx.execute(_SIGNED, {"of": community, "to": stored.size, "when": stored.at})


async def newest_checkpoint(tx: Tx, community: str) -> Stored | None:
    """Return the newest checkpoint."""
    row = (await tx.execute(_NEWEST, {"of": community})).one_or_none()
    return None if row is None else Stored(**fields(row))


async def newest_cosigned(tx: Tx, community: str, after: int) -> Stored | None:
    """Return the newest checkpoint larger than `after` that a witness cosigned."""
    row = (await tx.execute(_NEWEST_COSIGNED, {"of": community, "after": after})).one_or_none()
    return None if row is None else Stored(**fields(row))


async def checkpoints(tx: Tx, community: str, after: int, to: int, most: int) -> list[Stored]:
    """Return the next checkpoints of `after` < size ≤ `to`."""
    found = await tx.execute(_PAGE, {"of": community, "after": after, "to": to, "most": most})
    return [Stored(**fields(row)) for row in found]


async def add_cosignature(tx: Tx, community: str, cosignature: Cosignature, at: datetime) -> None:
    """Store what a witness added; a second signature of the same key on the same checkpoint is left out."""
    row = {
        "community": community,
        "size": cosignature.size,
        "witness": cosignature.witness,
        "line": cosignature.line,
        "at": at,
    }
    await insert_new(tx, ledger_cosignatures, [row])


async def cosignatures(tx: Tx, community: str, after: int, to: int) -> list[Cosignature]:
    """Return what witnesses added to checkpoints of `after` < size ≤ `to`."""
    found = await tx.execute(_COSIGNATURES, {"of": community, "after": after, "to": to})
    return [Cosignature(**fields(row)) for row in found]


async def witnesses(tx: Tx, community: str) -> list[Answered]:
    """Return how each witness answered last."""
    found = await tx.execute(_WITNESSES, {"of": community})
    return [Answered(**fields(row)) for row in found]


async def note_answers(tx: Tx, community: str, answers: Sequence[Answered]) -> None:
    """Remember how witnesses answered."""
    names = ("witness", "size", "state", "status", "since")
    rows = [{"community": community} | {name: getattr(answer, name) for name in names} for answer in answers]
    await upsert(tx, ledger_witnesses, rows, ["community", "witness"], names[1:])
