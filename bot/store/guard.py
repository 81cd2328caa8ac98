"""Keeps a second process from running on one SQLite file."""

import fcntl
import os
from dataclasses import dataclass
from pathlib import Path

from bot.store.errors import InUseError


@dataclass(frozen=True, kw_only=True, slots=True)
class Guard:
    """A lock that the system itself gives back when the process ends, however it ends."""

    #: the open lock file
    descriptor: int

    def release(self) -> None:
        """Let another process in."""
        os.close(self.descriptor)


def guard_file(database: Path) -> Guard:
    """Return the lock on a database file; raise InUseError when another process holds it.

    The lock is a file beside it: closing the database's own file a second time would undo SQLite's locks on it.
    """
    database = database.resolve()
    descriptor = os.open(database.with_name(f"{database.name}.lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(descriptor)
        raise InUseError from error
    return Guard(descriptor=descriptor)
