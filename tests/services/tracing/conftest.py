"""A community at noon, for stories about what is seen of it."""

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
