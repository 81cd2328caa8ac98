"""One life of the whole program, connected to a Discord in another process; told to stop, it drains."""

import asyncio
import signal
import sys
from dataclasses import dataclass
from pathlib import Path

from pydantic import SecretStr

from bot.app.app import App
from bot.app.discord import discord_platform
from bot.app.logs import make_log
from bot.domain.judgement import Mode
from bot.services.performing import Limits
from tests.app.house import settings_of
from tests.crash.wire.script import COMMUNITY, RULES
from tests.policy.folders import write


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """Where the program's own things are, and where Discord is."""

    folder: Path
    address: str

    @property
    def database(self) -> Path:
        """Where everything is stored."""
        return self.folder / "locum.sqlite"

    def furnish(self) -> None:
        """Write the policies."""
        write(self.folder, {"community.yaml": COMMUNITY, "guidelines/respect.yaml": RULES})


async def live(place: Place) -> None:
    """Run until told to stop."""
    with (place.folder / "log").open("a", encoding="utf-8") as file:
        tell = make_log(form="json", level="info", file=file)
        settings = settings_of(
            place.folder, str(place.database), discord_token=SecretStr("loopback.of.tests"),
            discord_api=f"{place.address}/api/v10", discord_gateway=f"ws{place.address.removeprefix('http')}/gateway",
        )  # fmt: skip
        app = App(
            settings, tell, platforms=[discord_platform(settings, tell, prevents=False)], trusting=True,
            first=Mode.LIVE,
            # who was killed isn't waited for as long as in life
            performing=Limits(lease=20.0, doubt=0.5),
        )  # fmt: skip
        stopped = asyncio.Event()
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopped.set)
        await app.start()
        await stopped.wait()
        await app.stop()


if __name__ == "__main__":
    asyncio.run(live(Place(folder=Path(sys.argv[1]), address=sys.argv[2])))
