"""A Discord on loopback: its REST interface and its gateway on one port, for a real client.

    async with LoopbackDiscord(World()) as server:
        guild = server.world.add_guild("Harbour", permissions=Permission.ADMINISTRATOR)
        ...  # a bot that is pointed at server.api and server.gateway

What went over the wire and what came of it stands in `server.record`; what goes wrong is told to `server.faults`,
`server.delivery` and `server.connections`; what people do, `server.hands` does.
"""

from collections.abc import Awaitable, Callable, Sequence
from types import TracebackType
from typing import Self

from aiohttp import web

from tests.discord.answering import Answering
from tests.discord.delivery import Delivery
from tests.discord.faults import Faults
from tests.discord.gateway import Gateway
from tests.discord.hands import Hands
from tests.discord.interactions import BOOK, Interactions
from tests.discord.limits import Limits
from tests.discord.record import Record
from tests.discord.routes import ROUTES
from tests.discord.world import World

Beside = Callable[[web.Request], Awaitable[web.Response]]
#: bytes of the largest request
LARGEST = 64 * 1024 * 1024


class LoopbackDiscord:
    """Listens between `start` and `stop`; its world, sessions and port outlive a stop."""

    def __init__(self, world: World, *, port: int = 0) -> None:
        #: what is true
        self.world = world
        #: what goes wrong with requests and connections
        self.faults = Faults()
        #: how often may be asked
        self.limits = Limits()
        #: who is connected
        self.connections = Gateway(world=world, faults=self.faults)
        #: what goes wrong with events
        self.delivery = Delivery(tell=self.connections.sessions.emit)
        #: what people asked of the bot
        self.interactions = Interactions(world=world)
        #: what people do
        self.hands = Hands(world=world, interactions=self.interactions)
        self._port = port
        self._beside: list[tuple[str, str, Beside]] = []
        self._runner: web.AppRunner | None = None
        world.emit = self.delivery.emit
        world.sessions_left = self.connections.remaining

    @property
    def record(self) -> Record:
        """Return what was asked, and what came of it."""
        return self.world.record

    @property
    def api(self) -> str:
        """Return where the REST interface is."""
        return f"http://127.0.0.1:{self._port}/api/v10"

    @property
    def gateway(self) -> str:
        """Return where the gateway is."""
        return f"ws://127.0.0.1:{self._port}/gateway"

    def beside(self, method: str, path: str, handler: Beside) -> None:
        """Add a route that is no part of Discord, before `start`."""
        self._beside.append((method, path, handler))

    async def start(self) -> None:
        """Listen: on a free port at first, on the same one ever after."""
        app = web.Application(client_max_size=LARGEST)
        app[BOOK] = self.interactions
        answering = Answering(world=self.world, limits=self.limits, faults=self.faults)
        app.router.add_get("/gateway", self.connections.connect)
        app.router.add_get("/gateway/", self.connections.connect)
        for method, path in _specific_first():
            app.router.add_route(method, f"/api/v10{path}", answering.of(ROUTES[method, path]))
        for method, path, beside in self._beside:
            app.router.add_route(method, path, beside)
        app.router.add_get("/attachments/{path:.*}", answering.file)
        app.router.add_route("*", "/{path:.*}", answering.unknown)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self._port, reuse_address=True)
        await site.start()
        self._port = int(self._runner.addresses[0][1])
        self.world.gateway_url = self.gateway
        self.world.host = f"http://127.0.0.1:{self._port}"

    async def stop(self) -> None:
        """Stop listening, as a machine does whose cable was pulled; sessions can be resumed afterwards."""
        self.connections.drop()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()


def _specific_first() -> Sequence[tuple[str, str]]:
    """Return routes so that `@me` and `@original` are looked for before any id."""
    return sorted(ROUTES, key=lambda one: one[1].count("{"))
