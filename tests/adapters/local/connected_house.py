"""A chat and a core that listens to it, each of which can end at any moment while the other goes on."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, cast

from sqlalchemy import select

from adapters.local.backstage import Backstage
from adapters.local.chat.chat import LOCUM
from adapters.local.chat.types import Post
from adapters.local.community import LocalCommunity
from adapters.local.connected import LocalConnected
from adapters.local.reading import as_message
from bot.domain.command import Invocation, Reply
from bot.domain.gap import GapCause
from bot.domain.message import AccountRef, Message, PlatformName
from bot.domain.place import Connection, Stream
from bot.errors import LocumError
from bot.policy.policy_set import PolicySet
from bot.ports import Feed
from bot.services.execution import check_execution
from bot.services.intake.digest import digester
from bot.services.intake.intake import EndedError, Intake
from bot.services.intake.reading_back import catch_up
from bot.services.intake.settings import Limits
from bot.services.performing import Needs, Performer, through_platform
from bot.services.record import begin_ledger
from bot.store.communities import add_community
from bot.store.engine import Store
from bot.store.leases import take
from bot.store.policies import activate_policy
from bot.store.tables import channels, seen
from tests.adapters.local.chat.rooms import Place, furnished
from tests.fakes.keys import FakeKeys
from tests.services.intake.house import policies_of

CONNECTION = Connection(platform=PlatformName.LOCAL, workspace="acme")


@dataclass(frozen=True, kw_only=True)
class Named:
    """As much of what is behind the scenes as a connection needs: the community's name."""

    community: str = "acme"


class FullError(LocumError):
    """Nothing can be recorded now."""


@dataclass(kw_only=True)
class Harbour:
    """One community on the local chat."""

    store: Store
    place: Place
    policies: PolicySet = field(default_factory=policies_of)
    keys: FakeKeys = field(default_factory=FakeKeys)
    limits: Limits = field(default_factory=lambda: Limits(first_wait=0.001, longest_wait=0.01))
    #: seconds after which what was handed over is taken to be stored; None for as many as in life
    sure: float | None = None
    #: what was said to the core about the connection itself, in order
    said: list[str] = field(default_factory=list)
    #: texts of what was handed over, in order
    offered: list[str] = field(default_factory=list)
    #: posts that went, with their streams, and members who left, in order
    gone: list[tuple[Stream, str]] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    #: how much can't be recorded, each time once
    failing: int = 0
    intake: Intake | None = None
    community: LocalCommunity = field(init=False)
    connected: LocalConnected = field(init=False)
    _tasks: "list[asyncio.Task[None]]" = field(default_factory=list)

    def __post_init__(self) -> None:
        self._open()

    def _open(self) -> None:
        self.community = LocalCommunity(chat=self.place.chat, backstage=cast("Backstage", Named()))
        more = {} if self.sure is None else {"sure": self.sure}
        self.connected = LocalConnected(self.community, **more)

    async def start(self) -> Intake:
        """Begin to listen, as a program does once it owns the connection."""
        intake = Intake(self.store, self.keys, self.place.clock, self.policies, limits=self.limits)
        self.intake = intake
        self._tasks = [asyncio.create_task(intake.run())]
        await intake.ready()
        self._tasks.append(asyncio.create_task(self.connected.listen(self.feed(intake))))
        await self.until(lambda: self.community.feed is not None)
        return intake

    def feed(self, intake: Intake) -> Feed:
        """Return what the connection tells an intake by."""

        def noted(word: str, call: Callable[[Any], None]) -> Callable[[Any], None]:
            def note(value: object) -> None:
                self.said.append(word)
                call(value)

            return note

        async def give(invocation: Invocation) -> Reply:
            return Reply(text=f"{invocation.command} was given")

        def offer(message: Message) -> bool:
            self.offered.append(message.text)
            return intake.offer(message)

        def interrupted(cause: GapCause) -> None:
            intake.interrupted(CONNECTION, cause)

        async def gone(stream: Stream, posts: Sequence[str], _at: datetime) -> None:
            if self.failing:
                self.failing -= 1
                raise FullError
            self.gone += [(stream, post) for post in posts]

        async def left(account: AccountRef, _at: datetime) -> None:
            self.left.append(account.user)

        return Feed(
            gone=gone,
            left=left,
            offer=offer,
            expect=noted("expect", intake.expect),
            interrupted=noted("interrupted", interrupted),
            resumed=noted("resumed", lambda at: intake.resumed(CONNECTION, at)),
            give=give,
        )

    async def crash(self) -> None:
        """Throw the core away, wherever it stands; the chat goes on."""
        for task in self._tasks:
            task.cancel()
            with suppress(asyncio.CancelledError, EndedError):
                await task
        self.intake, self._tasks = None, []

    def restart_chat(self) -> None:
        """Open the chat's file anew, as after the death of the whole process."""
        self.place.restart()
        self._open()

    async def settle(self) -> None:
        """Return once everything is handed over, judged and stored, and what was missed is read back."""
        intake = self.intake
        assert intake is not None
        for _ in range(3):
            # the connection is woken, and hands over all there is, before anything else is looked at
            for _ in range(20):
                await asyncio.sleep(0)
            await self.until(lambda: not intake.health().waiting and not intake.health().pending)
            await intake.judge([])
            await catch_up(intake, self.connected.platform)

    async def until(self, condition: Callable[[], bool]) -> None:
        """Return once something holds, or raise what ended the core."""
        async with asyncio.timeout(120):
            while not condition():
                for task in self._tasks:
                    if task.done():
                        task.result()
                await asyncio.sleep(0)

    def posts(self) -> list[Post]:
        """Return everything that members wrote and that stands in rooms that are moderated."""
        chat = self.place.chat
        return [
            post for room in chat.rooms() for post in chat.posts(room.id, most=10_000)
            if post.gone_at is None and post.author != LOCUM
        ]  # fmt: skip

    async def unjudged(self) -> list[Post]:
        """Return the posts whose content, as it stands, nobody judged."""
        digest = digester(self.keys)
        async with self.store.reading() as tx:
            rows = await tx.execute(
                select(seen.c.message, seen.c.digest).join(channels, channels.c.id == seen.c.channel)
            )  # fmt: skip
            judged = {(message, bytes(content)) for message, content in rows}
        found = []
        for post in self.posts():
            message = as_message(self.place.chat, "acme", post)
            assert message is not None
            if (post.id, digest(message)) not in judged:
                found.append(post)
        return found

    async def perform(self) -> None:
        """Perform whatever is due."""
        async with self.store.writing() as tx:
            lease = await take(tx, f"connection:{CONNECTION.name}", "one", 10**7)
        assert lease is not None
        needs = Needs(
            store=self.store,
            keys=self.keys,
            clock=self.place.clock,
            lease=lease,
            policies=lambda _: self.policies,
            allowed=check_execution(lambda _: self.policies),
            chance=lambda: 0.0,
        )
        performer = Performer(needs, through_platform(self.connected.platform), community="acme")
        while await performer.perform_due():
            pass


async def build(store: Store, folder: Path, **fields: Any) -> Harbour:
    """Return a community whose ledger has begun, and to which nobody listens yet."""
    harbour = Harbour(store=store, place=furnished(folder), **fields)
    async with store.writing() as tx:
        await add_community(tx, "acme", harbour.place.clock.now())
        await begin_ledger(tx, "acme", "locum.test/acme", harbour.place.clock.now())
        await activate_policy(tx, "acme", harbour.policies.version)
    return harbour
