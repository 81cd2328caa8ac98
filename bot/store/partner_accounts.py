"""Accounts of the people whom partners have: whoever no longer moderates is to hold no staff role any more."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, bindparam, delete, select

from bot.domain.action import ActionState
from bot.store.engine import Tx
from bot.store.tables import actions, partner_accounts
from bot.store.upsert import upsert


class Roles(StrEnum):
    """What became of somebody's staff roles."""

    #: they were asked for none, or held none
    NONE = "none"
    #: they are being taken
    TAKING = "taking"
    #: they were taken
    TAKEN = "taken"
    #: they couldn't be taken
    KEPT = "kept"


@dataclass(frozen=True, kw_only=True, slots=True)
class PartnerAccount:
    """One account of one of a partner's people."""

    #: surrogate of the account
    account: str
    #: the person's id in the roster
    person: str
    #: id of the partner
    organisation: str
    #: what hangs up the card about it
    subject: str
    #: when the platform was asked last which roles they hold; None while their rights hold
    looked_at: datetime | None = None
    #: why their rights ended, as a code; empty while they hold
    why: str = ""
    #: what became of their staff roles
    state: Roles = Roles.NONE
    #: names of these roles
    roles: tuple[str, ...] = ()
    #: surrogates of the actions that take them
    actions: tuple[str, ...] = ()


_ALL = (
    select(partner_accounts)
    .where(partner_accounts.c.community == bindparam("community"))
    .order_by(partner_accounts.c.account)
)
_NEWS = _ALL.where(partner_accounts.c.subject.in_(bindparam("ids", expanding=True)))
_STATES = select(actions.c.id, actions.c.state, actions.c.reason).where(
    actions.c.id.in_(bindparam("ids", expanding=True))
)
_CHANGES = ("person", "organisation", "looked_at", "why", "state", "roles", "actions")


async def partner_accounts_of(tx: Tx, community: str, *, locked: bool = False) -> list[PartnerAccount]:
    """Return every account that partners' people have or had; with `locked`, nobody else looks after them meanwhile."""
    statement = _ALL.with_for_update() if locked else _ALL
    return [_account(row) for row in await tx.execute(statement, {"community": community})]


async def accounts_in_news(tx: Tx, community: str, ids: Collection[str]) -> list[PartnerAccount]:
    """Return the accounts that news is about, by what hangs up their cards."""
    found = await tx.execute(_NEWS, {"community": community, "ids": sorted(ids)})
    return [_account(row) for row in found]


async def keep_accounts(tx: Tx, community: str, kept: Sequence[PartnerAccount]) -> None:
    """Write accounts down as they are now."""
    rows: list[dict[str, Any]] = [
        {
            "community": community,
            "account": one.account,
            "person": one.person,
            "organisation": one.organisation,
            "subject": one.subject,
            "looked_at": one.looked_at,
            "why": one.why,
            "state": one.state.value,
            "roles": json.dumps(one.roles),
            "actions": json.dumps(one.actions),
        }
        for one in kept
    ]
    await upsert(tx, partner_accounts, rows, ("community", "account"), _CHANGES)


async def drop_accounts(tx: Tx, community: str, accounts: Collection[str]) -> None:
    """Look after accounts no longer."""
    if accounts:
        these = partner_accounts.c.account.in_(sorted(accounts))
        await tx.execute(delete(partner_accounts).where(partner_accounts.c.community == community, these))


async def ends_of(tx: Tx, ids: Collection[str]) -> dict[str, tuple[ActionState, str]]:
    """Return where actions stand, with the reason; those that were never planned are missing."""
    found = await tx.execute(_STATES, {"ids": sorted(ids)})
    return {row.id: (ActionState(row.state), row.reason or "") for row in found}


def _account(row: Row[Any]) -> PartnerAccount:
    return PartnerAccount(
        account=row.account,
        person=row.person,
        organisation=row.organisation,
        subject=row.subject,
        looked_at=row.looked_at,
        why=row.why,
        state=Roles(row.state),
        roles=tuple(json.loads(row.roles)),
        actions=tuple(json.loads(row.actions)),
    )
