"""A server of each test's own, with a workspace and an app in it."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.slack.bolts import Bolt, connected
from tests.slack.clock import Clock
from tests.slack.harbour import Harbour, harbour
from tests.slack.server import LoopbackSlack
from tests.slack.world import World


@pytest.fixture
def clock() -> Clock:
    """Return the world's time."""
    return Clock()


@pytest.fixture
def world(clock: Clock) -> World:
    """Return a world without workspaces."""
    return World(now=clock)


@pytest_asyncio.fixture
async def server(world: World) -> AsyncIterator[LoopbackSlack]:
    """Return a server that listens."""
    async with LoopbackSlack(world) as started:
        yield started


@pytest.fixture
def place(server: LoopbackSlack) -> Harbour:
    """Return a workspace with a few people and an app."""
    return harbour(server.world)


@pytest_asyncio.fixture
async def bolt(server: LoopbackSlack, place: Harbour) -> AsyncIterator[Bolt]:
    """Return an app of the real library that is connected."""
    async with connected(server, place) as started:
        yield started
