"""The whole program as somebody starts it: `locum run` in a folder of its own, on a port of its own."""

import asyncio
import os
import re
import shutil
import sys
from asyncio.subprocess import Process
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx

from adapters.local.chat.chat import Chat
from adapters.local.chat.types import Account
from tests.ports import free_port

ROOT = Path(__file__).parents[2]
#: seconds within which it answers, on a machine that is busy with other tests
_PATIENCE = 120.0
#: members of the community: id, name, language; each story has its own, so that stories don't meet
MEMBERS = (
    ("rollmops", "Rollmops", "de"), ("limpet", "Limpet", "en"), ("krabbe", "Krabbe", "de"), ("whelk", "Whelk", "en"),
    ("scholle", "Scholle", "de"), ("cockle", "Cockle", "en"), ("urchin", "Urchin", "en"), ("sprotte", "Sprotte", "de"),
    ("mussel", "Mussel", "en"), ("shrimp", "Shrimp", "en"), ("squid", "Squid", "en"), ("barnacle", "Barnacle", "en"),
    ("clam", "Clam", "en"), ("otter", "Otter", "en"), ("seal", "Seal", "en"), ("heilbutt", "Heilbutt", "de"),
    # markup, script, an override of direction and a control character; no picture shows it, for it is the last by name
    ("zander", 'Zander<img src=x onerror="window.hit=1"><b>!</b>\u202e\x07', "en"),
)  # fmt: skip


class Program:
    """One `locum run` with everything that it keeps."""

    def __init__(self, folder: Path) -> None:
        """Lay out the folder as a new user's: the bundled policies, and nobody but members who have been around."""
        self.folder = folder
        self.port = free_port()
        self.process: Process | None = None
        shutil.copytree(ROOT / "policies", folder / "policies")
        _move_contracts(folder / "policies" / "harbour" / "organisations.yaml", datetime.now(UTC))
        _enrol(folder / "data" / "local" / "chat-harbour.sqlite", MEMBERS)

    @property
    def address(self) -> str:
        """Where its page is."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def policies(self) -> Path:
        """The folder of the community's policies."""
        return self.folder / "policies" / "harbour"

    @property
    def output(self) -> str:
        """What it printed."""
        return (self.folder / "output.txt").read_text(encoding="utf-8", errors="replace")

    async def start(self) -> None:
        """Start it, and return once its page answers."""
        environment = {name: value for name, value in os.environ.items() if not name.startswith("LOCUM_")}
        environment |= {
            "LOCUM_LOCAL": f"127.0.0.1:{self.port}", "LOCUM_LOCAL_LIFE": "off", "LOCUM_LANG": "en",
            "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1",
        }  # fmt: skip
        with (self.folder / "output.txt").open("ab") as output:
            self.process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "bot.cli", "run",
                cwd=self.folder, env=environment, stdin=asyncio.subprocess.DEVNULL, stdout=output, stderr=output,
            )  # fmt: skip
        async with asyncio.timeout(_PATIENCE), httpx.AsyncClient() as client:
            while not await self._answers(client):  # noqa: ASYNC110 - another process tells nobody
                await asyncio.sleep(0.05)

    async def _answers(self, client: httpx.AsyncClient) -> bool:
        assert self.process is not None
        assert self.process.returncode is None, self.output
        try:
            answer = await client.get(f"{self.address}/harbour/")
        except httpx.TransportError:
            return False
        return answer.status_code == httpx.codes.OK

    async def says(self, words: re.Pattern[str]) -> None:
        """Return once it printed something."""
        async with asyncio.timeout(_PATIENCE):
            while words.search(self.output) is None:  # noqa: ASYNC110 - a file tells nobody
                await asyncio.sleep(0.05)

    async def stop(self) -> int:
        """Stop it as Ctrl-C does, and return how it ended."""
        assert self.process is not None
        if self.process.returncode is None:
            self.process.terminate()
        async with asyncio.timeout(_PATIENCE):
            return await self.process.wait()

    async def kill(self) -> None:
        """End it at once, as a power cut does."""
        assert self.process is not None
        self.process.kill()
        await self.process.wait()


def _move_contracts(file: Path, now: datetime) -> None:
    """Let the bundled contracts run today, whatever day that is."""
    text = file.read_text(encoding="utf-8")
    begun, over = now - timedelta(days=60), now + timedelta(days=200)
    for word, moment in (("from", begun), ("until", over), ("signed", begun)):
        text = re.sub(rf"(\b{word}: )\d{{4}}-\d\d-\d\d", rf"\g<1>{moment:%Y-%m-%d}", text)
    file.write_text(text, encoding="utf-8")


def _enrol(file: Path, members: Iterable[tuple[str, str, str]]) -> None:
    """Let members have joined a while ago."""
    file.parent.mkdir(parents=True)
    chat, since = Chat(file, lambda: datetime.now(UTC)), datetime.now(UTC) - timedelta(days=400)
    for account, name, language in members:
        chat.enrol(Account(id=account, name=name, created_at=since, joined_at=since, language=language))
    chat.close()
