"""Copies one connection's messages: woken by commits, swept in any case, what has the least time left first."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

from bot.domain.evidence import Missing
from bot.ports import ConnectionRevokedError, HistoryLostError, Platform, PlatformUnavailableError
from bot.services.evidence.looking import Found, Place, look
from bot.services.evidence.storing import Storing, keep
from bot.services.performing.needs import Needs
from bot.store.copies import Copy, waiting_copies
from bot.store.engine import Tx
from bot.store.errors import UnavailableError
from bot.store.leases import hold
from bot.store.messages import message_refs, message_streams, message_times

#: messages that are copied side by side: whatever acts has the platform's limits for itself
_AT_ONCE = 4
#: seconds for one message, its files included
_PATIENCE = 8.0
#: for so long files are kept where nobody says otherwise
KEEPS = timedelta(days=30)


def _nobody() -> None:
    return None


class Copier:
    """Whoever copies what is to be copied through one connection; its owner holds the connection's lease."""

    def __init__(
        self, needs: Needs, platform: Platform, *, keeps: timedelta = KEEPS, copied: Callable[[], None] = _nobody
    ) -> None:
        self._needs = needs
        self._platform = platform
        self._keeps = keeps
        #: is told when what waited for a copy may go on
        self._copied = copied
        self._woken = asyncio.Event()
        self._stopping = False

    def wake(self) -> None:
        """Say that something is to be copied: call it after the commit."""
        self._woken.set()

    def stop(self) -> None:
        """Let `run` return once the messages under way are stored."""
        self._stopping = True
        self._woken.set()

    async def run(self) -> None:
        """Copy whatever waits until it is told to stop; raises OwnershipLostError when another process took over."""
        while not self._stopping:
            self._woken.clear()
            with suppress(UnavailableError):
                if await self.copy_due():
                    continue
            with suppress(TimeoutError):
                await asyncio.wait_for(self._woken.wait(), self._needs.limits.sweep)

    async def copy_due(self) -> int:
        """Copy what waits, a few messages at once, and return how many came to their end.

        What the platform can't be asked for now waits on, until its time is over.
        """
        async with self._needs.store.reading() as tx:
            waiting = await waiting_copies(tx, self._platform.connection.name, most=_AT_ONCE)
        if not waiting:
            return 0
        done = await asyncio.gather(*(self._copy(community, one) for community, one in waiting))
        return sum(done)

    async def _copy(self, community: str, copy: Copy) -> bool:
        policies = self._needs.policies(community)
        found = None if policies is None else await self._found(copy)
        if found is None or policies is None:
            return False
        storing = Storing(keys=self._needs.keys, community=community, policies=policies, keeps=self._keeps)
        async with self._needs.store.writing() as tx:
            await hold(tx, self._needs.lease)
            done = await keep(tx, storing, copy, found, self._needs.clock.now())
        self._copied()
        return done

    async def _found(self, copy: Copy) -> Found | None:
        """Return what there is to be kept; None where it is to be asked for again."""
        left = (copy.until - self._needs.clock.now()).total_seconds()
        if left <= 0:
            return Found(missing=Missing.LATE)
        async with self._needs.store.reading() as tx:
            place = await _place(tx, copy.message)
        if place is None:
            return Found(missing=Missing.GONE)
        try:
            async with asyncio.timeout(min(left, _PATIENCE)):
                return await look(self._platform, place, around=copy.around)
        except HistoryLostError:
            return Found(missing=Missing.GONE)
        except (TimeoutError, PlatformUnavailableError, ConnectionRevokedError):
            return None
        except Exception:  # noqa: BLE001 - an adapter's mistake must not keep a message from being deleted
            return Found(missing=Missing.NO_ANSWER)


async def _place(tx: Tx, message: str) -> Place | None:
    """Return where a message stands or stood; None where that was forgotten."""
    ref = (await message_refs(tx, [message])).get(message)
    stream = (await message_streams(tx, [message])).get(message)
    at = (await message_times(tx, [message])).get(message)
    return None if ref is None or stream is None or at is None else Place(ref=ref, stream=stream, at=at)
