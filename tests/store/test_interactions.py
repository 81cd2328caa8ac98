"""Interactions and previews are remembered for a while, and no longer."""

from datetime import timedelta

from bot.store.communities import add_community
from bot.store.engine import Store
from bot.store.invocations import is_new, trim_invocations
from bot.store.previews import add_preview, trim_previews, use_preview
from tests.fakes.clock import START

DAY = timedelta(days=1)


async def test_an_interaction_is_new_once_until_it_is_forgotten(store: Store) -> None:
    async with store.writing() as tx:
        await add_community(tx, "acme", START)
        assert await is_new(tx, "acme", "i1", START)
        assert not await is_new(tx, "acme", "i1", START)
        assert await is_new(tx, "acme", "i2", START + 2 * DAY)
        assert await trim_invocations(tx, START + DAY) == 1
        assert await is_new(tx, "acme", "i1", START)
        assert not await is_new(tx, "acme", "i2", START)


async def test_a_preview_that_has_had_its_time_is_forgotten(store: Store) -> None:
    async with store.writing() as tx:
        await add_community(tx, "acme", START)
        old, new = [
            await add_preview(tx, "acme", person="lee", command="lead.undo", details={}, until=START + days * DAY)
            for days in (1, 4)
        ]
        assert await trim_previews(tx, START + 2 * DAY) == 1
        for preview, there in ((old, False), (new, True)):
            used = await use_preview(tx, "acme", preview, person="lee", command="lead.undo", now=START)
            assert (used is not None) is there
