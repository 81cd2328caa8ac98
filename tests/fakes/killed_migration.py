"""Migrates a database again and again, killed with SIGKILL some statements later each time; run as `python -m`.

Given are the database and how many statements later. Prints how many there are, or a few more, and stops when a
migration got through. Between two of them nothing may be left.
"""

import asyncio
import gc
import os
import signal
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import event, inspect

from bot.store.engine import open_store
from bot.store.migrate import migrate


class _Countdown:
    """Kills this process at the statement whose turn it is; committing counts as one."""

    def __init__(self, statements: int) -> None:
        self._left = statements

    def __call__(self, *_event: object) -> None:
        self._left -= 1
        if self._left < 0:
            os.kill(os.getpid(), signal.SIGKILL)


async def _migrate(database: str, statements: int) -> None:
    store = open_store(database, alone=False)
    countdown = _Countdown(statements)
    event.listen(store.writer.sync_engine, "before_cursor_execute", countdown)
    event.listen(store.writer.sync_engine, "commit", countdown)
    await migrate(store)
    await store.close()


async def _tables(database: str) -> list[str]:
    store = open_store(database, alone=False)
    async with store.reading() as tx:
        names = await tx.run_sync(lambda connection: inspect(connection).get_table_names())
    await store.close()
    return names


def _forked(database: str, statements: int) -> int:
    """Return how a copy of this process that migrates ended."""
    child = os.fork()
    if child == 0:
        asyncio.run(_migrate(database, statements))
        os._exit(0)
    return os.waitpid(child, 0)[1]


def _warm_up(database: str) -> None:
    """Bring into this process what takes longer than a migration: copies of it start with everything imported."""
    with TemporaryDirectory() as folder:
        asyncio.run(_migrate(str(Path(folder, "other.sqlite")), sys.maxsize))
    asyncio.run(_tables(database))
    # what is here already is never collected, and so its memory stays shared
    gc.freeze()


def main(database: str, later: int) -> None:
    """Kill until nothing is left to kill."""
    _warm_up(database)
    for statements in range(0, 10_000, later):
        ended = _forked(database, statements)
        if ended == 0:
            print(statements)  # noqa: T201 - what was asked
            return
        if ended != signal.SIGKILL or asyncio.run(_tables(database)):
            sys.exit(f"killed at statement {statements}: ended with {ended}, tables {asyncio.run(_tables(database))}")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
