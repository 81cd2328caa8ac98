"""The chat of our own: how soon a program answers, how soon a violation is gone, and what a crowd does to it."""

import asyncio
import json
import os
import re
import shutil
import signal
import socket
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, process_time

import httpx
from sqlalchemy import func, select

from adapters.local.chat.chat import Chat
from adapters.local.chat.types import Account
from adapters.local.life.crowd import Crowd, write
from benchmarks.measure import at_share
from benchmarks.process import held_memory
from bot.app.app import App
from bot.app.local import LocalRun
from bot.app.logs import make_log
from bot.domain.judgement import Mode
from bot.policy.signals.language import make_ready
from bot.settings import Settings, load_settings
from bot.store.engine import Store
from bot.store.tables import seen

_COMMUNITY, _ROOM = "harbour", "help"
_POLICIES = Path("policies")
_MEMBERS = 50
#: seconds for which anything is waited
_PATIENCE = 60.0
#: seconds between two violations: ordinary life, nobody is flooded
_APART = 0.25
#: nobody's clock is as good as that: a program is asked so often, in seconds, whether it answers
_LOOK = 0.02
#: after so many seconds a crowd's program has filled what it remembers
_FILLED = 20.0
_TOKEN = re.compile(r'"X-CSRF-Token": "([^"]+)"')


def starting(runs: int) -> dict[str, float]:
    """Return what passes until the page answers, on new data and on what is there; the fastest of several starts.

    What else runs on the machine only ever makes it longer.
    """
    with TemporaryDirectory() as folder:
        found = asyncio.run(_starts(Path(folder), runs))
    # the first makes the database, and on a fresh copy the bytecode
    return {
        "new s": min(wall for wall, _ in found[:1]), "start s": min(wall for wall, _ in found[1:]),
        "start CPU s": min(used for _, used in found[1:]),
    }  # fmt: skip


def handled(count: int) -> dict[str, float]:
    """Return what passes from posting a violation to the event that says it is gone, life going on beside it."""
    with TemporaryDirectory() as folder:
        taken = asyncio.run(_handled(Path(folder), count))
    return {"p50 ms": at_share(taken, 0.5), "p99 ms": at_share(taken, 0.99)}


def crowded(seconds: float, rate: float) -> dict[str, float]:
    """Return what a crowd of 50 does to one process: what was lost, how long a page takes, how much memory grows."""
    with TemporaryDirectory() as folder:
        return asyncio.run(_crowded(Path(folder), Crowd(members=_MEMBERS, rate=rate, seconds=seconds)))


# --- a program of its own


@asynccontextmanager
async def _program(folder: Path, *, life: bool = True) -> AsyncIterator[tuple[Process, str]]:
    """Run `locum run` in a folder, and stop it again: the process, and where its page is."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("LOCUM_", "PYTHONDONT"))}
    environment |= {
        "LOCUM_LOCAL": f"127.0.0.1:{port}", "LOCUM_LOCAL_LIFE": "on" if life else "off", "PYTHONPATH": str(Path.cwd()),
    }  # fmt: skip
    if not (folder / "policies").exists():
        shutil.copytree(_POLICIES, folder / "policies")
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot.cli", "run", cwd=folder, env=environment,
        stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    try:
        yield process, f"http://127.0.0.1:{port}"
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGINT)
        async with asyncio.timeout(_PATIENCE):
            await process.wait()


async def _answering(client: httpx.AsyncClient) -> None:
    """Return once the page answers."""
    async with asyncio.timeout(_PATIENCE):
        while True:
            try:
                if (await client.get(f"/{_COMMUNITY}/")).is_success:
                    return
            except httpx.TransportError:
                await asyncio.sleep(_LOOK)


async def _starts(folder: Path, runs: int) -> list[tuple[float, float]]:
    found = []
    for _ in range(runs + 1):
        begun = perf_counter()
        async with _program(folder) as (process, address), httpx.AsyncClient(base_url=address) as client:
            await _answering(client)
            found.append((perf_counter() - begun, _used(process.pid)))
    return found


def _used(process: int) -> float:
    """Return the processor time of a process so far, in seconds; 0 where the system doesn't say."""
    told = Path(f"/proc/{process}/stat")
    if not told.exists():
        return 0.0
    words = told.read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")


# --- a violation


async def _handled(folder: Path, count: int) -> list[float]:
    _allow_floods(folder)
    _enrol(folder / "data" / "local" / f"chat-{_COMMUNITY}.sqlite")
    async with _program(folder) as (_, address), httpx.AsyncClient(base_url=address, timeout=_PATIENCE) as client:
        await _answering(client)
        page = (await client.get(_base(0))).text
        token = _TOKEN.search(page)
        assert token is not None, page[:500]
        headers = {"Origin": address, "X-CSRF-Token": token[1], "HX-Request": "true"}
        gone: list[float] = []
        ready = asyncio.Event()
        watching = asyncio.create_task(_watch(client, gone, ready))
        try:
            await ready.wait()
            taken = []
            for number in range(count):
                text = f"come over to discord.gg/leaflet{number:04}"
                begun = perf_counter()
                said = await client.post(f"{_base(number)}/say", data={"text": text}, headers=headers)
                assert said.status_code == httpx.codes.NO_CONTENT, said.text
                async with asyncio.timeout(_PATIENCE):
                    while len(gone) <= number:
                        await asyncio.sleep(0.001)
                taken.append((gone[number] - begun) * 1_000)
                await asyncio.sleep(_APART)
        finally:
            watching.cancel()
        return taken


def _base(number: int) -> str:
    return f"/{_COMMUNITY}/as/leaflet-{number % _MEMBERS}/{_ROOM}"


async def _watch(client: httpx.AsyncClient, gone: list[float], ready: asyncio.Event) -> None:
    """Note when each post of these members is shown as removed: one after the other, whether it was seen before."""
    known: set[str] = set()
    async with client.stream("GET", f"{_base(0)}/events?after=0", timeout=None) as events:
        ready.set()
        async for line in events.aiter_lines():
            if not line.startswith("data: ") or '"upsert"' not in line:
                continue
            for post in json.loads(line.removeprefix("data: "))["upsert"]:
                if "tombstone" in post["html"] and "/person/leaflet-" in post["html"] and post["id"] not in known:
                    known.add(post["id"])
                    gone.append(perf_counter())


def _enrol(file: Path) -> None:
    """Let members have joined a while ago."""
    file.parent.mkdir(parents=True)
    since = datetime.now(UTC) - timedelta(days=400)
    chat = Chat(file, lambda: datetime.now(UTC))
    for number in range(_MEMBERS):
        chat.enrol(Account(id=f"leaflet-{number}", name=f"leaflet {number}", created_at=since, joined_at=since))
    chat.close()


# --- a crowd


async def _crowded(folder: Path, crowd: Crowd) -> dict[str, float]:
    _allow_floods(folder)
    settings = _settings(folder)
    tell = make_log(form="json", level="error")
    local = LocalRun(settings, tell)
    app = App(settings, tell, entrances=local.entrances, clock=local.clock, first=Mode.LIVE)
    await app.start()
    try:
        await local.open(app)
        # as `locum run` does
        await asyncio.to_thread(make_ready)
        host, port = local.address or ("", 0)
        reading = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "benchmarks.case", "reading", json.dumps({"address": f"http://{host}:{port}"}),
            stdin=PIPE, stdout=PIPE,
        )  # fmt: skip
        held: list[float] = []
        sampling = asyncio.create_task(_sample(held))
        used = process_time()
        wrote = await write(local.communities[_COMMUNITY], crowd)
        used, written_at = process_time() - used, perf_counter()
        sampling.cancel()
        told, _ = await reading.communicate(b"enough\n")
        judged = await _judged(app.frame.store, len(wrote.posts))
        behind = perf_counter() - written_at
        pages = json.loads(told)
        filled = held[min(int(_FILLED), len(held) // 2)]
        return {
            "posts": len(wrote.posts), "posts/s": len(wrote.posts) / wrote.seconds, "refused": wrote.refused,
            "lost": len(wrote.posts) - judged, "growth MB": max(held[-5:]) - filled, "memory MB": held[-1],
            "longest wait ms": wrote.longest_wait * 1_000, "behind s": behind,
            "crowd's own share of the processor %": 100 * wrote.used / used, **pages,
        }  # fmt: skip
    finally:
        await local.close()
        await app.stop()


def _allow_floods(folder: Path) -> None:
    """Write the policies with floods allowed: a crowd, or a room of violations, would be silenced within a second."""
    shutil.copytree(_POLICIES, folder / "policies")
    file = folder / "policies" / "shared" / "guidelines" / "spam.yaml"
    flood = re.compile(r"flood: \{messages: (?:8, within: 10s|40, within: 1m)")
    text, count = flood.subn("flood: {messages: 10000, within: 1s", file.read_text(encoding="utf-8"))
    assert count == 2, count
    file.write_text(text, encoding="utf-8")


def _settings(folder: Path) -> Settings:
    os.environ.update(
        LOCUM_DATABASE=str(folder / "locum.sqlite"), LOCUM_KEY_FILE=str(folder / "keys.json"), LOCUM_METRICS="off",
        LOCUM_LOCAL="127.0.0.1:0", LOCUM_LOCAL_LIFE="off", LOCUM_POLICIES=str(folder / "policies"),
    )  # fmt: skip
    return load_settings()


async def _sample(held: list[float]) -> None:
    """Note the memory of this process each second."""
    while True:
        held.append(held_memory())
        await asyncio.sleep(1.0)


async def _judged(store: Store, wanted: int) -> int:
    """Return how many messages were judged, once all are, or no more came for as long as anything is waited for."""
    count, since = 0, perf_counter()
    while count < wanted and perf_counter() - since < _PATIENCE:
        await asyncio.sleep(1.0)
        async with store.reading() as tx:
            found = (await tx.execute(select(func.count()).select_from(seen))).scalar_one()
        if found != count:
            count, since = found, perf_counter()
    return count


def reading(address: str) -> dict[str, float]:
    """Return how long a page takes while five of them are open, until a line comes in: the crowd's other side."""
    return asyncio.run(_reading(address))


async def _reading(address: str) -> dict[str, float]:
    enough = asyncio.create_task(asyncio.to_thread(sys.stdin.readline))
    taken: list[float] = []
    async with httpx.AsyncClient(base_url=address, timeout=_PATIENCE) as client:
        # staff are there from the start, and see every room
        await asyncio.sleep(1.0)
        base = f"/{_COMMUNITY}/as/crowd-001/{_ROOM}"
        streams = [asyncio.create_task(_stay(client, f"{base}/events?after=0")) for _ in range(5)]
        while not enough.done():
            begun = perf_counter()
            page = await client.get(base)
            assert page.status_code == httpx.codes.OK, page.text
            taken.append((perf_counter() - begun) * 1_000)
            await asyncio.sleep(_APART)
        assert not any(stream.done() for stream in streams), "a page lost its events"
        for stream in streams:
            stream.cancel()
    return {"page p50 ms": at_share(taken, 0.5), "page p99 ms": at_share(taken, 0.99)}


async def _stay(client: httpx.AsyncClient, path: str) -> None:
    """Read a page's events for as long as they come."""
    async with client.stream("GET", path, timeout=None) as events:
        async for _ in events.aiter_bytes():
            pass
