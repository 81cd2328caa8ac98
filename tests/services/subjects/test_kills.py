"""Whatever is killed when: a member is forgotten whole or not at all, and a rotation goes on where it was."""

import asyncio
import signal
import sys
from pathlib import Path

from adapters.keyfile import KeyFile, open_key_file
from bot.services.rotating import new_signing_key, rewrap_all, wrapped_under
from bot.services.subjects.erasing import erase
from bot.services.subjects.exporting import export
from bot.store import tables
from bot.store.engine import Store, open_store
from tests.fakes.clock import FakeClock
from tests.services.subjects.make import HARBOUR, Known, begin, count, entries_of, member, row

ROOT = Path(__file__).parents[3]
#: each statement has two boundaries and each transaction one; a prime step meets all sorts of them
_STEP = 5


def _keys(path: Path) -> KeyFile:
    return open_key_file(path, FakeClock(), new_signing_key, make=True)


async def _killed(what: str, database: str, key_file: Path, user: str, last: int) -> bool:
    """Return whether the process was killed; it came to its end otherwise."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.services.subjects.killed_process", what, database, str(key_file), user, str(last),
        cwd=ROOT,
    )  # fmt: skip
    status = await process.wait()
    assert status in {0, -signal.SIGKILL}
    return status != 0


async def _state(store: Store, known: Known) -> tuple[bool, int, int, int]:
    """Return whether the id is there, and how many values, entries and requests are."""
    return (
        (await row(store, tables.accounts, known.account)).user is not None,
        await count(store, tables.sealed_values, tables.sealed_values.c.account == known.account),
        sum(entry["details"]["account"] == known.account for entry in await entries_of(store, "erased")),
        await count(store, tables.subject_requests, tables.subject_requests.c.account == known.account),
    )


async def test_an_erasure_that_is_killed_anywhere_happened_whole_or_not_at_all(database: str, tmp_path: Path) -> None:
    path = tmp_path / "locum.keys.json"
    keys, store = _keys(path), open_store(database, alone=False)
    await begin(store)
    last, killed = 1, True
    while killed:
        known = await member(store, keys)
        killed = await _killed("erase", database, path, known.ref.user, last)
        whole, none = (False, 0, 1, 1), (True, 2, 0, 0)
        state = await _state(store, known)
        assert state == none or (state == whole and (not killed or last > _STEP))
        if state == none:
            await erase(store, keys, FakeClock(), HARBOUR, known.ref)
            assert await _state(store, known) == whole
        last += _STEP
    assert last > 4 * _STEP
    await store.close()


async def test_a_rotation_that_is_killed_anywhere_goes_on_and_every_value_opens(database: str, tmp_path: Path) -> None:
    path = tmp_path / "locum.keys.json"
    keys, store = _keys(path), open_store(database, alone=False)
    await begin(store)
    members = [await member(store, keys) for _ in range(3)]
    last, killed = 1, True
    while killed:
        newest = keys.rotate_wrapping()
        killed = await _killed("rewrap", database, path, "-", last)
        for known in members:
            assert (await export(store, keys, FakeClock(), HARBOUR, known.ref)).bundle.said["texts"]
        await rewrap_all(store, keys, FakeClock())
        assert await wrapped_under(store) == {newest.id: 3}
        last += _STEP
    assert last > 2 * _STEP
    await store.close()
