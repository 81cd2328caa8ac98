"""Where staff work, what they quote and argue over is nobody's offence: rules hold there only where they name it."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest_asyncio

from bot.store.engine import Store
from tests.stage.policies import RESPECT
from tests.stage.stage import Stage, set_stage

NAMED = RESPECT.replace("{id: harsh, when: {words: [nitwit]},", "{id: harsh, in: [leads], when: {words: [nitwit]},")


@pytest_asyncio.fixture
async def stage(store: Store) -> AsyncIterator[Stage]:
    made = await set_stage(store, ("guidelines/respect.yaml", NAMED))
    yield made
    await made.close()


async def test_what_staff_say_about_a_case_makes_no_case_of_them(stage: Stage) -> None:
    await stage.say("they wrote: you blockhead", user="lee", where="leads")
    assert not await stage.rows("cases")
    assert not await stage.rows("actions", kind="delete")
    assert await stage.rows("seen"), "it was judged all the same, so that nothing is read back for ever"


async def test_the_same_holds_in_a_thread_under_it(stage: Stage) -> None:
    channel = replace(stage.channel("leads"), thread="t7")
    message = replace(stage.message("they wrote: you blockhead", user="lee", where="leads"), channel=channel)
    stage.world.join(stage.ref("lee"))
    stage.intake.offer(message)
    await stage.settle()
    assert await stage.rows("seen")
    assert not await stage.rows("cases")


async def test_a_rule_that_names_the_channel_holds_there(stage: Stage) -> None:
    assert "nitwit" in NAMED
    await stage.say("you nitwit", where="leads")
    assert len(await stage.rows("cases")) == 1
