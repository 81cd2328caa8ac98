"""What contracts came to: that a wind-down began and that an end came, each once for each date, with its report."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, func, insert, or_, select, update

from bot.domain.judgement import Mode
from bot.store.engine import Tx
from bot.store.tables import cases, contract_steps, decisions, sanctions, seats, shifts

WIND_DOWN = "wind_down"
ENDED = "ended"


@dataclass(frozen=True, kw_only=True, slots=True)
class ContractStep:
    """One thing that a contract came to."""

    #: id of the organisation
    organisation: str
    #: wind_down or ended
    step: str
    #: when it fell due
    at: datetime
    #: what hangs up its card
    subject: str
    #: reference of the data agreement
    contract: str = ""
    #: counts of the return report
    report: Mapping[str, int] = field(default_factory=dict)
    #: when the deletion certificate was there; None while it isn't
    certified_at: datetime | None = None


_OF = select(contract_steps).where(
    contract_steps.c.community == bindparam("community"), contract_steps.c.organisation == bindparam("organisation")
)
_SUBJECTS = select(contract_steps).where(
    contract_steps.c.community == bindparam("community"),
    contract_steps.c.subject.in_(bindparam("subjects", expanding=True)),
)
_DUE = (
    select(contract_steps)
    .where(
        contract_steps.c.community == bindparam("community"),
        contract_steps.c.step == ENDED,
        contract_steps.c.certified_at.is_(None),
    )
    .order_by(contract_steps.c.at, contract_steps.c.organisation)
    .with_for_update()
)
_CERTIFY = (
    update(contract_steps)
    .where(contract_steps.c.subject == bindparam("_subject"))
    .values(certified_at=bindparam("_at"))
)
_FILED = (
    update(contract_steps)
    .where(contract_steps.c.subject == bindparam("_subject"))
    .values(certificate=bindparam("_seq"))
)
_DECIDED = select(func.count()).where(
    decisions.c.community == bindparam("community"),
    decisions.c.organisation == bindparam("organisation"),
    decisions.c.mode == Mode.LIVE.value,
)
_RUNNING = (
    select(func.count())
    .select_from(sanctions)
    .join(decisions, decisions.c.id == sanctions.c.decision)
    .where(
        sanctions.c.community == bindparam("community"),
        decisions.c.organisation == bindparam("organisation"),
        sanctions.c.lifted_at.is_(None),
        or_(sanctions.c.until.is_(None), sanctions.c.until > bindparam("now", type_=sanctions.c.start.type)),
    )
)
_SEATED = (
    select(seats.c.organisation)
    .distinct()
    .where(seats.c.community == bindparam("community"), seats.c.ended_at.is_(None))
)
_WORKING = (
    select(shifts.c.organisation)
    .distinct()
    .where(shifts.c.community == bindparam("community"), shifts.c.ended_at.is_(None))
)
_CLAIMING = (
    select(cases.c.claimed_for)
    .distinct()
    .where(cases.c.community == bindparam("community"), cases.c.state == "claimed", cases.c.claimed_for.is_not(None))
)


async def steps_of(tx: Tx, community: str, organisation: str) -> list[ContractStep]:
    """Return what a partner's contracts came to so far."""
    return [_step(row) for row in await tx.execute(_OF, {"community": community, "organisation": organisation})]


async def find_steps(tx: Tx, community: str, subjects: Collection[str]) -> list[ContractStep]:
    """Return steps by what hangs up their cards."""
    return [_step(row) for row in await tx.execute(_SUBJECTS, {"community": community, "subjects": sorted(subjects)})]


async def uncertified(tx: Tx, community: str) -> list[ContractStep]:
    """Return the contracts that ended and whose deletion certificate isn't there, oldest first, and hold them."""
    return [_step(row) for row in await tx.execute(_DUE, {"community": community})]


async def add_step(tx: Tx, community: str, step: ContractStep, now: datetime) -> None:
    """Write down that a contract came to something."""
    await tx.execute(
        insert(contract_steps).values(
            community=community,
            organisation=step.organisation,
            step=step.step,
            at=step.at,
            subject=step.subject,
            contract=step.contract,
            report=json.dumps(dict(step.report)),
            done_at=now,
        )
    )


async def certify(tx: Tx, subject: str, at: datetime) -> None:
    """Write down that the deletion certificate is there."""
    await tx.execute(_CERTIFY, {"_subject": subject, "_at": at})


async def note_certificate(tx: Tx, subject: str, entry: int) -> None:
    """Say which entry of the ledger holds where the certificate is filed."""
    await tx.execute(_FILED, {"_subject": subject, "_seq": entry})


async def decided_for(tx: Tx, community: str, organisation: str) -> int:
    """Return how many decisions an organisation's people made."""
    values = {"community": community, "organisation": organisation}
    return int((await tx.execute(_DECIDED, values)).scalar_one())


async def running_for(tx: Tx, community: str, organisation: str, now: datetime) -> int:
    """Return how many sanctions still hold that an organisation's people imposed."""
    values = {"community": community, "organisation": organisation, "now": now}
    return int((await tx.execute(_RUNNING, values)).scalar_one())


async def working_organisations(tx: Tx, community: str) -> frozenset[str]:
    """Return the organisations that have seats filled, somebody on shift, or a case claimed."""
    found = [await tx.scalars(statement, {"community": community}) for statement in (_SEATED, _WORKING, _CLAIMING)]
    return frozenset(str(one) for part in found for one in part)


def _step(row: Row[Any]) -> ContractStep:
    return ContractStep(
        organisation=row.organisation,
        step=row.step,
        at=row.at,
        subject=row.subject,
        contract=row.contract,
        report=json.loads(row.report),
        certified_at=row.certified_at,
    )
