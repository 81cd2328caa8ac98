"""The server in another process, as a test starts it and speaks to it."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, kw_only=True)
class Elsewhere:
    """A server that is out of this process's reach but for its address."""

    #: `http://127.0.0.1:PORT`
    address: str
    _session: aiohttp.ClientSession

    @property
    def api(self) -> str:
        """Return where the Web API is."""
        return f"{self.address}/api/"

    async def ask(self, on: str, do: str, *given: Any, **named: Any) -> Any:
        """Let something be done there, and return what came of it; raise `KeyError` if it was refused."""
        asked = {"on": on, "do": do, "with": given, "named": named}
        async with self._session.post(f"{self.address}/_hands", json=asked) as response:
            answered = await response.json()
        return answered["result"]

    async def set(self, on: str, field: str, value: Any) -> None:
        """Set a field there."""
        async with self._session.post(f"{self.address}/_hands", json={"on": on, "do": field, "to": value}) as response:
            response.raise_for_status()


@asynccontextmanager
async def running(folder: Path, state: Sequence[Any] = ()) -> AsyncIterator[Elsewhere]:
    """Run a server while the block runs, with what is done there at the beginning; `folder` is for its files."""
    path = folder / "slack-state.json"
    path.write_text(json.dumps(state), encoding="utf-8")
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.slack", "--state", str(path), cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )
    try:
        assert process.stdout is not None
        address = (await process.stdout.readline()).decode().strip()
        async with aiohttp.ClientSession() as session:
            yield Elsewhere(address=address, _session=session)
    finally:
        process.terminate()
        await process.wait()
