"""Whatever is killed when: a message is copied once before it goes, and goes all the same."""

import asyncio
import signal
import sys
from pathlib import Path

from adapters.keyfile import open_key_file
from bot.domain.action import ActionKind
from bot.services.rotating import new_signing_key
from bot.store import tables
from bot.store.engine import open_store
from tests.fakes.clock import FakeClock
from tests.fakes.platform import FakePlatform
from tests.fakes.world import World
from tests.services.evidence.house import finish, insulting
from tests.services.performing.house import SERVER, open_house
from tests.services.subjects.make import count

ROOT = Path(__file__).parents[3]
#: each statement has two boundaries and each transaction one; a prime step meets all sorts of them
_STEP = 7


async def _killed(database: str, key_file: Path, world: Path, last: int) -> bool:
    """Return whether the process was killed; it came to its end otherwise."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.services.evidence.killed_process", database, str(key_file), str(world), str(last),
        cwd=ROOT,
    )  # fmt: skip
    status = await process.wait()
    assert status in {0, -signal.SIGKILL}
    return status != 0


async def test_a_copy_that_is_killed_anywhere_is_made_once_and_the_message_goes_once(
    database: str, tmp_path: Path
) -> None:
    clock, path, file = FakeClock(), tmp_path / "locum.keys.json", tmp_path / "world"
    keys = open_key_file(path, clock, new_signing_key, make=True)
    store = open_store(database, alone=False)
    house = await open_house(store, clock)
    house.world = world = World(file, now=clock.now)
    house.platform = FakePlatform(world=world, connection=SERVER)
    last, killed, turns = 1, True, 0
    while killed:
        # the process that is killed begins at the same time, whatever passed here
        house.clock = FakeClock()
        message = await insulting(house)
        turns += 1
        killed = await _killed(database, path, file, last)
        before = await count(store, tables.evidence, tables.evidence.c.message == message)
        assert before in {0, 1}
        world.catch_up()
        gone = [name for kind, name, _ in world.log if kind is ActionKind.DELETE]
        assert before or len(gone) < turns, "what wasn't copied went before its time"
        await finish(store, keys, FakeClock(), world)
        kept = tables.evidence.c.sealed.is_not(None)
        assert await count(store, tables.evidence, tables.evidence.c.message == message, kept) == 1
        assert len(await house.entries("copied")) == turns
        done = [name for kind, name, _ in world.log if kind is ActionKind.DELETE]
        assert len(done) == len(set(done)) == turns
        last += _STEP
    assert last > 5 * _STEP
    world.close()
    await store.close()
