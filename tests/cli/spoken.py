"""Commands given in this process: what takes a server on loopback needs no process of its own."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from click.testing import CliRunner, Result

from bot.cli.main import main


@dataclass(frozen=True, kw_only=True, slots=True)
class Terminal:
    """A folder in which commands are given, and the settings there."""

    #: the folder
    folder: Path
    #: variables
    environment: Mapping[str, str]

    async def run(self, *arguments: str, **more: str) -> Result:
        """Give a command beside whatever answers it, and return what it came to."""
        return await self.told("", *arguments, **more)

    async def told(self, lines: str, *arguments: str, **more: str) -> Result:
        """Give a command that reads lines on its standard input."""
        runner = CliRunner(env={**self.environment, **more})
        return await asyncio.to_thread(runner.invoke, main, arguments, input=lines)
