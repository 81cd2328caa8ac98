"""A process that erases a member or moves subjects' keys, and is killed at a chosen boundary."""

import asyncio
import sys
from pathlib import Path

from adapters.keyfile import open_key_file
from bot.services.rotating import new_signing_key, rewrap_all
from bot.services.subjects.erasing import erase
from bot.store.engine import open_store
from tests.crash.boundaries import Boundaries
from tests.fakes.clock import FakeClock
from tests.services.subjects.make import HARBOUR, ref


async def _main(what: str, database: str, key_file: str, user: str, last: str) -> None:
    keys = open_key_file(Path(key_file), FakeClock(), new_signing_key, make=False)
    store = open_store(database, alone=False)
    boundaries = Boundaries(last=int(last))
    boundaries.watch(store)
    if what == "erase":
        await erase(store, keys, FakeClock(), HARBOUR, ref(user))
    else:
        await rewrap_all(store, keys, FakeClock())
    await store.close()


asyncio.run(_main(*sys.argv[1:]))
