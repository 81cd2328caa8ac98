"""Runs the chat of our own beside the program: its communities, their page, and the time that may be sent ahead."""

import asyncio
from collections.abc import Coroutine, Mapping
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from adapters.local.chat.chat import Chat
from adapters.local.community import LocalCommunity
from adapters.local.connected import LocalConnected
from adapters.local.life.life import Life
from adapters.local.tour.tour import Tour
from adapters.local.web.asked import Shown
from adapters.local.web.server import AddressTakenError, Serving
from bot.app.ahead import AheadClock
from bot.app.alone import chat_folder
from bot.app.app import App
from bot.app.backstage import LocalBackstage
from bot.app.clock import machine_clock
from bot.app.enrolling import furnish, people
from bot.app.logs import Log
from bot.app.platforms import Entrance, Entrances
from bot.app.stages import cancelled
from bot.domain.message import PlatformName
from bot.domain.place import Connection
from bot.errors import LocumError
from bot.policy.policy_set import PolicySet
from bot.policy.source import community_names
from bot.ports import Connected, Feed, Platform
from bot.services.tracing.checking import Checking
from bot.settings import Settings
from bot.store.engine import open_store

#: seconds for which the page waits until the program listens: then it is shown, and says so by itself
_PATIENCE = 3.0
#: seconds between two looks whether the policies are others now
_LOOK = 0.5


class PageTakenError(LocumError):
    """The page can't be shown there: the address is taken or isn't this machine's; see LOCUM_LOCAL."""


class _Connection:
    """A connected chat, whose file is given back with the last connection to it."""

    def __init__(self, community: LocalCommunity, run: "LocalRun") -> None:
        self._connected, self._community, self._run = LocalConnected(community), community, run

    @property
    def platform(self) -> Platform:
        """What is asked of it."""
        return self._connected.platform

    async def listen(self, feed: Feed) -> None:
        """Hand over everything that arrives until it is called off."""
        await self._connected.listen(feed)

    async def close(self) -> None:
        """Let go of it; what was planned until then is done."""
        await self._connected.close()
        self._run.let_go(self._community.name)


class LocalRun:
    """The chats of a program's communities, from before its start until after its stop."""

    def __init__(self, settings: Settings, tell: Log) -> None:
        """Read how far the time is ahead; raise AheadFileError."""
        self._settings, self._tell = settings, tell
        self._folder = chat_folder(settings)
        self.clock = AheadClock(machine_clock(), self._folder / "chat-time")
        self._communities: dict[str, LocalCommunity] = {}
        self._opened, self._closing = asyncio.Event(), False
        self._serving: Serving | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._connected: set[str] = set()

    @property
    def entrances(self) -> Entrances:
        """The way in for every community that has policies, or is named in the settings."""
        return {
            Connection(platform=PlatformName.LOCAL, workspace=name).name: Entrance(
                community=name, connect=partial(self._connect, name)
            )
            for name in _names(self._settings)
        }

    @property
    def address(self) -> tuple[str, int] | None:
        """Where the page answers; None while it doesn't."""
        if self._serving is None:
            return None
        found = urlsplit(self._serving.address)
        return found.hostname or "", found.port or 0

    @property
    def communities(self) -> Mapping[str, LocalCommunity]:
        """The chats by community; none before they are opened."""
        return self._communities

    async def open(self, app: App) -> None:
        """Show the page of a program that has started; raise PageTakenError."""
        settings = self._settings
        checking = Checking(partial(open_store, settings.database.get_secret_value(), alone=False))
        for name, policies in app.frame.policies.items():
            origin = f"{settings.origin}/{name}"
            community = LocalCommunity(
                chat=Chat(self._file(name), self.clock.now),
                backstage=LocalBackstage(name, app, self.clock, origin, checking),
            )
            furnish(community.chat, policies, self.clock.now())
            people(community.chat, self.clock.now())
            self._communities[name] = community
        self._opened.set()
        self._begin("rooms", self._keep_furnished(dict(app.frame.policies)))
        await self._listening()
        await self._serve()

    async def close(self) -> None:
        """Show the page no longer; the chats stay open until the program has done what it planned."""
        self._closing = True
        if self._serving is not None:
            await self._serving.stop()
        for task in self._tasks:
            await cancelled(task)
        for name in set(self._communities) - self._connected:
            self.let_go(name)

    def let_go(self, name: str) -> None:
        """Note that nothing is asked of a chat any more; at the end its file is given back."""
        self._connected.discard(name)
        if self._closing and name in self._communities:
            self._communities.pop(name).chat.close()

    async def _connect(self, name: str) -> Connected:
        """Wait until the chats are open, and connect one."""
        await self._opened.wait()
        self._connected.add(name)
        return _Connection(self._communities[name], self)

    def _file(self, name: str) -> Path:
        self._folder.mkdir(parents=True, exist_ok=True)
        return self._folder / f"chat-{name}.sqlite"

    async def _listening(self) -> None:
        """Return once the program listens to every chat: what is done on the page by then isn't turned away."""
        end = asyncio.get_running_loop().time() + _PATIENCE
        while any(one.feed is None for one in self._communities.values()):
            if asyncio.get_running_loop().time() > end:
                # whoever else owns the connection gives it up by itself
                return
            await asyncio.sleep(0.01)

    async def _serve(self) -> None:
        """Answer at the address, and let begin what goes on by itself."""
        settings, place = self._settings, self._settings.local
        if place is None:
            return
        shown = {name: self._shown(one) for name, one in self._communities.items()}
        try:
            self._serving = Serving(
                shown,
                host=place.host,
                port=place.port,
                hosts=settings.local_hosts,
                password=settings.local_password.get_secret_value(),
            )
        except AddressTakenError as error:
            raise PageTakenError from error
        await self._serving.start()
        for one in shown.values():
            if isinstance(one.life, Life):
                self._begin(f"life of {one.community.name}", self._live(one.community.name, one.life))

    def _shown(self, community: LocalCommunity) -> Shown:
        life = Life(community, seed=self._settings.local_seed) if self._settings.local_life else None
        return Shown(community=community, life=life, tour=Tour(community))

    async def _live(self, name: str, life: Life) -> None:
        """Let a community live; what goes wrong with one act is told, and the next one follows."""
        while True:
            try:
                await life.run()
            except Exception as error:  # noqa: BLE001 - whatever it is, the page is to go on showing a community
                self._tell.error("job_failed", job=f"life of {name}", problem=error)
            await asyncio.sleep(_LOOK)

    def _begin(self, name: str, work: Coroutine[Any, Any, None]) -> None:
        """Have something go on beside the page; that it ended by itself is told."""

        def ended(task: "asyncio.Task[None]") -> None:
            if not task.cancelled() and isinstance(error := task.exception(), Exception):
                self._tell.error("job_failed", job=name, problem=error)

        task = asyncio.create_task(work, name=name)
        task.add_done_callback(ended)
        self._tasks.append(task)

    async def _keep_furnished(self, known: dict[str, PolicySet]) -> None:
        """Bring rooms and people up to date whenever other policies apply."""
        while True:
            await asyncio.sleep(_LOOK)
            for name, community in self._communities.items():
                policies = community.backstage.policies
                if policies is not known.get(name):
                    known[name] = policies
                    furnish(community.chat, policies, self.clock.now())


def _names(settings: Settings) -> tuple[str, ...]:
    """Return the communities that the program runs; what is wrong with them it says itself."""
    found = community_names(settings.policies) if settings.policies.is_dir() else ()
    return tuple(settings.communities) or found
