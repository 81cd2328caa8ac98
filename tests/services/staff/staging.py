"""What the stories about staff share: a stage with its contracts planned, and work outside of commands."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime

from bot.services.staff.contracts import plan_contracts
from bot.services.work import Work, begin_work
from bot.store.engine import Store
from tests.stage.policies import ORGANISATIONS, policies_of
from tests.stage.stage import NOON, Stage, set_stage


@asynccontextmanager
async def on_stage(store: Store, *files: tuple[str, str], at: datetime = NOON) -> AsyncIterator[Stage]:
    """Let a story play, and end the stage whatever happens."""
    stage = await set_stage(store, *files, at=at)
    try:
        async with working(stage) as work:
            await plan_contracts(work)
        yield stage
    finally:
        await stage.close()


@asynccontextmanager
async def working(stage: Stage) -> AsyncIterator[Work]:
    """Return one transaction's work."""
    async with stage.store.writing() as tx:
        work = await begin_work(tx, stage.keys, stage.policies, stage.clock.now())
        yield work
        await work.finish()


async def change(stage: Stage, *replaced: tuple[str, str]) -> None:
    """Let other policies hold: words of the organisations' file are replaced."""
    text = ORGANISATIONS
    for before, after in replaced:
        assert before in text, before
        text = text.replace(before, after)
    stage.policies = policies_of(("organisations.yaml", text))
    async with working(stage) as work:
        await plan_contracts(work)
