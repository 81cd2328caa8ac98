"""Who comes into a channel is held to what holds for them: once for each coming, and nobody else is looked at."""

from datetime import timedelta

from bot.services.outside.entering import Entering
from bot.store.engine import Store
from tests.services.staff.staging import on_stage
from tests.stage.stage import Stage

HARSH = "you nitwit"


def entering(stage: Stage) -> Entering:
    return Entering(
        store=stage.store, keys=stage.keys, clock=stage.clock, policies=lambda: stage.policies, wake=lambda: None
    )


async def restrictions(stage: Stage) -> int:
    return len([one for one in await stage.rows("actions") if one["kind"] == "restrict"])


async def test_what_holds_for_somebody_is_brought_about_again_once_for_each_coming(store: Store) -> None:
    async with on_stage(store) as stage:
        said = await stage.say(HARSH)
        ref = said.author.account
        assert ref is not None
        before = await restrictions(stage)
        assert before == 1
        for _ in range(2):
            await entering(stage).entered(ref, stage.clock.now())
        assert await restrictions(stage) == before + 1
        stage.clock.move(timedelta(seconds=1))
        await entering(stage).entered(ref, stage.clock.now())
        assert await restrictions(stage) == before + 2


async def test_nothing_is_planned_for_whom_nothing_holds(store: Store) -> None:
    async with on_stage(store) as stage:
        said = await stage.say("good morning")
        ref = said.author.account
        assert ref is not None
        await entering(stage).entered(ref, stage.clock.now())
        assert await restrictions(stage) == 0


async def test_nothing_is_planned_once_a_sanction_is_over(store: Store) -> None:
    async with on_stage(store) as stage:
        said = await stage.say(HARSH)
        ref = said.author.account
        assert ref is not None
        await stage.pass_time(timedelta(days=2), step=timedelta(hours=1))
        before = await restrictions(stage)
        await entering(stage).entered(ref, stage.clock.now())
        assert await restrictions(stage) == before
