"""Waits for a database that doesn't answer, and tries again until it does."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from bot.services.intake.health import Counts
from bot.services.intake.settings import Limits
from bot.store.errors import UnavailableError

_T = TypeVar("_T")


async def patiently(call: Callable[[], Awaitable[_T]], limits: Limits, counts: Counts) -> _T:
    """Return what a call returns, once the database answers; the call leaves nothing behind when it fails."""
    wait = limits.first_wait
    while True:
        try:
            result = await call()
        except UnavailableError:
            counts.stalled = True
            await asyncio.sleep(wait)
            wait = min(wait * 2, limits.longest_wait)
        else:
            counts.stalled = False
            return result
