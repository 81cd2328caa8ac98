"""A Discord on loopback, and a terminal that is set up for it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.cli.spoken import Terminal
from tests.discord.conftest import pointed_at
from tests.discord.server import LoopbackDiscord
from tests.discord.world import World


@pytest_asyncio.fixture
async def discord() -> AsyncIterator[LoopbackDiscord]:
    """Return a Discord with nothing on it."""
    async with LoopbackDiscord(World()) as started:
        with pointed_at(started):
            yield started


@pytest.fixture
def terminal(tmp_path: Path, discord: LoopbackDiscord, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """Return a terminal that knows the token, and where Discord is."""
    monkeypatch.chdir(tmp_path)
    environment = {
        "LOCUM_DISCORD_TOKEN": discord.world.token, "LOCUM_DISCORD_API": discord.api, "LOCUM_LOCAL": "off",
    }  # fmt: skip
    return Terminal(folder=tmp_path, environment=environment)
