"""Cases, duty and escalations for tests, set down as rows."""

from datetime import timedelta
from typing import Any

from sqlalchemy import insert, select

from bot.domain.severity import Severity
from bot.domain.staff import Shift
from bot.services.escalating.beginning import begin_escalation
from bot.services.work import Work, begin_work
from bot.store.columns import new_id, new_number
from bot.store.engine import Tx
from bot.store.shifts import add_shift
from bot.store.tables import cases, tellings
from tests.stage.stage import CONNECTION, Stage


async def work_in(stage: Stage, tx: Tx) -> Work:
    """Return work at this moment."""
    return await begin_work(tx, stage.keys, stage.policies, stage.clock.now())


async def add_case(stage: Stage, *, severity: Severity = Severity.HIGH, **values: Any) -> str:
    """Write a case down and return its surrogate."""
    name = new_id()
    row = {
        "id": name, "community": "acme", "number": new_number(), "account": "", "queue": "hate", "state": "open",
        "connection": CONNECTION.name, "served_by": "nightwatch", "severity": int(severity), "care": False,
        "mode": "live", "version": 1, "opened_at": stage.clock.now(), **values,
    }  # fmt: skip
    async with stage.store.writing() as tx:
        await tx.execute(insert(cases).values(**row))
    return name


async def begin(stage: Stage, case: str, **values: Any) -> str:
    """Begin an escalation, take its first step, and return its surrogate."""
    async with stage.store.writing() as tx:
        work = await work_in(stage, tx)
        name = await begin_escalation(work, case, **{"cause": "rule", **values})
        await work.finish()
    await stage.fire()
    return name


async def on_shift(stage: Stage, person: str, hours: int = 10) -> None:
    """Put somebody on duty."""
    organisation = stage.policies.governance.roster.people[person].organisation
    now = stage.clock.now()
    shift = Shift(id=new_id(), person=person, organisation=organisation, start=now, until=now + timedelta(hours=hours))
    async with stage.store.writing() as tx:
        await add_shift(tx, "acme", shift)


async def told(stage: Stage, escalation: str) -> list[tuple[int, int, str, str, str]]:
    """Return round, step, whom, via and outcome of everything an escalation did."""
    statement = select(tellings).where(tellings.c.escalation == escalation)
    async with stage.store.reading() as tx:
        found = await tx.execute(statement.order_by(tellings.c.at, tellings.c.round, tellings.c.step, tellings.c.whom))
        return [(row.round, row.step, row.whom, row.via, row.outcome) for row in found]


async def escalation(stage: Stage, name: str) -> dict[str, Any]:
    """Return an escalation's row."""
    (row,) = await stage.rows("escalations", id=name)
    return row
