"""A member's copy holds what they themselves said to the moderation, and nothing that staff wrote for staff."""

from collections.abc import AsyncIterator

import pytest

from bot.services.subjects.exporting import export
from bot.store.engine import Store
from tests.stage.stage import Stage, set_stage


@pytest.fixture
async def stage(store: Store) -> AsyncIterator[Stage]:
    made = await set_stage(store)
    yield made
    await made.close()


async def test_a_copy_holds_what_the_member_said_in_an_appeal_and_not_why_staff_decided(stage: Stage) -> None:
    await stage.say("hello")
    member = stage.member("u1")
    assert (
        await stage.give("lee", "mod.timeout", member=member, **{"for": "1h"}, guideline="respect", why="rude")
    ).done
    assert (await stage.give("u1", "everyone.appeal", statement="it was a quotation")).done
    said = (await export(stage.store, stage.keys, stage.clock, stage.policies.community, stage.ref("u1"))).bundle.said
    texts = [str(one["text"]) for one in said["texts"]]
    assert any("it was a quotation" in text for text in texts)
    assert not any("rude" in text for text in texts)
