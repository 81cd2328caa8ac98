"""A process that owns something and says so, line by line, until it is stopped or killed."""

import asyncio
import sys

from bot.services.owning import Ownership, own
from bot.store.engine import open_store
from bot.store.leases import Lease


async def _main(database: str, name: str) -> None:
    async def gained(lease: Lease) -> None:
        print("gained", lease.epoch, flush=True)  # noqa: T201 - the parent reads it

    async def lost(lease: Lease) -> None:
        print("lost", lease.epoch, flush=True)  # noqa: T201 - likewise

    stop = asyncio.Event()
    asyncio.get_running_loop().run_in_executor(None, sys.stdin.read).add_done_callback(lambda _: stop.set())
    store = open_store(database, alone=False)
    await own(store, name, Ownership(name="intake/acme", gained=gained, lost=lost), stop, seconds=1.5, every=0.2)
    await store.close()


asyncio.run(_main(*sys.argv[1:]))
