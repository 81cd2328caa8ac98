"""Sanctions as rows: imposed by decisions, ended by their time or by somebody."""

import json
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, or_, select, update

from bot.domain.actor import Actor, read_actor
from bot.domain.outcome import OutcomeKind
from bot.domain.sanction import Sanction
from bot.domain.severity import Severity
from bot.store.chunks import chunks
from bot.store.engine import Tx
from bot.store.tables import accounts, decisions, sanctions
from bot.store.upsert import insert_rows


@dataclass(frozen=True, kw_only=True, slots=True)
class Imposed:
    """A sanction with what stands behind it."""

    #: the sanction
    sanction: Sanction
    #: surrogate of the decision
    decision: str
    #: who decided
    actor: Actor
    #: version of the policy set under which it was decided
    policy: str
    #: how grave that was
    severity: Severity
    #: surrogate of the case, if there is one
    case: str | None
    #: name of the connection through which the member is reached
    connection: str


_WHICH = sanctions.c.id.in_(bindparam("ids", expanding=True))
_ACTIVE = (
    select(sanctions)
    .where(
        sanctions.c.account.in_(bindparam("accounts", expanding=True)),
        sanctions.c.start <= bindparam("at"),
        sanctions.c.lifted_at.is_(None),
        or_(sanctions.c.until.is_(None), sanctions.c.until > bindparam("at")),
    )
    .order_by(sanctions.c.start, sanctions.c.id)
)
_IMPOSED = (
    select(
        sanctions, decisions.c.actor, decisions.c.policy, decisions.c.severity, decisions.c.case,
        accounts.c.platform, accounts.c.workspace,
    )
    .join(decisions, decisions.c.id == sanctions.c.decision)
    .join(accounts, accounts.c.id == sanctions.c.account)
    .where(_WHICH, sanctions.c.lifted_at.is_(None), sanctions.c.community == bindparam("community"))
    .order_by(sanctions.c.id)
    .with_for_update(of=sanctions)
)  # fmt: skip
_LIKE = select(sanctions.c.id, sanctions.c.account).where(
    sanctions.c.community == bindparam("community"),
    sanctions.c.lifted_at.is_(None),
    sanctions.c.id.like(bindparam("beginning")),
)
_OF_DECISIONS = select(sanctions).where(
    sanctions.c.decision.in_(bindparam("ids", expanding=True)), sanctions.c.lifted_at.is_(None)
)
_BEHIND = select(sanctions.c.id, sanctions.c.decision).where(sanctions.c.id.in_(bindparam("ids", expanding=True)))
_BY_ID = select(sanctions).where(_WHICH)
_END = update(sanctions).where(sanctions.c.id == bindparam("_id")).values(lifted_at=bindparam("_at"))
_MOVE = update(sanctions).where(sanctions.c.id == bindparam("_id")).values(until=bindparam("_until"))


async def add_sanctions(tx: Tx, community: str, imposed: Sequence[tuple[Sanction, str]]) -> None:
    """Write sanctions, each with the decision that imposed it."""
    rows: list[dict[str, Any]] = [
        {
            "id": one.id,
            "community": community,
            "account": one.account,
            "decision": decision,
            "kind": one.kind.value,
            "start": one.start,
            "until": one.until,
            "lifted_at": one.lifted_at,
        }
        for one, decision in imposed
    ]
    await insert_rows(tx, sanctions, rows)


async def active_sanctions(tx: Tx, accounts: Collection[str], at: datetime) -> dict[str, list[Sanction]]:
    """Return the members' sanctions that hold at that time, oldest first."""
    found: dict[str, list[Sanction]] = defaultdict(list)
    for part in chunks(accounts):
        for row in await tx.execute(_ACTIVE, {"accounts": part, "at": at}):
            found[row.account].append(_sanction(row))
    return dict(found)


async def unended(tx: Tx, community: str, ids: Collection[str]) -> list[Imposed]:
    """Return the sanctions that nothing has ended yet, and keep them so."""
    found = []
    for part in chunks(sorted(ids)):
        for row in await tx.execute(_IMPOSED, {"ids": part, "community": community}):
            found.append(  # noqa: PERF401 - reads better as a loop
                Imposed(
                    sanction=_sanction(row),
                    decision=row.decision,
                    actor=read_actor(json.loads(row.actor)),
                    policy=row.policy,
                    severity=Severity(row.severity),
                    case=row.case,
                    connection=f"{row.platform}/{row.workspace}",
                )
            )
    return found


async def sanctions_like(tx: Tx, community: str, beginning: str) -> list[tuple[str, str]]:
    """Return the sanctions, with their members, that nothing has ended and whose surrogate begins so: few, if any."""
    values = {"community": community, "beginning": f"{beginning}%"}
    return [(found, account) for found, account in await tx.execute(_LIKE, values)]


async def sanctions_of_decisions(tx: Tx, ids: Collection[str], at: datetime) -> list[Sanction]:
    """Return the sanctions that decisions imposed and that hold at that time."""
    found: list[Sanction] = []
    for part in chunks(sorted(ids)):
        found += [_sanction(row) for row in await tx.execute(_OF_DECISIONS, {"ids": part})]
    return [one for one in found if one.active(at)]


async def decisions_behind(tx: Tx, ids: Collection[str]) -> dict[str, str]:
    """Return the decisions that imposed sanctions, by sanction."""
    found: dict[str, str] = {}
    for part in chunks(sorted(ids)):
        found |= {row.id: row.decision for row in await tx.execute(_BEHIND, {"ids": part})}
    return found


async def sanctions_by_id(tx: Tx, ids: Collection[str]) -> dict[str, Sanction]:
    """Return sanctions by their surrogates, whether they hold or not; what isn't there is missing."""
    found: dict[str, Sanction] = {}
    for part in chunks(sorted(ids)):
        found |= {row.id: _sanction(row) for row in await tx.execute(_BY_ID, {"ids": part})}
    return found


async def end_sanctions(tx: Tx, ids: Collection[str], at: datetime) -> None:
    """Write down that sanctions no longer hold."""
    if ids:
        await tx.execute(_END, [{"_id": one, "_at": at} for one in sorted(ids)])


async def move_ends(tx: Tx, ends: Mapping[str, datetime | None]) -> None:
    """Write down when sanctions end now."""
    if ends:
        await tx.execute(_MOVE, [{"_id": one, "_until": until} for one, until in sorted(ends.items())])


def _sanction(row: Row[Any]) -> Sanction:
    return Sanction(
        id=row.id,
        account=row.account,
        kind=OutcomeKind(row.kind),
        start=row.start,
        until=row.until,
        lifted_at=row.lifted_at,
    )
