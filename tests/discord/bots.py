"""Bots for the tests of the server: the real library, and a bare websocket where it is too polite."""

import asyncio
import json
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any

import aiohttp
import discord
from discord import app_commands

from tests.discord.server import LoopbackDiscord

Use = Callable[[discord.Interaction], Awaitable[Any]]


async def until(holds: Callable[[], Any], *, seconds: float = 60.0) -> None:
    """Return when something holds; the deadline only ends a hang."""
    async with asyncio.timeout(seconds):
        while not holds():  # noqa: ASYNC110 - what is waited for tells nobody
            await asyncio.sleep(0.005)


class Bot(discord.Client):
    """A bot that keeps what it hears."""

    def __init__(self, *, intents: discord.Intents | None = None, **options: Any) -> None:
        # a guild that nobody hears more of isn't waited for: there are one or two
        settings = {"guild_ready_timeout": 0.05, "chunk_guilds_at_startup": False} | options
        super().__init__(intents=intents or discord.Intents.all(), **settings)
        self.tree = app_commands.CommandTree(self)
        #: names of events, in order
        self.heard: list[str] = []
        #: what was said
        self.said: list[str] = []
        #: what is done with buttons, menus and forms
        self.on_use: Use | None = None

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Begin a session at once: the server of these tests lets it."""

    async def on_socket_event_type(self, name: str) -> None:
        self.heard.append(name)

    async def on_message(self, message: discord.Message) -> None:
        self.said.append(message.content)

    async def on_interaction(self, interaction: discord.Interaction) -> None:
        used = {discord.InteractionType.component, discord.InteractionType.modal_submit}
        if self.on_use is not None and interaction.type in used:
            await self.on_use(interaction)


@asynccontextmanager
async def connected(server: LoopbackDiscord, bot: Bot | None = None) -> AsyncIterator[Bot]:
    """Run a bot while the block runs; it is ready when the block begins."""
    server.connections.identify_every = 0
    bot = bot or Bot()
    task = asyncio.create_task(bot.start(server.world.token))
    try:
        await until(lambda: task.done() or bot.is_ready())
        if task.done():
            await task
        yield bot
    finally:
        await bot.close()
        with suppress(discord.DiscordException):
            await task


@dataclass(kw_only=True)
class Wire:
    """A bare connection to the gateway, which says what a library wouldn't."""

    #: the connection
    socket: aiohttp.ClientWebSocketResponse
    _packed: Any = None

    async def send(self, op: int, data: Any = None) -> None:
        """Send a payload."""
        await self.socket.send_json({"op": op, "d": data})

    async def next(self) -> Any:
        """Return the next payload; of a connection that ended its close code."""
        message = await self.socket.receive(timeout=60)
        match message.type:
            case aiohttp.WSMsgType.TEXT:
                return json.loads(message.data)
            case aiohttp.WSMsgType.BINARY:
                self._packed = self._packed or zlib.decompressobj()
                return json.loads(self._packed.decompress(message.data))
        return self.socket.close_code

    async def identify(self, server: LoopbackDiscord, **more: Any) -> None:
        """Begin a session."""
        properties = {"os": "linux", "browser": "tests", "device": "tests"}
        asked = {"token": server.world.token, "properties": properties, "intents": 1 << 9} | more
        await self.send(2, asked)

    async def event(self, name: str) -> Any:
        """Return the data of the next event with a name."""
        while True:
            payload = await self.next()
            assert isinstance(payload, dict), f"closed with {payload}"
            if payload["t"] == name:
                return payload["d"]

    async def ended(self) -> int:
        """Return the code with which the connection was closed, whatever came before."""
        while True:
            payload = await self.next()
            if not isinstance(payload, dict):
                return int(payload)


@asynccontextmanager
async def wired(server: LoopbackDiscord, query: str = "v=10&encoding=json") -> AsyncIterator[Wire]:
    """Connect to the gateway while the block runs, and pass over HELLO."""
    async with (
        aiohttp.ClientSession() as session,
        session.ws_connect(f"{server.gateway}?{query}", autoclose=True) as socket,
    ):
        wire = Wire(socket=socket)
        if query.startswith("v=10&encoding=json"):
            hello = await wire.next()
            assert hello["op"] == 10
        yield wire
