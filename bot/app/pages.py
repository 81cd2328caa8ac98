"""Pages that reach staff outside the platforms, while this process owns them."""

import asyncio

from bot.app.frame import Frame
from bot.ports import Pager
from bot.services.owning import Ownership, connection_lease
from bot.services.performing import PAGER, Needs, Performer, through_pager
from bot.store.leases import Lease


class PagerRun:
    """What is done with pages from gaining their lease to losing it."""

    def __init__(self, frame: Frame, pager: Pager) -> None:
        self._frame, self._pager = frame, pager
        self._performer: Performer | None = None
        self._performing: asyncio.Task[None] | None = None

    @property
    def ownership(self) -> Ownership:
        """What is to be owned for it."""
        return self._frame.ownership(connection_lease(PAGER), gained=self._gained, lost=self._lost)

    async def _gained(self, lease: Lease) -> None:
        frame = self._frame
        needs = Needs(store=frame.store, keys=frame.keys, clock=frame.clock, lease=lease, policies=frame.policies.get)
        self._performer = Performer(needs, through_pager(self._pager))
        async with asyncio.TaskGroup() as group:
            self._performing = group.create_task(self._performer.run())

    async def _lost(self, _lease: Lease) -> None:
        self._performer = self._performing = None

    def wake(self) -> None:
        """Say that a page was planned."""
        if self._performer is not None:
            self._performer.wake()

    async def finish(self) -> None:
        """Begin no further page, and return once those under way are settled."""
        if self._performer is not None and self._performing is not None:
            self._performer.stop()
            await asyncio.wait({self._performing})
