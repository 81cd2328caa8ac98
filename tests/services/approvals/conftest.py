"""A stage with people on duty, and ways to look at requests."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest_asyncio

from bot.store.engine import Store
from tests.services.approvals.house import House, open_house


@pytest_asyncio.fixture
async def house(store: Store) -> AsyncIterator[House]:
    """Return a community where Robin and Merle of Nightwatch are on duty."""
    opened = await open_house(store)
    await opened.begin_shift("robin", timedelta(hours=8))
    yield opened
    await opened.stage.close()
