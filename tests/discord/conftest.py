"""A server of each test's own, and the real discord.py pointed at it."""

from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager

import discord
import pytest
import pytest_asyncio
from aiohttp import ClientSession
from discord.gateway import DiscordWebSocket
from discord.http import Route
from yarl import URL

from tests.discord.asking import Asker
from tests.discord.elsewhere import Elsewhere
from tests.discord.server import LoopbackDiscord
from tests.discord.world import World


@contextmanager
def pointed_at(server: LoopbackDiscord | Elsewhere) -> Iterator[None]:
    """Point the library at a server, and back at the end: it keeps both addresses in its classes."""
    before = Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY
    Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY = server.api, URL(server.gateway)
    try:
        yield
    finally:
        Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY = before


@pytest.fixture
def world() -> World:
    """Return a world without guilds."""
    return World()


@pytest_asyncio.fixture
async def server(world: World) -> AsyncIterator[LoopbackDiscord]:
    """Return a server that listens, and to which the library is pointed."""
    async with LoopbackDiscord(world) as started:
        with pointed_at(started):
            yield started


@pytest_asyncio.fixture
async def client(server: LoopbackDiscord) -> AsyncIterator[discord.Client]:
    """Return a client that is logged in, and not connected: it asks, and hears nothing by itself."""
    intents = discord.Intents.all()
    async with discord.Client(intents=intents) as opened:
        await opened.login(server.world.token)
        yield opened


@pytest_asyncio.fixture
async def ask(server: LoopbackDiscord) -> AsyncIterator[Asker]:
    """Return something that asks without a library, as often as it likes."""
    server.limits.on = False
    async with ClientSession() as session:
        yield Asker(server=server, session=session)
