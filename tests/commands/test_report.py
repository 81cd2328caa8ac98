"""`/report`, given in every way that a platform offers."""

from collections.abc import AsyncIterator

import pytest_asyncio

from bot.store.engine import Store
from tests.stage.stage import Stage, set_stage


@pytest_asyncio.fixture
async def stage(store: Store) -> AsyncIterator[Stage]:
    """Return a community that has just begun."""
    made = await set_stage(store)
    yield made
    await made.close()


async def test_a_report_of_nobody_asks_whom(stage: Stage) -> None:
    reply = await stage.give("u7", "everyone.report", statement="Somebody was rude.")
    assert not reply.done
    assert "give a member" in reply.text


async def test_a_report_sent_twice_is_one_report(stage: Stage) -> None:
    first = await stage.give("u7", "everyone.report", member=stage.member("u1"))
    again = await stage.give("u7", "everyone.report", member=stage.member("u1"))
    assert first.text == again.text
    assert len(await stage.rows("reports")) == 1


async def test_an_organisation_that_is_not_there_cannot_be_reported(stage: Stage) -> None:
    assert not (await stage.give("u7", "everyone.report", organisation="Nobody Ltd")).done
    assert not await stage.rows("cases")
