"""Serves the page inside the program's own event loop, and ends within seconds although pages are open."""

import asyncio
import socket
from collections.abc import Mapping, Sequence
from ipaddress import ip_address

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send

from adapters.local.web import acting, reading
from adapters.local.web.asked import Shown
from adapters.local.web.guard import loopback_hosts
from adapters.local.web.rendering import environment
from adapters.local.web.sessions import Sessions
from adapters.local.web.site import Answer, Site, make_site
from adapters.serving import Server
from bot.errors import LocumError
from bot.i18n import LANGUAGES

#: seconds that answers under way are given at the end; streams end by themselves
_PATIENCE = 2
#: connections that wait to be taken
_WAITING = 256

#: what is answered with, by method and address behind `/{community}/as/{who}`; the special ones stand before rooms
ROUTES: Mapping[tuple[str, str], Answer] = {
    ("POST", "/join"): acting.join,
    ("POST", "/verify"): acting.verify,
    ("POST", "/skip"): acting.skip,
    ("POST", "/life"): acting.life,
    ("POST", "/tour"): acting.tour,
    ("GET", ""): reading.first_room,
    ("GET", "/"): reading.first_room,
    ("GET", "/{room}"): reading.page,
    ("GET", "/{room}/events"): reading.stream,
    ("GET", "/{room}/complete"): reading.completions,
    ("GET", "/{room}/behind/{post}"): reading.behind,
    ("GET", "/{room}/person/{account}"): reading.person,
    ("POST", "/{room}/say"): acting.write,
    ("POST", "/{room}/press"): acting.press,
    ("POST", "/{room}/menu"): acting.menu,
    ("POST", "/{room}/posts/{post}/{deed}"): acting.change,
}


class AddressTakenError(LocumError):
    """Something else answers at that address already, or it isn't one of this machine's."""


class NeedsPasswordError(LocumError):
    """Beyond this machine, the page needs a password: anybody there may be anyone."""


class Serving:
    """A page that is served, from the moment it is made."""

    def __init__(
        self,
        shown: Mapping[str, Shown],
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        hosts: Sequence[str] = (),
        password: str = "",
    ) -> None:
        """Take the address, 0 for any free port; raises AddressTakenError and NeedsPasswordError."""
        if not password and not is_loopback(host):
            raise NeedsPasswordError
        self._socket = _taken(host, port)
        self._host, self._port = self._socket.getsockname()[:2]
        self._site = Site(shown=shown, sessions=Sessions(cookie=f"locum_{self._port}", password=password))
        #: set once somebody was answered
        self._asked = asyncio.Event()
        app = make_site(self._site, loopback_hosts(self._host, self._port, tuple(hosts)), ROUTES)
        self._server = Server(
            uvicorn.Config(
                _telling(app, self._asked),
                lifespan="off",
                log_config=None,
                access_log=False,
                server_header=False,
                proxy_headers=False,
                timeout_graceful_shutdown=_PATIENCE,
                http="h11",
                ws="none",
                loop="none",
            )
        )
        self._task: asyncio.Task[None] | None = None
        self._reading: asyncio.Task[None] | None = None

    @property
    def address(self) -> str:
        """Where to look."""
        return f"http://[{self._host}]:{self._port}/" if ":" in self._host else f"http://{self._host}:{self._port}/"

    async def start(self) -> None:
        """Return once the page answers."""
        self._reading = asyncio.create_task(_read_ahead(self._asked), name="templates")
        self._task = asyncio.create_task(self._server.serve([self._socket]), name="page")
        begun = asyncio.create_task(self._server.answers.wait())
        await asyncio.wait([begun, self._task], return_when=asyncio.FIRST_COMPLETED)
        begun.cancel()
        if self._task.done():
            self._task.result()

    async def stop(self) -> None:
        """End every stream, let answers under way end, and give the address back."""
        self._site.stopping.set()
        self._server.should_exit = True
        if self._reading is not None and not self._asked.is_set():
            self._reading.cancel()
        under_way = [task for task in (self._task, self._reading) if task is not None]
        if under_way:
            await asyncio.wait(under_way)
        await self._site.settle()
        self._socket.close()


def _telling(app: ASGIApp, asked: asyncio.Event) -> ASGIApp:
    """Return the application, which sets an event with every answer."""

    async def telling(scope: Scope, receive: Receive, send: Send) -> None:
        await app(scope, receive, send)
        asked.set()

    return telling


async def _read_ahead(asked: asyncio.Event) -> None:
    """Read every template while somebody looks at a first page, which has waited for none but its own."""
    await asked.wait()
    await asyncio.to_thread(_read_templates)


def _read_templates() -> None:
    for language in LANGUAGES:
        found = environment(language)
        for name in found.list_templates():
            found.get_template(name)


def is_loopback(host: str) -> bool:
    """Return whether only this machine reaches an address; a name but `localhost` could lead anywhere."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _taken(host: str, port: int) -> socket.socket:
    """Return a socket that listens."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    taken = socket.socket(family, socket.SOCK_STREAM)
    try:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind((host, port))
        taken.listen(_WAITING)
    except OSError:
        taken.close()
        raise AddressTakenError from None
    return taken
