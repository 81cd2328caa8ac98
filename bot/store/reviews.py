"""Reviews: what sampled people did and a lead is to look at again."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, func, insert, not_, or_, select, update

from bot.domain.actor import Actor
from bot.domain.severity import Severity
from bot.store.engine import Tx
from bot.store.tables import cases, decisions, reviews


@dataclass(frozen=True, kw_only=True, slots=True)
class Review:
    """A decision that somebody is to look at again."""

    #: surrogate
    id: str
    #: surrogate of the decision
    decision: str
    #: who decided
    person: str
    #: for whom
    organisation: str
    #: since when it waits
    at: datetime
    #: the rules or guidelines cited
    rules: tuple[str, ...]
    #: what followed, each kind once
    outcomes: tuple[str, ...]
    #: how grave
    severity: Severity
    #: number of the case; empty without one
    number: str
    #: right or wrong; None while nobody looked
    result: str | None = None


_OPEN = (
    select(reviews, decisions.c.rules, decisions.c.outcomes, decisions.c.severity, cases.c.number)
    .join(decisions, decisions.c.id == reviews.c.decision)
    .outerjoin(cases, cases.c.id == decisions.c.case)
    .where(
        reviews.c.community == bindparam("community"),
        reviews.c.person.not_in(bindparam("people", expanding=True)),
        # a case about somebody isn't theirs to see
        or_(cases.c.id.is_(None), not_(cases.c.about_person.in_(bindparam("people", expanding=True)))),
    )
    .order_by(reviews.c.at, reviews.c.id)
)
_WAITING = _OPEN.where(reviews.c.result.is_(None))
_ONE = _OPEN.where(reviews.c.id == bindparam("id")).with_for_update(of=reviews)
_COUNT = select(func.count()).select_from(_WAITING.subquery())
_DECIDE = (
    update(reviews)
    .where(reviews.c.id == bindparam("_id"))
    .values(result=bindparam("_result"), reviewed_by=bindparam("_by"), reviewed_at=bindparam("_at"))
)


async def add_review(
    tx: Tx, community: str, identifier: str, *, decision: str, person: str, organisation: str, at: datetime
) -> None:
    """Put a decision among those that are looked at again."""
    await tx.execute(
        insert(reviews).values(
            id=identifier, community=community, decision=decision, person=person, organisation=organisation, at=at
        )
    )


async def next_review(tx: Tx, community: str, but: Collection[str]) -> Review | None:
    """Return what waits longest; nothing of those people, and nothing of cases about them."""
    row = (await tx.execute(_WAITING.limit(1), {"community": community, "people": sorted(but)})).first()
    return None if row is None else _review(row)


async def count_reviews(tx: Tx, community: str, but: Collection[str]) -> int:
    """Return how many wait, likewise."""
    return int((await tx.execute(_COUNT, {"community": community, "people": sorted(but)})).scalar_one())


async def hold_review(tx: Tx, community: str, identifier: str, but: Collection[str]) -> Review | None:
    """Return one review and hold it; None where there is none for whoever asks."""
    values = {"community": community, "people": sorted(but), "id": identifier}
    row = (await tx.execute(_ONE, values)).first()
    return None if row is None else _review(row)


async def decide_review(tx: Tx, identifier: str, result: str, actor: Actor, at: datetime) -> None:
    """Write down what the second look came to."""
    values = {"_id": identifier, "_result": result, "_by": json.dumps(actor.record()), "_at": at}
    await tx.execute(_DECIDE, values)


def _review(row: Row[Any]) -> Review:
    outcomes = [str(one.get("kind", "")) for one in json.loads(row.outcomes)]
    return Review(
        id=row.id,
        decision=row.decision,
        person=row.person,
        organisation=row.organisation,
        at=row.at,
        rules=tuple(json.loads(row.rules)),
        outcomes=tuple(dict.fromkeys(one for one in outcomes if one)),
        severity=Severity(row.severity),
        number=row.number or "",
        result=row.result,
    )
