"""Proposals: what people who observe would have done, beside what was decided in the end."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, insert, select, update

from bot.domain.order import Order, read_order, write_order
from bot.store.engine import Tx
from bot.store.tables import proposals


@dataclass(frozen=True, kw_only=True, slots=True)
class Proposal:
    """What somebody would have done."""

    #: surrogate
    id: str
    #: who
    person: str
    #: for whom
    organisation: str
    #: the order they would have given
    order: Order


_OPEN = (
    select(proposals)
    .where(proposals.c.community == bindparam("community"), proposals.c.compared.is_(None))
    .order_by(proposals.c.at, proposals.c.id)
    .with_for_update()
)
_OF_CASE = _OPEN.where(proposals.c.case == bindparam("case"))
_OF_ACCOUNT = _OPEN.where(
    proposals.c.account == bindparam("account"), proposals.c.at > bindparam("since", type_=proposals.c.at.type)
)
_COMPARED = (
    update(proposals)
    .where(proposals.c.id == bindparam("_id"))
    .values(compared=bindparam("_result"), compared_at=bindparam("_at"))
)


async def add_proposal(tx: Tx, community: str, proposal: Proposal, at: datetime) -> None:
    """Keep a proposal."""
    order = proposal.order
    await tx.execute(
        insert(proposals).values(
            id=proposal.id,
            community=community,
            person=proposal.person,
            organisation=proposal.organisation,
            case=order.case or None,
            account=order.account or None,
            order=json.dumps(write_order(order)),
            at=at,
        )
    )


async def proposals_of_case(tx: Tx, community: str, case: str) -> list[Proposal]:
    """Return the proposals about a case that nothing was held against yet, and hold them."""
    return [_proposal(row) for row in await tx.execute(_OF_CASE, {"community": community, "case": case})]


async def proposals_about(tx: Tx, community: str, account: str, since: datetime) -> list[Proposal]:
    """Return the proposals about a member made after a time, likewise."""
    values = {"community": community, "account": account, "since": since}
    return [_proposal(row) for row in await tx.execute(_OF_ACCOUNT, values)]


async def note_compared(tx: Tx, proposal: str, result: str, at: datetime) -> None:
    """Write down how a proposal compares with what was decided."""
    await tx.execute(_COMPARED, {"_id": proposal, "_result": result, "_at": at})


def _proposal(row: Row[Any]) -> Proposal:
    return Proposal(
        id=row.id, person=row.person, organisation=row.organisation, order=read_order(json.loads(row.order))
    )
