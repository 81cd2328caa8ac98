"""What a platform kept from being posted is judged like any message, and nothing is there to delete."""

from collections.abc import AsyncIterator

import pytest_asyncio

from bot.domain.action import ActionKind
from bot.store.engine import Store
from tests.stage.stage import Stage, set_stage


@pytest_asyncio.fixture
async def stage(store: Store) -> AsyncIterator[Stage]:
    made = await set_stage(store)
    yield made
    await made.close()


async def hold_back(stage: Stage, text: str, id: str) -> None:
    await stage.intake.judge([stage.message(text, id=id, withheld=True)])


async def test_strike_notice_and_case_follow_and_no_deletion(stage: Stage) -> None:
    await hold_back(stage, "blockhead", "w1")
    kinds = {one["kind"] for one in await stage.rows("actions")}
    assert ActionKind.DELETE.value not in kinds
    assert ActionKind.NOTICE.value in kinds
    assert len(await stage.rows("cases")) == len(await stage.rows("strikes")) == 1


async def test_told_twice_it_is_found_once(stage: Stage) -> None:
    await hold_back(stage, "blockhead", "w1")
    await hold_back(stage, "blockhead", "w1")
    assert len(await stage.rows("decisions")) == len(await stage.rows("strikes")) == 1
