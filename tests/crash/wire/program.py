"""One life of the whole program, connected to a platform in another process; told to stop, it drains."""

import asyncio
import signal
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from pydantic import SecretStr

from bot.app.app import App
from bot.app.discord import discord_platform
from bot.app.logs import Log, make_log
from bot.app.platforms import Making
from bot.domain.judgement import Mode
from bot.services.performing import Limits
from bot.settings import Settings
from tests.app.house import settings_of
from tests.crash.wire.script import COMMUNITY, RULES
from tests.policy.folders import write


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """Where the program's own things are, and where the platform is."""

    folder: Path
    address: str

    @property
    def database(self) -> Path:
        """Where everything is stored."""
        return self.folder / "locum.sqlite"


def furnish(place: Place) -> None:
    """Write the policies."""
    write(place.folder, {"community.yaml": COMMUNITY, "guidelines/respect.yaml": RULES})


async def live(place: Place) -> None:
    """Run on a Discord until told to stop."""
    settings = settings_of(
        place.folder, str(place.database), discord_token=SecretStr("loopback.of.tests"),
        discord_api=f"{place.address}/api/v10", discord_gateway=f"ws{place.address.removeprefix('http')}/gateway",
    )  # fmt: skip
    await run(place, settings, partial(discord_platform, prevents=False))


async def run(place: Place, settings: Settings, making: Callable[[Settings, Log], Making]) -> None:
    """Run on a platform until told to stop."""
    with (place.folder / "log").open("a", encoding="utf-8") as file:
        tell = make_log(form="json", level="info", file=file)
        app = App(
            settings, tell, platforms=[making(settings, tell)], trusting=True, first=Mode.LIVE,
            # who was killed isn't waited for as long as in life
            performing=Limits(lease=20.0, doubt=0.5),
        )  # fmt: skip
        stopped = asyncio.Event()
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopped.set)
        await app.start()
        await stopped.wait()
        await app.stop()
