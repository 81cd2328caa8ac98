"""SQLite connections whose statements run where they are asked for; only what may have to wait goes to a thread.

A statement on a local file takes microseconds, handing it to a thread and waiting for the answer ten times as long.
Waiting happens where another process holds the lock, and where the disk has to confirm: at the beginning and at the end
of a transaction.
"""

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import aiosqlite

#: statements that may wait for another process, or take as long as the file is large
_MAY_WAIT = ("BEGIN", "COMMIT", "PRAGMA", "VACUUM")
#: of a connection that only reads; it waits for nobody's lock, and has nothing to confirm
_MAY_WAIT_READING = ("PRAGMA",)
_FETCHED_AT_ONCE = 64


class NearConnection(aiosqlite.Connection):
    """A connection of aiosqlite that uses its thread only for what may wait."""

    def __init__(self, connector: Callable[[], sqlite3.Connection], *, writes: bool = True) -> None:
        super().__init__(connector, _FETCHED_AT_ONCE)
        self._under_way: set[object] = set()
        self._writes = writes

    async def _execute(self, fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        if self._under_way or self._may_wait(fn, args) or not self._running or self._connection is None:
            return await super()._execute(self._tracked(fn), *args, **kwargs)  # type: ignore[no-untyped-call]  # untyped there
        return fn(*args, **kwargs)

    def _may_wait(self, fn: Callable[..., Any], args: tuple[Any, ...]) -> bool:
        if args and isinstance(args[0], str):
            return args[0].startswith(_MAY_WAIT if self._writes else _MAY_WAIT_READING)
        return fn == self._conn.close or (self._writes and fn in {self._conn.commit, self._conn.rollback})

    def _tracked(self, fn: Callable[..., Any]) -> Callable[..., Any]:
        """Return the function, known to be under way until it ends, even when nobody waits for it any more."""
        token = object()
        self._under_way.add(token)

        def tracked(*args: Any, **kwargs: Any) -> Any:
            try:
                return fn(*args, **kwargs)
            finally:
                self._under_way.discard(token)

        return tracked


async def connect_near(path: Path, *, writes: bool = True) -> NearConnection:
    """Return an open connection to a database file; one that doesn't write isn't made to wait for anything."""
    connection = NearConnection(lambda: sqlite3.connect(path, check_same_thread=False), writes=writes)
    # a thread that waits for work must not keep the process alive
    connection._thread.daemon = True  # noqa: SLF001 - as SQLAlchemy's own dialect does
    await connection
    return connection
