"""The audit finds what is stuck by looking past every timer, pages and mends; only a clean one lets the heart beat."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, update

from bot.services.escalating.auditing import audit
from bot.services.escalating.kinds import ESCALATION_STEP
from bot.store.auditing import Stuck
from bot.store.tables import cases, escalations, timers
from tests.services.escalating.make import add_case, begin, escalation, told
from tests.stage.stage import Stage


async def broken(stage: Stage, statement: Any) -> None:
    async with stage.store.writing() as tx:
        await tx.execute(statement)


async def audited(stage: Stage) -> list[Stuck]:
    found = await audit(stage.store, stage.keys, stage.policies, stage.clock.now())
    await stage.perform()
    return [one.stuck for one in found]


def pages(stage: Stage) -> list[str]:
    return [text for sent in stage.world.pages.values() for text in sent if "escalat" in text]


async def test_what_runs_as_it_should_is_not_found(stage: Stage) -> None:
    case = await add_case(stage)
    name = await begin(stage, case)
    assert await audited(stage) == []
    await stage.press("lee", f"escalation.acknowledge:{name}")
    assert await audited(stage) == []
    await stage.press("lee", f"escalation.resolve:{name}")
    assert await audited(stage) == []
    assert pages(stage) == []


@pytest.mark.parametrize("answered", [False, True])
async def test_a_lost_timer_is_found_paged_and_set_again(stage: Stage, answered: bool) -> None:
    name = await begin(stage, await add_case(stage))
    if answered:
        await stage.press("lee", f"escalation.acknowledge:{name}")
    await broken(stage, delete(timers).where(timers.c.subject == name))
    assert await audited(stage) == [Stuck.NO_TIMER]
    assert len(pages(stage)) == 1
    assert await audited(stage) == []
    await stage.pass_time(timedelta(minutes=61))
    assert len(await told(stage, name)) > 1
    assert [entry["details"]["finding"] for entry in await stage.entries("escalation_stuck")] == ["no_timer"]


async def test_a_timer_that_was_given_up_counts_as_none(stage: Stage) -> None:
    name = await begin(stage, await add_case(stage))
    await broken(stage, update(timers).where(timers.c.subject == name).values(dead_at=stage.clock.now()))
    assert await audited(stage) == [Stuck.NO_TIMER]
    await stage.pass_time(timedelta(minutes=16))
    assert len(await told(stage, name)) == 2


async def test_a_step_that_nobody_takes_is_found_after_two_minutes_and_paged_once_an_hour(stage: Stage) -> None:
    name = await begin(stage, await add_case(stage))
    stage.clock.move(timedelta(minutes=16))
    assert await audited(stage) == []
    stage.clock.move(timedelta(minutes=2))
    assert await audited(stage) == [Stuck.OVERDUE]
    assert await audited(stage) == [Stuck.OVERDUE]
    assert len(pages(stage)) == 1
    stage.clock.move(timedelta(hours=1))
    assert await audited(stage) == [Stuck.OVERDUE]
    assert len(pages(stage)) == 2
    await stage.fire()
    assert await audited(stage) == []
    assert len(await told(stage, name)) == 2


async def test_an_escalation_whose_case_is_closed_is_found_and_ended(stage: Stage) -> None:
    case = await add_case(stage)
    name = await begin(stage, case)
    await broken(stage, update(cases).where(cases.c.id == case).values(state="resolved"))
    assert await audited(stage) == [Stuck.CLOSED_CASE]
    assert (await escalation(stage, name))["ended_by"] == "case_closed"
    assert await stage.rows("timers", kind=ESCALATION_STEP) == []
    assert await audited(stage) == []


async def test_a_case_that_was_to_be_escalated_and_is_not_is_found_and_begins(stage: Stage) -> None:
    case = await add_case(stage, escalated="safety")
    assert await audited(stage) == [Stuck.NOT_BEGUN]
    assert await audited(stage) == []
    await stage.fire()
    (row,) = await stage.rows("escalations", case=case)
    assert (row["path"], row["state"]) == ("safety", "running")
    await broken(stage, delete(escalations).where(escalations.c.id == "none"))
    assert await audited(stage) == []
