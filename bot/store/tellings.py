"""Who was told in which step of an escalation, how, and who couldn't be: nobody is told twice in one."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, select, update

from bot.domain.reach import Outcome, Telling
from bot.domain.stepping import Position
from bot.store.chunks import chunks
from bot.store.columns import new_id
from bot.store.engine import Tx
from bot.store.tables import escalations, tellings
from bot.store.upsert import insert_new

_LONGEST = 64


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """One line of what an escalation did."""

    #: surrogate
    id: str
    #: which escalation
    escalation: str
    #: in which step
    position: Position
    #: `person:ID`, `contact:NAME`, `channel:NAME`, `operator:`, `nobody`
    whom: str
    #: chat, webhook, email, digest, none
    via: str
    #: what became of it
    outcome: Outcome
    #: when
    at: datetime


_ADDED = select(tellings).where(tellings.c.escalation.in_(bindparam("ids", expanding=True))).order_by(
    tellings.c.at, tellings.c.round, tellings.c.step, tellings.c.whom, tellings.c.via
)  # fmt: skip
_COLLECTED = (
    select(tellings)
    .join(escalations, escalations.c.id == tellings.c.escalation)
    .where(
        escalations.c.community == bindparam("community"),
        tellings.c.whom == bindparam("whom"),
        tellings.c.outcome == Outcome.DIGEST.value,
    )
    .order_by(tellings.c.id)
    .with_for_update(of=tellings)
)
_OPENED = (
    update(tellings).where(tellings.c.id == bindparam("_id")).values(outcome=bindparam("_outcome"), at=bindparam("_at"))
)
_FIRST = select(tellings).where(tellings.c.id.in_(bindparam("ids", expanding=True)))
_TOGETHER = (
    select(tellings.c.escalation)
    .join(escalations, escalations.c.id == tellings.c.escalation)
    .where(
        escalations.c.community == bindparam("community"),
        tellings.c.whom == bindparam("whom"),
        tellings.c.via == "digest",
        tellings.c.outcome == Outcome.TOLD.value,
        tellings.c.at == bindparam("at", type_=tellings.c.at.type),
    )
    .order_by(tellings.c.escalation)
    .distinct()
)


async def add_tellings(tx: Tx, told: Sequence[tuple[str, Position, Telling]], at: datetime) -> None:
    """Write down who is told; what an escalation, a step, a name and a medium have already is left out."""
    await insert_new(
        tx,
        tellings,
        [
            {
                "id": new_id(),
                "escalation": escalation,
                "round": position.round,
                "step": position.step,
                "whom": telling.whom[:_LONGEST],
                "via": telling.via,
                "outcome": telling.outcome.value,
                "at": at,
            }
            for escalation, position, telling in told
        ],
    )


async def tellings_of(tx: Tx, ids: Collection[str]) -> list[Told]:
    """Return what these escalations did, in the order of time."""
    return [_told(row) for part in chunks(sorted(ids)) for row in await tx.execute(_ADDED, {"ids": part})]


async def collected(tx: Tx, community: str, whom: str) -> list[Told]:
    """Return what waits to be told to somebody when the hours begin, and keep others from telling it."""
    values = {"community": community, "whom": whom[:_LONGEST]}
    return [_told(row) for row in await tx.execute(_COLLECTED, values)]


async def note_opened(tx: Tx, ids: Collection[str], outcome: Outcome, at: datetime) -> None:
    """Say what became of what had been collected."""
    if ids:
        await tx.execute(_OPENED, [{"_id": one, "_outcome": outcome.value, "_at": at} for one in sorted(ids)])


async def digests(tx: Tx, community: str, ids: Collection[str]) -> dict[str, list[str]]:
    """Return for each digest, which goes by one of its lines, the escalations that it tells of."""
    found: dict[str, list[str]] = {}
    for part in chunks(sorted(ids)):
        for row in (await tx.execute(_FIRST, {"ids": part})).all():
            values = {"community": community, "whom": row.whom, "at": row.at}
            found[row.id] = list(await tx.scalars(_TOGETHER, values))
    return found


def _told(row: Row[Any]) -> Told:
    return Told(
        id=row.id,
        escalation=row.escalation,
        position=Position(round=row.round, step=row.step),
        whom=row.whom,
        via=row.via,
        outcome=Outcome(row.outcome),
        at=row.at,
    )
