"""Files that are there whole or not at all, whatever is killed or unplugged meanwhile."""

import fcntl
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def replace(path: Path, data: bytes) -> None:
    """Put the data in the file's place; when this returns, it stays there. The caller holds the file's lock."""
    new = beside(path, ".new")
    try:
        _write(new, data, os.O_TRUNC)
        new.replace(path)
    except BaseException:
        new.unlink(missing_ok=True)
        raise
    _settle(path.parent)


def create(path: Path, data: bytes) -> None:
    """Make a file that only its owner reads; FileExistsError when there is one, which is then left alone."""
    new = beside(path, f".{os.getpid()}.{threading.get_ident()}.new")
    try:
        _write(new, data, os.O_TRUNC)
        # a link is never made over what is there, and what it leads to is complete
        os.link(new, path)
    finally:
        new.unlink(missing_ok=True)
    _settle(path.parent)


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the lock that belongs to a file: no other thread and no other process has it meanwhile."""
    lock = beside(path, ".lock")
    handle = _locked(lock)
    try:
        yield
    finally:
        os.close(handle)


def beside(path: Path, ending: str) -> Path:
    """Return the path of what belongs to a file and stands next to it."""
    return path.with_name(path.name + ending)


def _locked(lock: Path) -> int:
    while True:
        # a lock belongs to what was opened, so threads that each open the file exclude each other as well
        handle = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            if lock.exists() and os.path.samestat(os.fstat(handle), lock.stat()):
                return handle
        except BaseException:
            os.close(handle)
            raise
        # somebody removed the file that we waited for: the lock is another one now
        os.close(handle)


def _write(path: Path, data: bytes, flags: int) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW | flags, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(handle)


def _settle(folder: Path) -> None:
    """Make a new name in a folder last."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
