"""A whole program for tests: policies, a fake platform to listen to, a log that can be read."""

import asyncio
import io
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from bot.app.app import App
from bot.app.logs import Log, make_log
from bot.app.platforms import Entrance
from bot.domain.judgement import Mode
from bot.domain.message import AccountRef, Channel, Member, Message, MessageRef, PlatformName
from bot.domain.place import Connection, Stream
from bot.ports import Clock, Feed
from bot.services.performing import Limits
from bot.settings import Place, Settings
from tests.fakes.platform import FakePlatform
from tests.fakes.world import World
from tests.policy.folders import write

CONNECTION = Connection(platform=PlatformName.DISCORD, workspace="W1")
AUTHOR = AccountRef(platform=PlatformName.DISCORD, workspace="W1", user="814220091188")

COMMUNITY = """\
community: acme
zone: UTC
languages: [en]
mode: live
act_within: 30m
channels:
  help: {discord: "4101"}
automation:
  may: [delete, {timeout: {up_to: 7d}}]
"""
RULES = """\
guideline: respect
title: {en: Be respectful}
text: {en: Be kind}
rules:
  - {id: slur, when: {words: [blockhead]}, severity: high, then: [delete, {notice: respect}, {timeout: 1h}]}
"""


def policies(folder: Path, **files: str) -> Path:
    """Write a sound policy folder and return it."""
    return write(folder, {"community.yaml": COMMUNITY, "guidelines/respect.yaml": RULES, **files})


def settings_of(folder: Path, database: str, **changes: Any) -> Settings:
    """Return settings for a program of its own."""
    given: dict[str, Any] = {
        "database": SecretStr(database),
        "key_file": folder / "keys.json",
        "policies": folder / "policies",
        "health_file": folder / "health.json",
        "metrics": Place(host="127.0.0.1", port=0),
        "drain_seconds": 5,
        **changes,
    }
    nothing: dict[str, Any] = {"_env_file": None}
    return Settings(**nothing, **given)


class Lines:
    """A log that can be read."""

    def __init__(self) -> None:
        self.out = io.StringIO()
        self.tell: Log = make_log(form="json", level="debug", file=self.out)

    @property
    def text(self) -> str:
        return self.out.getvalue()

    @property
    def events(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.text.splitlines()]

    def steps(self, event: str = "step_done") -> list[str]:
        return [line["step"] for line in self.events if line["event"] == event]


class Server:
    """A connected server that hands over what tests say in it."""

    def __init__(self, world: World) -> None:
        self.platform = FakePlatform(world=world, connection=CONNECTION)
        self.feed: Feed | None = None
        self.listening = asyncio.Event()
        self.closed = 0
        self.refuses: Exception | None = None

    async def connect(self) -> "Server":
        if self.refuses is not None:
            raise self.refuses
        return self

    async def listen(self, feed: Feed) -> None:
        self.feed = feed
        feed.resumed(datetime.now(UTC))
        self.listening.set()
        try:
            await asyncio.Event().wait()
        finally:
            self.listening.clear()
            self.feed = None

    async def close(self) -> None:
        self.closed += 1

    def entrances(self) -> dict[str, Entrance]:
        return {CONNECTION.name: Entrance(community="acme", connect=self.connect)}

    def say(self, text: str, number: int) -> bool:
        """Have somebody write a message."""
        channel = Channel(platform=PlatformName.DISCORD, workspace="W1", id="4101")
        message = Message(
            ref=MessageRef(
                platform=PlatformName.DISCORD, workspace="W1", channel="4101", message=f"99110022{number:06}"
            ),
            channel=channel,
            author=Member(key=AUTHOR.user, account=AUTHOR),
            at=datetime.now(UTC),
            text=text,
        )
        self.platform.world.join(AUTHOR)
        self.platform.world.post(message)
        assert self.feed is not None
        return self.feed.offer(message)

    @property
    def standing(self) -> int:
        """How many messages stand in the channel."""
        stream = Stream(platform=PlatformName.DISCORD, workspace="W1", channel="4101")
        return len(self.platform.world.messages.get(stream, {}))


@asynccontextmanager
async def running(
    folder: Path, database: str, *, server: Server | None = None, clock: Clock | None = None,
    lines: Lines | None = None, performing: Limits | None = None, trusting: bool = True, first: Mode = Mode.SHADOW,
    **changes: Any,
) -> AsyncIterator[App]:  # fmt: skip
    """Run a program for as long as the block lasts; what the folder holds is active at once unless told otherwise."""
    if trusting or not (folder / "policies").exists():
        policies(folder)
    entrances = server.entrances() if server is not None else {}
    app = App(
        settings_of(folder, database, **changes), (lines or Lines()).tell, entrances=entrances, clock=clock,
        performing=performing, trusting=trusting, first=first,
    )  # fmt: skip
    await app.start()
    try:
        yield app
    finally:
        await app.stop()


async def until(condition: Any, seconds: float = 120.0) -> None:
    """Wait until something is true."""
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 - what is waited for has no event of its own
            await asyncio.sleep(0.02)
