"""A Slack on loopback: its Web API, Socket Mode and all that apps and people meet, on one port, for a real client.

    async with LoopbackSlack(World()) as server:
        workspace = server.world.add_workspace("harbour")
        ...  # a client that is pointed at server.api

What was called and what came of it stands in `server.record`; what goes wrong is told to `server.faults`,
`server.delivery` and `server.sockets`; what people do, `server.hands` does.
"""

from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Self

from aiohttp import web

from tests.slack.answering import Answering
from tests.slack.delivery import Delivery
from tests.slack.faults import Faults
from tests.slack.hands import Hands
from tests.slack.http_delivery import Http
from tests.slack.limits import Limits
from tests.slack.record import Record
from tests.slack.socket import Sockets
from tests.slack.using import Asker
from tests.slack.world import World

Beside = Callable[[web.Request], Awaitable[web.StreamResponse]]
#: bytes of the largest request
LARGEST = 64 * 1024 * 1024


class LoopbackSlack:
    """Listens between `start` and `stop`; its world and port outlive a stop."""

    def __init__(self, world: World, *, port: int = 0) -> None:
        #: what is true
        self.world = world
        #: what goes wrong with calls
        self.faults = Faults()
        #: how often may be called
        self.limits = Limits()
        #: who is connected
        self.sockets = Sockets(now=world.now)
        #: how apps without sockets are told
        self.http = Http()
        #: what goes wrong with events
        self.delivery = Delivery(now=world.now, sockets=self.sockets, http=self.http)
        #: what people do
        self.hands = Hands(world=world, asker=Asker(world=world, delivery=self.delivery))
        self._port = port
        self._beside: list[tuple[str, str, Beside]] = []
        self._runner: web.AppRunner | None = None
        world.deliver = self.delivery.emit
        world.connect = lambda app: self.sockets.ticket(app.id)

    @property
    def record(self) -> Record:
        """Return what was asked, and what came of it."""
        return self.world.record

    @property
    def api(self) -> str:
        """Return where the Web API is, as clients want it: `AsyncWebClient(base_url=server.api)`."""
        return f"http://127.0.0.1:{self._port}/api/"

    def beside(self, method: str, path: str, handler: Beside) -> None:
        """Add a route that is no part of Slack, before `start`."""
        self._beside.append((method, path, handler))

    async def start(self) -> None:
        """Listen: on a free port at first, on the same one ever after."""
        app = web.Application(client_max_size=LARGEST)
        answering = Answering(world=self.world, limits=self.limits, faults=self.faults)
        app.router.add_get("/link", self.sockets.connect)
        app.router.add_route("*", "/api/{method}", answering.method)
        app.router.add_post("/actions/{path:.*}", answering.respond)
        app.router.add_get("/files-pri/{path:.*}", answering.file)
        app.router.add_post("/upload/v1/{team}/{file}", answering.upload)
        for method, path, beside in self._beside:
            app.router.add_route(method, path, beside)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self._port, reuse_address=True)
        await site.start()
        self._port = int(self._runner.addresses[0][1])
        self.world.host = f"http://127.0.0.1:{self._port}"
        self.sockets.host = f"ws://127.0.0.1:{self._port}"

    async def stop(self) -> None:
        """Stop listening, as a machine does whose cable was pulled."""
        self.sockets.drop()
        await self.delivery.stop()
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
