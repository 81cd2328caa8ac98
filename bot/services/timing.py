"""The sweep of timers: what is due fires in the transaction that claims it, so exactly once whatever is killed when.

A timer whose firing fails keeps no other from firing: a batch that fails is halved until what failed is alone. That one
waits longer after every attempt, and is given up, visibly, after the last.
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self

from bot.errors import LocumError
from bot.ports import Clock
from bot.store.engine import Store, Tx
from bot.store.errors import OwnershipLostError, UnavailableError
from bot.store.timers import Timer, claim, due_attempts, due_kinds, put_off

#: fires timers of one kind and one community together, inside the transaction that claimed them
Handler = Callable[[Tx, Sequence[Timer], datetime], Awaitable[None]]

#: timers that one transaction fires at most
BATCH = 200
#: failures after which a timer is given up: some forty minutes
ATTEMPTS = 12
_LONGEST = 600.0
_BATCHES = 50
_NOT_ITS_FAULT = (UnavailableError, OwnershipLostError)


class FiringTooLongError(LocumError):
    """Firing a timer kept its transaction open for too long: nothing of it was stored."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Fired:
    """A timer that fired."""

    #: what it was
    kind: str
    #: seconds between when it was due and the sweep that fired it
    late: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Failure:
    """A timer that couldn't fire."""

    #: what it was
    kind: str
    #: its community; empty for the whole installation
    community: str
    #: which row
    timer: str
    #: what its handler raised
    error: Exception
    #: it was given up
    dead: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Swept:
    """What one sweep came to."""

    #: in the order of firing
    fired: tuple[Fired, ...] = ()
    #: what is tried again, or given up
    failed: tuple[Failure, ...] = ()
    #: kinds that are due and that nothing here knows how to fire
    strange: frozenset[str] = frozenset()

    def __add__(self, other: Self) -> "Swept":
        return Swept(
            fired=self.fired + other.fired, failed=self.failed + other.failed, strange=self.strange | other.strange
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class _Sweep:
    """Due timers of one kind and one community, on their way to being fired."""

    store: Store
    handler: Handler
    kind: str
    community: str
    now: datetime
    #: seconds that one firing may take: it keeps a transaction open
    patience: float


async def sweep(store: Store, clock: Clock, handlers: Mapping[str, Handler], *, patience: float = 30.0) -> Swept:
    """Fire everything that is due, and return what came of it; `handlers` are by kind.

    Each kind and community has transactions of its own, since a ledger's head is the last lock that one takes. What
    falls due meanwhile waits for the next sweep. Raises UnavailableError when the database doesn't answer: nothing is
    held against a timer then.
    """
    now = clock.now()
    async with store.reading() as tx:
        waiting = await due_kinds(tx, now)
    swept = Swept(strange=frozenset(kind for kind, _ in waiting if kind not in handlers))
    for kind, community in waiting:
        if kind in handlers:
            found = _Sweep(
                store=store, handler=handlers[kind], kind=kind, community=community, now=now, patience=patience
            )
            swept += await _sweep_all(found)
    return swept


async def _sweep_all(due: _Sweep) -> Swept:
    """Fire batch after batch while they are full; what handlers set anew meanwhile can't keep it going for ever."""
    swept = Swept()
    for _ in range(_BATCHES):
        try:
            batch = await _fire_batch(due)
        except OwnershipLostError:
            # another process looks after this community now: it fires them
            return swept
        swept += batch
        if len(batch.fired) + len(batch.failed) < BATCH:
            return swept
    return swept


async def _fire_batch(due: _Sweep) -> Swept:
    try:
        return await _fire(due, None)
    except _NOT_ITS_FAULT:
        raise
    except Exception:  # noqa: BLE001 - whatever a handler raises belongs to one of its timers
        async with due.store.reading() as tx:
            attempts = await due_attempts(tx, due.kind, due.community, due.now, limit=BATCH)
        return await _fire_halves(due, list(attempts), attempts)


async def _fire(due: _Sweep, only: Collection[str] | None) -> Swept:
    async with due.store.writing() as tx:
        timers = await claim(tx, due.kind, due.community, due.now, limit=BATCH, only=only)
        if timers:
            try:
                async with asyncio.timeout(due.patience):
                    await due.handler(tx, timers, due.now)
            except TimeoutError as error:
                # an error of ours: a driver's would say that the database doesn't answer
                raise FiringTooLongError from error
    late = (due.now - timer.due_at for timer in timers)
    return Swept(fired=tuple(Fired(kind=due.kind, late=waited / timedelta(seconds=1)) for waited in late))


async def _fire_halves(due: _Sweep, names: Sequence[str], attempts: Mapping[str, int]) -> Swept:
    """Fire each half on its own, down to single timers; one that fails alone is put off."""
    swept = Swept()
    for half in (names[: len(names) // 2], names[len(names) // 2 :]):
        if not half:
            continue
        try:
            swept += await _fire(due, half)
        except _NOT_ITS_FAULT:
            raise
        except Exception as error:  # noqa: BLE001 - likewise
            if len(half) == 1:
                swept += await _put_off(due, half[0], attempts[half[0]], error)
            else:
                swept += await _fire_halves(due, half, attempts)
    return swept


async def _put_off(due: _Sweep, timer: str, attempts: int, error: Exception) -> Swept:
    dead = attempts + 1 >= ATTEMPTS
    async with due.store.writing() as tx:
        await put_off(
            tx,
            timer,
            attempts=attempts,
            wake_at=due.now + timedelta(seconds=min(2.0**attempts, _LONGEST)),
            reason=type(error).__name__[:64],
            dead_at=due.now if dead else None,
        )
    failure = Failure(kind=due.kind, community=due.community, timer=timer, error=error, dead=dead)
    return Swept(failed=(failure,))
