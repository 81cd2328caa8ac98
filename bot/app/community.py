"""One community while this process owns its intake, and with it its connections."""

import asyncio
from collections.abc import Collection

from bot.app.connection import Asked, ConnectionRun
from bot.app.frame import Frame
from bot.app.platforms import Entrances
from bot.app.stages import all_of
from bot.domain.outcome import OutcomeKind
from bot.domain.place import Connection
from bot.services.intake.intake import Intake
from bot.services.owning import Ownership, intake_lease, own
from bot.store.leases import Lease


class CommunityRun:
    """What is done for a community from gaining its lease to losing it."""

    def __init__(self, frame: Frame, community: str, entrances: Entrances, asked: Asked) -> None:
        self.community = community
        self.intake: Intake | None = None
        self._frame = frame
        self._intaking: asyncio.Task[None] | None = None
        self._stop = asyncio.Event()
        self._owning: list[asyncio.Task[None]] = []
        self.connections = [
            ConnectionRun(frame, name, entrance, lambda: self.intake, asked)
            for name, entrance in entrances.items()
            if entrance.community == community
        ]

    @property
    def ownership(self) -> Ownership:
        """What is to be owned for it."""
        return self._frame.ownership(intake_lease(self.community), gained=self._gained, lost=self._lost)

    async def _gained(self, lease: Lease) -> None:
        """Judge what comes in until called off; connections are taken only beside the intake that they feed."""
        frame = self._frame
        self.intake = intake = Intake(
            frame.store,
            frame.keys,
            frame.clock,
            frame.policies[self.community],
            lease=lease,
            lookup=frame.lookup,
            limits=frame.limits,
            planned=self.wake,
            emulated=self._emulated,
        )
        async with asyncio.TaskGroup() as group:
            self._intaking = group.create_task(intake.run())
            self._owning = [
                group.create_task(own(frame.store, frame.owner, connection.ownership, self._stop))
                for connection in self.connections
            ]

    def _emulated(self, connection: Connection) -> Collection[OutcomeKind]:
        """Return which sanctions a connection has no word for; while it isn't connected, nothing comes from there."""
        platforms = [one.platform for one in self.connections if one.connection == connection]
        return next((one.emulated() for one in platforms if one is not None), frozenset())

    async def _lost(self, _lease: Lease) -> None:
        self.intake = self._intaking = None

    def wake(self) -> None:
        """Say that something was planned."""
        for connection in self.connections:
            connection.wake()

    async def catch_up(self) -> None:
        """Read back what was missed on every connection."""
        await all_of([connection.catch_up() for connection in self.connections])

    async def hush(self) -> None:
        """Accept nothing more."""
        await all_of([connection.hush() for connection in self.connections])

    async def judge_the_rest(self) -> None:
        """Return once everything that waits is judged and stored."""
        if self.intake is not None and self._intaking is not None:
            self.intake.drain()
            await asyncio.wait({self._intaking})

    async def finish(self) -> None:
        """Return once all actions under way are settled, and let go of the connections."""
        await all_of([connection.finish() for connection in self.connections])
        self._stop.set()
        if self._owning:
            await asyncio.wait(self._owning)
