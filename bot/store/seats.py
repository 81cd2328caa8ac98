"""Seats: people whom a partner's lead brought in, beside those of the policies."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, insert, select, update

from bot.domain.actor import Actor
from bot.domain.message import AccountRef, PlatformName
from bot.store.engine import Tx
from bot.store.tables import accounts, seats


@dataclass(frozen=True, kw_only=True, slots=True)
class Seat:
    """One seat that is filled."""

    #: surrogate
    id: str
    #: the person's id in the roster
    person: str
    #: id of the organisation
    organisation: str
    #: role within it
    role: str
    #: what members may see
    alias: str
    #: whose account it is; None once forgotten
    ref: AccountRef | None
    #: surrogate of the account
    account: str
    #: languages moderated in
    languages: tuple[str, ...] = ()
    #: JSON values: the part of the role's rights that was delegated; None for all of them
    only: dict[str, Any] | None = None
    #: since when
    filled_at: datetime


_OPEN = (
    select(seats, accounts.c.platform, accounts.c.workspace, accounts.c.user)
    .join(accounts, accounts.c.id == seats.c.account)
    .where(seats.c.community == bindparam("community"), seats.c.ended_at.is_(None))
    .order_by(seats.c.filled_at, seats.c.id)
)
_EVER = select(seats.c.person).where(
    seats.c.community == bindparam("community"), seats.c.account == bindparam("account")
)
_END = update(seats).where(
    seats.c.community == bindparam("_community"), seats.c.person == bindparam("_person"), seats.c.ended_at.is_(None)
)


async def filled_seats(tx: Tx, community: str) -> list[Seat]:
    """Return the seats that are filled, oldest first."""
    found = []
    for row in await tx.execute(_OPEN, {"community": community}):
        ref = None
        if row.user is not None:
            ref = AccountRef(platform=PlatformName(row.platform), workspace=row.workspace, user=row.user)
        found.append(
            Seat(
                id=row.id,
                person=row.person,
                organisation=row.organisation,
                role=row.role,
                alias=row.alias,
                ref=ref,
                account=row.account,
                languages=tuple(json.loads(row.languages)),
                only=None if row.only is None else json.loads(row.only),
                filled_at=row.filled_at,
            )
        )
    return found


async def add_seat(tx: Tx, community: str, seat: Seat, actor: Actor) -> None:
    """Fill a seat; the person's id is new in the community."""
    await tx.execute(
        insert(seats).values(
            id=seat.id,
            community=community,
            person=seat.person,
            organisation=seat.organisation,
            role=seat.role,
            alias=seat.alias,
            account=seat.account,
            languages=json.dumps(seat.languages),
            only=None if seat.only is None else json.dumps(seat.only),
            actor=json.dumps(actor.record()),
            filled_at=seat.filled_at,
        )
    )


async def end_seats(tx: Tx, community: str, people: Sequence[str], at: datetime) -> None:
    """Empty seats; who sat there stays in the record."""
    rows = [{"_community": community, "_person": person, "_at": at} for person in sorted(people)]
    if rows:
        await tx.execute(_END.values(ended_at=bindparam("_at")), rows)


async def people_ever_seated(tx: Tx, community: str, account: str) -> list[str]:
    """Return under which ids an account was ever seated: whoever is held under one of them gets no other."""
    return list(await tx.scalars(_EVER, {"community": community, "account": account}))
