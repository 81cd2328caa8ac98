"""A stage for every test of escalations, on each database."""

from collections.abc import AsyncIterator

import pytest

from bot.store.engine import Store
from tests.stage.stage import Stage, set_stage


@pytest.fixture
async def stage(store: Store) -> AsyncIterator[Stage]:
    """Return a community that has just begun."""
    made = await set_stage(store)
    made.world.join(*(made.ref(name) for name in made.policies.governance.roster.people))
    yield made
    await made.close()
