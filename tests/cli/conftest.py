"""A Discord and a Slack on loopback, and a terminal that is set up for the one or the other."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.adapters.slack.ground import Installed, install
from tests.cli.spoken import Terminal
from tests.discord.conftest import pointed_at
from tests.discord.server import LoopbackDiscord
from tests.discord.world import World
from tests.slack.server import LoopbackSlack
from tests.slack.world import World as SlackWorld


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


@pytest_asyncio.fixture
async def slack() -> AsyncIterator[LoopbackSlack]:
    """Return a Slack with nothing on it; nothing asked of it is off its words, over its limits, or calls everybody."""
    async with LoopbackSlack(SlackWorld()) as started:
        yield started
        assert (started.record.off, started.record.over, started.record.pings) == ([], [], [])


@pytest.fixture
def place(slack: LoopbackSlack) -> Installed:
    """Return Locum's app in a workspace."""
    return install(slack, domain="hafen", channels={"help": None, "leads": None, "deutsch": None})


@pytest.fixture
def on_slack(tmp_path: Path, slack: LoopbackSlack, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """Return a terminal that knows where Slack is, and no token."""
    monkeypatch.chdir(tmp_path)
    return Terminal(folder=tmp_path, environment={"LOCUM_SLACK_API": slack.api, "LOCUM_LANG": "en"})
