"""A process that copies what is evidence and deletes what it is of, and is killed at a chosen boundary."""

import asyncio
import sys
from pathlib import Path

from adapters.keyfile import open_key_file
from bot.services.rotating import new_signing_key
from bot.store.engine import open_store
from tests.crash.boundaries import Boundaries
from tests.fakes.clock import FakeClock
from tests.fakes.world import World
from tests.services.evidence.house import work_off


async def _main(database: str, key_file: str, world: str, last: str) -> None:
    clock = FakeClock()
    keys = open_key_file(Path(key_file), clock, new_signing_key, make=False)
    store = open_store(database, alone=False)
    boundaries = Boundaries(last=int(last))
    boundaries.watch(store)
    await work_off(store, keys, clock, World(Path(world), now=clock.now))
    await store.close()


if __name__ == "__main__":
    asyncio.run(_main(*sys.argv[1:]))
