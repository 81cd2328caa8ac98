"""One connection while this process owns it: performing its actions, listening to it, reading back what was missed."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial

from bot.app.frame import Frame
from bot.app.platforms import Entrance
from bot.app.stages import cancelled
from bot.domain.capability import Capability, Way
from bot.domain.command import Invocation, Reply, Suggestion
from bot.domain.gap import GapCause
from bot.domain.message import PlatformName
from bot.domain.place import Connection
from bot.ports import Connected, ConnectionRevokedError, Feed, Platform
from bot.services.evidence.copier import Copier
from bot.services.execution import check_execution
from bot.services.intake.intake import EndedError, Intake
from bot.services.intake.reading_back import catch_up
from bot.services.intake.recent import Gone, nobody
from bot.services.lacking import tell_once
from bot.services.outside.awaiting import Awaiting
from bot.services.outside.entering import Entering
from bot.services.outside.noting import Noting
from bot.services.outside.vanishing import Vanishing
from bot.services.owning import Ownership, connection_lease
from bot.services.performing import Needs, Performer, through_platform
from bot.services.work import begin_work
from bot.store.errors import OwnershipLostError
from bot.store.leases import Lease


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """What is done for whoever asks something through a connection."""

    #: carries out a command
    give: Callable[[Invocation], Awaitable[Reply]]
    #: says what an option could take
    complete: Callable[[Invocation, str, str], Awaitable[Sequence[Suggestion]]]


_LONGEST = 600.0
#: seconds after which a connection that ends didn't fail to begin
_LIVED = 300.0


class ConnectionRun:
    """What is done with a connection from gaining its lease to losing it."""

    def __init__(
        self, frame: Frame, name: str, entrance: Entrance, intake: Callable[[], Intake | None], asked: Asked
    ) -> None:
        self.name = name
        platform, _, workspace = name.partition("/")
        self.connection = Connection(platform=PlatformName(platform), workspace=workspace)
        self.performer: Performer | None = None
        self.copier: Copier | None = None
        self._frame, self._entrance, self._intake, self._asked = frame, entrance, intake, asked
        self._connected: Connected | None = None
        self._listening: asyncio.Task[None] | None = None
        self._performing: asyncio.Task[None] | None = None
        self._gone: Gone = nobody
        self._failures = 0

    @property
    def platform(self) -> Platform | None:
        """What is asked of it; None while it isn't connected here."""
        return None if self._connected is None else self._connected.platform

    @property
    def ownership(self) -> Ownership:
        """What is to be owned for it."""
        return self._frame.ownership(connection_lease(self.name), gained=self._gained, lost=self._lost)

    async def _gained(self, lease: Lease) -> None:
        """Connect, perform and listen until called off; whoever can't connect waits longer each time."""
        if self._failures:
            await asyncio.sleep(min(2.0**self._failures, _LONGEST))
        self._failures += 1
        began = asyncio.get_running_loop().time()
        try:
            await self._run(lease)
        finally:
            if asyncio.get_running_loop().time() - began > _LIVED:
                self._failures = 0

    async def _run(self, lease: Lease) -> None:
        frame = self._frame
        self._connected = connected = await self._entrance.connect()
        needs = Needs(
            store=frame.store,
            keys=frame.keys,
            clock=frame.clock,
            lease=lease,
            policies=frame.policies.get,
            allowed=check_execution(frame.policies.get),
            limits=frame.performing,
            emulated=connected.platform.emulated,
        )
        self.performer = performer = Performer(
            needs, through_platform(connected.platform), community=self._entrance.community
        )
        self.copier = copier = Copier(needs, connected.platform, keeps=frame.copies, copied=performer.wake)
        # whoever is let in has a good token: what a lost one had stopped goes on
        await performer.restored()
        async with asyncio.TaskGroup() as group:
            self._performing = group.create_task(performer.run())
            group.create_task(copier.run())
            self._listening = group.create_task(self._listen(connected))

    async def _listen(self, connected: Connected) -> None:
        intake = self._intake()
        if intake is None:
            return
        await intake.ready()
        connection = connected.platform.connection

        def interrupted(cause: GapCause) -> None:
            intake.interrupted(connection, cause)

        frame, community = self._frame, self._entrance.community
        vanishing = Vanishing(
            store=frame.store, keys=frame.keys, clock=frame.clock, policies=lambda: frame.policies[community],
            wake=self.wake,
        )  # fmt: skip
        awaiting = Awaiting(vanishing=vanishing)
        self._gone = awaiting.gone
        entering = Entering(
            store=frame.store, keys=frame.keys, clock=frame.clock, policies=lambda: frame.policies[community],
            wake=self.wake,
        )  # fmt: skip
        noting = Noting(
            store=frame.store,
            keys=frame.keys,
            clock=frame.clock,
            policies=lambda: frame.policies[community],
            connection=connection,
            wake=self.wake,
        )
        feed = Feed(
            offer=intake.offer,
            settled=intake.settled,
            expect=intake.expect,
            interrupted=interrupted,
            resumed=lambda at: intake.resumed(connection, at),
            give=self._asked.give,
            complete=self._asked.complete,
            noticed=noting.note,
            noticed_until=noting.until,
            gone=awaiting.gone,
            left=vanishing.left,
            entered=entering.entered,
            able=partial(self._able, connection),
        )
        looking = asyncio.create_task(awaiting.run())
        try:
            await connected.listen(feed)
        finally:
            await cancelled(looking)

    async def _able(self, connection: Connection, known: Sequence[Capability]) -> None:
        """Tell whoever runs the program, and the community's leads, what can't be done there."""
        frame = self._frame
        frame.lacks(connection.name, [one for one in known if one.way is Way.MISSING])
        policies = frame.policies[self._entrance.community]
        async with frame.store.writing() as tx:
            work = await begin_work(tx, frame.keys, policies, frame.clock.now())
            told = await tell_once(work, connection, known)
            await work.finish()
        if told:
            self.wake()

    def wake(self) -> None:
        """Say that something was planned, or is to be copied."""
        if self.performer is not None:
            self.performer.wake()
        if self.copier is not None:
            self.copier.wake()

    async def _lost(self, _lease: Lease) -> None:
        connected, self._connected, self.performer, self.copier = self._connected, None, None, None
        self._listening = self._performing = None
        if connected is not None:
            await connected.close()

    async def catch_up(self) -> None:
        """Read back what was missed, where that can be done now."""
        intake, connected = self._intake(), self._connected
        if intake is None or connected is None or self._listening is None:
            return
        try:
            await catch_up(intake, connected.platform, self._gone)
        except (EndedError, OwnershipLostError):
            # whoever took over reads it back
            return
        except ConnectionRevokedError:
            self._frame.tell.error("connection_revoked", connection=self.name)

    async def hush(self) -> None:
        """Listen no more."""
        await cancelled(self._listening)

    async def finish(self) -> None:
        """Begin no further action, and return once those under way are settled."""
        if self.copier is not None:
            self.copier.stop()
        if self.performer is not None and self._performing is not None:
            self.performer.stop()
            await asyncio.wait({self._performing})
