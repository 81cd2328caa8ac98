"""Freezes and suspensions: what holds somebody's rights, or a whole organisation's, until it ends or is lifted."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, insert, or_, select, update

from bot.domain.actor import Actor, read_actor
from bot.domain.staff import RestraintKind
from bot.store.engine import Tx
from bot.store.tables import restraints

#: whose rights are held
PERSON = "person"
ORGANISATION = "organisation"


@dataclass(frozen=True, kw_only=True, slots=True)
class Restraint:
    """One freeze or suspension."""

    #: surrogate
    id: str
    #: freeze or suspension
    kind: RestraintKind
    #: person or organisation
    of: str
    #: whose
    subject: str
    #: why, as a code: colleague, lead, budget
    reason: str
    #: since
    start: datetime
    #: ends by itself then; None until a lead lifts it
    until: datetime | None = None
    #: id of the person who did it; empty where a timer or a budget did
    by: str = ""
    #: when it was ended before its time; None where it wasn't
    lifted_at: datetime | None = None


_HOLDING = select(restraints).where(
    restraints.c.community == bindparam("community"),
    restraints.c.lifted_at.is_(None),
    or_(restraints.c.until.is_(None), restraints.c.until > bindparam("now", type_=restraints.c.start.type)),
)
_OF = _HOLDING.where(restraints.c.subject.in_(bindparam("subjects", expanding=True)))
_SINCE = select(restraints).where(
    restraints.c.community == bindparam("community"),
    restraints.c.kind == RestraintKind.FREEZE.value,
    restraints.c.start > bindparam("since", type_=restraints.c.start.type),
)
_BY_ID = select(restraints).where(
    restraints.c.community == bindparam("community"), restraints.c.id.in_(bindparam("ids", expanding=True))
)
_LIFT = update(restraints).where(restraints.c.id == bindparam("_id")).values(lifted_at=bindparam("_at"))


async def restraints_of(tx: Tx, community: str, subjects: Collection[str], now: datetime) -> list[Restraint]:
    """Return what holds people or organisations now."""
    values = {"community": community, "subjects": sorted(subjects), "now": now}
    return [_restraint(row) for row in await tx.execute(_OF, values)]


async def all_restraints(tx: Tx, community: str, now: datetime) -> list[Restraint]:
    """Return everything that holds anybody now."""
    return [_restraint(row) for row in await tx.execute(_HOLDING, {"community": community, "now": now})]


async def freezes_since(tx: Tx, community: str, since: datetime) -> list[Restraint]:
    """Return the freezes that began after a time, those that are over among them."""
    return [_restraint(row) for row in await tx.execute(_SINCE, {"community": community, "since": since})]


async def find_restraints(tx: Tx, community: str, ids: Collection[str]) -> list[Restraint]:
    """Return freezes and suspensions by their surrogates, those that are over among them."""
    return [_restraint(row) for row in await tx.execute(_BY_ID, {"community": community, "ids": sorted(ids)})]


async def add_restraint(tx: Tx, community: str, one: Restraint, actor: Actor) -> None:
    """Hold somebody's rights."""
    await tx.execute(
        insert(restraints).values(
            id=one.id,
            community=community,
            kind=one.kind.value,
            of=one.of,
            subject=one.subject,
            actor=json.dumps(actor.record()),
            reason=one.reason,
            start=one.start,
            until=one.until,
        )
    )


async def lift_restraints(tx: Tx, ids: Collection[str], at: datetime) -> None:
    """End freezes or suspensions before their time."""
    if ids:
        await tx.execute(_LIFT, [{"_id": one, "_at": at} for one in sorted(ids)])


def _restraint(row: Row[Any]) -> Restraint:
    return Restraint(
        id=row.id,
        kind=RestraintKind(row.kind),
        of=row.of,
        subject=row.subject,
        reason=row.reason,
        start=row.start,
        until=row.until,
        by=read_actor(json.loads(row.actor)).who,
        lifted_at=row.lifted_at,
    )
