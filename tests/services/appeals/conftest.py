"""A stage with people on duty, and what members may appeal against."""

from collections.abc import AsyncIterator

import pytest_asyncio

from bot.store.engine import Store
from tests.services.approvals.house import House, open_house


@pytest_asyncio.fixture
async def house(store: Store) -> AsyncIterator[House]:
    """Return a community where Robin of Nightwatch is on duty."""
    opened = await open_house(store)
    await opened.begin_shift("robin")
    yield opened
    await opened.stage.close()
