"""A program on a Discord server: how soon a message is gone, what a raid comes to, and how often sessions are begun."""

import asyncio
import json
import selectors
from asyncio.subprocess import Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic, perf_counter
from typing import Any

from pydantic import SecretStr
from sqlalchemy import func, select

from adapters.discord.connecting import connect
from adapters.discord.home import Home
from adapters.discord.sharing import Access, Session
from benchmarks.crowding import crowd, go_on, line
from benchmarks.discord_crowd import CHANNELS, DELETED, LEADS, QUARANTINE, RAIDED, SERVER, STAFF
from benchmarks.process import held_memory
from bot.app.app import App
from bot.app.clock import machine_clock
from bot.app.discord import discord_platform
from bot.app.logs import make_log
from bot.domain.command import Invocation, Reply
from bot.domain.judgement import Mode
from bot.errors import LocumError
from bot.policy.load import load_policies
from bot.ports import Feed
from bot.settings import Settings
from bot.store.tables import seen
from tests.discord.conftest import pointed_at
from tests.discord.harbour import harbour
from tests.discord.server import LoopbackDiscord
from tests.discord.world import World

#: seconds for which anything is waited
_PATIENCE = 600.0
_TOKEN = "loopback.of.tests"  # noqa: S105 - good on loopback alone
_COMMUNITY = f"""\
community: acme
zone: UTC
languages: [en]
mode: live
discord: "{SERVER}"
channels:
{"".join(f'  room-{number}: {{discord: "{id_}"}}' + chr(10) for number, id_ in enumerate(CHANNELS))}\
  leads: {{discord: "{LEADS}"}}
roles: {{quarantine: {{discord: "{QUARANTINE}"}}}}
automation: {{may: [delete, quarantine, raid_mode]}}
queues: {{raids: {{served_by: [internal]}}}}
"""
_RULES = f"""\
guideline: respect
title: {{en: Be respectful}}
text: {{en: Be kind}}
rules:
  - {{id: plain, when: {{regex: {DELETED}}}, severity: low, then: [delete]}}
  - {{id: raider, when: {{regex: {RAIDED}}}, severity: high, then: [delete, quarantine]}}
  - id: raid
    when: {{joins: {{at_least: 10, within: 2m, account_under: 14d}}}}
    severity: critical
    then: [{{raid_mode: 30m}}, {{case: raids}}]
"""
_STAFF = f"""\
- id: internal
  kind: internal
  name: Acme
  shown_as: {{en: the acme team}}
  mandates: [{{id: owning, role: owner}}]
  people: [{{id: lee, alias: Lee, role: owner, starts_as: trusted, accounts: {{discord: "{STAFF}"}}}}]
"""


def discord_paced(rate: float, seconds: float) -> dict[str, float]:
    """Return what passes from a message on Discord to the request that deletes it, life going on beside it."""
    return asyncio.run(_told("paced", members=200, rate=rate, seconds=seconds))


def discord_raid(rate: float, seconds: float, accounts: int) -> dict[str, float]:
    """Return what comes of a raid: what was judged, what still stands, and how long staff wait meanwhile."""
    return asyncio.run(_told("raid", members=200, rate=rate, seconds=seconds, accounts=accounts))


def discord_million(messages: int, rate: float) -> dict[str, float]:
    """Return how the program's memory grows over many messages, once a fifth of them has filled what it remembers."""
    return asyncio.run(_told("million", members=2_000, messages=messages, rate=rate))


async def _told(name: str, **given: float) -> dict[str, float]:
    """Run a program on a server with a crowd, and return what both of them say."""
    with TemporaryDirectory() as folder:
        async with (
            crowd("benchmarks.discord_crowd", name, **given) as people,
            _program(Path(folder), await line(people)) as app,
        ):
            return await _watched(app, people)


async def _watched(app: App, people: Process) -> dict[str, float]:
    held: list[float] = []
    sampling = asyncio.create_task(_sample(held))
    # the session is there, the first installation has begun, and commands are told
    await asyncio.sleep(3.0)
    await go_on(people)
    figures: dict[str, float] = json.loads(await line(people))
    judged = await _judged(app, int(figures["posted"]))
    sampling.cancel()
    await go_on(people)
    filled = held[: len(held) // 5 + 1][-1]
    return {
        **figures, "lost": figures["posted"] - judged, "filled MB": filled, "memory MB": max(held[-5:]),
        "growth %": 100 * (max(held[-5:]) - filled) / filled,
    }  # fmt: skip


async def _sample(held: list[float]) -> None:
    while True:
        held.append(held_memory())
        await asyncio.sleep(1.0)


async def _judged(app: App, wanted: int) -> int:
    """Return how many messages were judged, once all are, or no more came for a while."""
    found, since = 0, perf_counter()
    while found < wanted and perf_counter() - since < 60:
        await asyncio.sleep(1.0)
        async with app.frame.store.reading() as tx:
            # joins stand in a stream of their own
            count = select(func.count()).select_from(seen).where(seen.c.message.not_like("%-%"))
            now = int((await tx.execute(count)).scalar_one())
        if now != found:
            found, since = now, perf_counter()
    return found


@asynccontextmanager
async def _program(folder: Path, address: str) -> AsyncIterator[App]:
    """Run a program in a folder of its own."""
    _write(folder)
    nothing: dict[str, Any] = {"_env_file": None}
    settings = Settings(
        **nothing, database=SecretStr(str(folder / "locum.sqlite")), key_file=folder / "keys.json",
        policies=folder / "policies", health_file=folder / "health.json", metrics=None,
        discord_token=SecretStr(_TOKEN), discord_api=f"{address}/api/v10",
        discord_gateway=f"ws{address.removeprefix('http')}/gateway",
    )  # fmt: skip
    tell = make_log(form="json", level="error")
    platform = discord_platform(settings, tell, prevents=False)
    app = App(settings, tell, platforms=[platform], trusting=True, first=Mode.LIVE)
    await app.start()
    try:
        yield app
    finally:
        await app.stop()


def _write(folder: Path) -> None:
    home = folder / "policies" / "acme"
    (home / "guidelines").mkdir(parents=True)
    (home / "community.yaml").write_text(_COMMUNITY, encoding="utf-8")
    (home / "guidelines" / "respect.yaml").write_text(_RULES, encoding="utf-8")
    (home / "organisations.yaml").write_text(_STAFF, encoding="utf-8")


# --- an hour of connections that break


class _Fast(asyncio.SelectorEventLoop):
    """A loop on whose clock time runs faster: whatever waits in it waits for a part of the time."""

    def __init__(self, speed: float) -> None:
        self._speed, self._begun = speed, monotonic()
        super().__init__(_Hasty(speed))

    def time(self) -> float:
        return self._begun + (monotonic() - self._begun) * self._speed


class _Hasty(selectors.DefaultSelector):
    """Waits for as long as it takes on the clock of whoever can't wait."""

    def __init__(self, speed: float) -> None:
        super().__init__()
        self._speed = speed

    def select(self, timeout: float | None = None) -> Any:
        return super().select(None if timeout is None else timeout / self._speed)


def discord_flapping(hours: float, speed: float) -> dict[str, float]:
    """Return how often sessions are begun while every minute connections break and none can go on where it was.

    Time runs faster than it is, for the library and us as for the server: by so much more does a call take.
    """
    with asyncio.Runner(loop_factory=lambda: _Fast(speed)) as runner:
        return runner.run(_flap(hours))


async def _flap(hours: float) -> dict[str, float]:
    loop = asyncio.get_running_loop()
    server = LoopbackDiscord(World())
    place = harbour(server.world)
    session = Session(Access(token=_TOKEN))
    with TemporaryDirectory() as folder:
        _write(Path(folder))
        policies = load_policies(Path(folder) / "policies", "acme", live=True).policies
    assert policies is not None
    known = policies
    home = Home(community="acme", server=place.guild.id, policies=lambda: known, tell=lambda _: None)
    async with server:
        with pointed_at(server):
            listening = asyncio.create_task(_listen(session, home))
            end = loop.time() + hours * 3_600
            while loop.time() < end:
                await asyncio.sleep(60)
                server.faults.refused_resumes = 1
                server.connections.drop()
            listening.cancel()
            with suppress(asyncio.CancelledError):
                await listening
    return {"identified": len(server.connections.identified), "off": len(server.record.off)}


async def _listen(session: Session, home: Home) -> None:
    """Listen as the program does: whoever can't waits longer each time, until it went well for a while."""
    loop, failures = asyncio.get_running_loop(), 0

    async def give(_: Invocation) -> Reply:
        return Reply(text="")

    feed = Feed(
        offer=lambda _: True, expect=lambda _: None, interrupted=lambda _: None, resumed=lambda _: None, give=give,
    )  # fmt: skip
    while True:
        begun = loop.time()
        with suppress(LocumError):
            connected = await connect(session, home, machine_clock())
            try:
                await connected.listen(feed)
            finally:
                await connected.close()
        failures = 0 if loop.time() - begun > 300 else failures + 1
        await asyncio.sleep(min(2.0**failures, _PATIENCE))
