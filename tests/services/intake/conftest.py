"""A community to take messages in for."""

from collections.abc import AsyncIterator

import pytest_asyncio

from bot.store.engine import Store
from tests.services.intake.house import House, build


@pytest_asyncio.fixture
async def house(store: Store) -> AsyncIterator[House]:
    """Return a community on each kind of database, with its intake running."""
    made = await build(store)
    await made.open()
    yield made
    await made.crash()
