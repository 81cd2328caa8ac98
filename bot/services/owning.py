"""Keeps leases: a loop for each thing that one process at a time may own, with calls when it is gained and lost.

What counts is when a lease could have expired elsewhere, however long an answer took: the time runs from before the
database was asked, by a clock that nobody sets. A quarter of the lease is left for stopping.
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, TypeVar

from bot.store.engine import Store
from bot.store.leases import Lease, give_up, renew, take

#: seconds that a lease lasts, and between renewals: a dead process is replaced after 25 at most
SECONDS, EVERY = 20.0, 5.0
_SHARE = 0.75
#: seconds for giving a lease up; it expires by itself otherwise
_PARTING = 2.0
_T = TypeVar("_T")
#: what was asked of a database and not waited for; the loop itself holds tasks only weakly
_left: set[asyncio.Task[Any]] = set()


def intake_lease(community: str) -> str:
    """Return the name of the lease on a community's intake."""
    return f"intake/{community}"


def connection_lease(connection: str) -> str:
    """Return the name of the lease on a platform connection."""
    return f"connection/{connection}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Ownership:
    """Something to be owned for as long as the program runs."""

    #: name of the lease
    name: str
    #: begins to act; it is cut short when the lease is lost meanwhile
    gained: Callable[[Lease], Awaitable[None]]
    #: stops acting, at once; never runs beside `gained`
    lost: Callable[[Lease], Awaitable[None]]
    #: told of every change, for whoever watches: the lease or None
    changed: Callable[[str, Lease | None], None] = field(default=lambda _name, _lease: None)
    #: told of errors that the calls raised
    failed: Callable[[str, Exception], None] = field(default=lambda _name, _error: None)
    #: told whenever the database was asked to store something: what it raised, or None
    stored: Callable[[Exception | None], None] = field(default=lambda _error: None)


async def own(
    store: Store,
    owner: str,
    wanted: Ownership,
    stop: asyncio.Event,
    *,
    seconds: float = SECONDS,
    every: float = EVERY,
) -> None:
    """Take the lease whenever it is free and keep it, until `stop` is set; it is given up then.

    When it can't be renewed, because another process has it or the database doesn't answer, `lost` is called before
    any other process could own it.
    """
    while not stop.is_set():
        asked = asyncio.get_running_loop().time()
        lease = await _take(store, wanted, owner, seconds)
        if lease is not None:
            terms = _Terms(until=asked + seconds * _SHARE, seconds=seconds, every=every)
            await _keep(store, wanted, lease, stop, terms)
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), every)


@dataclass(kw_only=True, slots=True)
class _Terms:
    """How long the lease is surely ours."""

    #: on the loop's clock: when to stop acting unless it was renewed
    until: float
    #: what a renewal asks for
    seconds: float
    #: between renewals
    every: float


async def _take(store: Store, wanted: Ownership, owner: str, seconds: float) -> Lease | None:
    async def ask() -> Lease | None:
        async with store.writing() as tx:
            return await take(tx, wanted.name, owner, seconds)

    try:
        taken = await _answer(ask(), seconds * _SHARE)
    except Exception as error:  # noqa: BLE001 - whatever a database raises, nothing is ours, and the next round asks again
        wanted.stored(error)
        return None
    wanted.stored(None)
    return taken


async def _answer(asked: Coroutine[Any, Any, _T], seconds: float) -> _T:
    """Return what the database answers, or raise TimeoutError at its time.

    A statement that waits inside a driver can't be called off: it is left to end by itself, and nothing waits for it.
    """
    task = asyncio.create_task(asked)
    _left.add(task)
    task.add_done_callback(_forget)
    await asyncio.wait({task}, timeout=max(seconds, 0))
    if not task.done():
        raise TimeoutError
    return task.result()


def _forget(task: asyncio.Task[Any]) -> None:
    _left.discard(task)
    if not task.cancelled():
        # retrieved, so that nobody is told of an error that no longer matters
        task.exception()


async def _keep(store: Store, wanted: Ownership, lease: Lease, stop: asyncio.Event, terms: _Terms) -> None:
    wanted.changed(wanted.name, lease)
    gaining = asyncio.ensure_future(wanted.gained(lease))
    still_ours = True
    try:
        still_ours = await _renew_until_lost(store, wanted, lease, stop, terms, gaining)
    finally:
        gaining.cancel()
        called_off = await _ended(gaining)
        if not gaining.cancelled() and isinstance(error := gaining.exception(), Exception):
            wanted.failed(wanted.name, error)
        await _told(wanted, wanted.lost(lease))
        wanted.changed(wanted.name, None)
        if still_ours:
            await _give_up(store, lease, min(terms.every, _PARTING))
        if called_off:
            raise asyncio.CancelledError


async def _ended(gaining: asyncio.Future[None]) -> bool:
    """Return once what was called off has ended, and whether we were called off ourselves meanwhile.

    Whoever calls us off waits for us: one who took that for the other's end would keep the lease, and both for ever.
    """
    called_off = False
    while not gaining.done():
        try:
            await asyncio.wait({gaining})
        except asyncio.CancelledError:
            called_off = True
    return called_off


async def _give_up(store: Store, lease: Lease, seconds: float) -> None:
    async def ask() -> None:
        async with store.writing() as tx:
            await give_up(tx, lease)

    # otherwise it expires by itself
    with suppress(Exception):
        await _answer(ask(), seconds)


async def _renew_until_lost(  # noqa: PLR0917 - what is owned, on which terms, and what ends it
    store: Store, wanted: Ownership, lease: Lease, stop: asyncio.Event, terms: _Terms, gaining: asyncio.Future[None]
) -> bool:
    """Return whether the lease is still ours when there is an end to it: it was lost, or `gained` failed, or a stop."""
    loop = asyncio.get_running_loop()
    stopping = asyncio.ensure_future(stop.wait())
    try:
        while True:
            waits: set[asyncio.Future[Any]] = {stopping} if gaining.done() else {stopping, gaining}
            patience = min(terms.every, terms.until - loop.time())
            await asyncio.wait(waits, timeout=max(patience, 0), return_when=asyncio.FIRST_COMPLETED)
            if stopping.done() or _has_failed(gaining):
                return True
            if not await _renew(store, wanted, lease, terms) or loop.time() >= terms.until:
                return False
    finally:
        stopping.cancel()


async def _renew(store: Store, wanted: Ownership, lease: Lease, terms: _Terms) -> bool:
    """Return False when another process has the lease; that nothing was answered is seen by the time that is left."""

    async def ask() -> Lease | None:
        async with store.writing() as tx:
            return await renew(tx, lease, terms.seconds)

    now = asyncio.get_running_loop().time()
    try:
        renewed = await _answer(ask(), terms.until - now)
    except Exception as error:  # noqa: BLE001 - whatever a database raises, the lease wasn't renewed
        wanted.stored(error)
        return True
    wanted.stored(None)
    if renewed is not None:
        terms.until = now + terms.seconds * _SHARE
    return renewed is not None


def _has_failed(gaining: asyncio.Future[None]) -> bool:
    return gaining.done() and (gaining.cancelled() or gaining.exception() is not None)


async def _told(wanted: Ownership, call: Awaitable[None]) -> None:
    try:
        await call
    except Exception as error:  # noqa: BLE001 - whatever the calls raise, the loop goes on
        wanted.failed(wanted.name, error)
