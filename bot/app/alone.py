"""Sees that data which can't be shared is used by one run at a time, and tells whoever comes second who was first."""

import fcntl
import json
import os
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path

from bot.errors import LocumError
from bot.settings import Settings
from bot.store.engine import database_url
from bot.store.errors import UnavailableError

#: what somebody could have written there by mistake is not read whole
_LARGEST = 4096


class RunsAlreadyError(LocumError):
    """Locum runs on this data already: stop that run first, or name other data."""

    def __init__(self, process: int | None, address: str) -> None:
        super().__init__(self.__doc__)
        #: the first run's process; None where it hasn't said
        self.process = process
        #: where it can be looked at; empty where it hasn't said, or answers nowhere
        self.address = address


@dataclass(frozen=True, kw_only=True, slots=True)
class Alone:
    """The right to the data; the system itself takes it back when the process ends, however it ends."""

    #: the locked files, open
    descriptors: Sequence[int]

    def tell(self, address: str) -> None:
        """Leave word for whoever comes second: this process, and where it can be looked at."""
        said = json.dumps({"process": os.getpid(), "address": address}).encode()
        for descriptor in self.descriptors:
            # the lock is what counts: a full disk is told by the database
            with suppress(OSError):
                os.ftruncate(descriptor, 0)
                os.pwrite(descriptor, said, 0)

    def release(self) -> None:
        """Let another run have the data; its file stays, for a lock on one that is gone would keep nobody out."""
        for descriptor in self.descriptors:
            os.close(descriptor)


def hold_data(settings: Settings) -> Alone:
    """Return the right to everything that only one run can use; raise RunsAlreadyError, UnavailableError."""
    with ExitStack() as undoing:
        held = []
        for path in _unshared(settings):
            descriptor = _locked(path)
            undoing.callback(os.close, descriptor)
            held.append(descriptor)
        undoing.pop_all()
    alone = Alone(descriptors=held)
    alone.tell("")
    return alone


def _unshared(settings: Settings) -> Sequence[Path]:
    """Return a file to lock for each thing: a database that is a file, and the chat of our own."""
    file = database_file(settings)
    found = [] if file is None else [file.with_name(f"{file.name}.run")]
    if settings.rehearses:
        found.append(chat_folder(settings) / "chat.sqlite.run")
    return found


def database_file(settings: Settings) -> Path | None:
    """Return the database where it is a file, links followed; raise UnknownDatabaseError."""
    url = database_url(settings.database.get_secret_value())
    return Path(url.database or "").resolve() if url.get_backend_name() == "sqlite" else None


def chat_folder(settings: Settings) -> Path:
    """Return where the chat of our own keeps its files: beside the database, where that is a file."""
    file = database_file(settings)
    return Path("data/local") if file is None else file.parent


def _locked(path: Path) -> int:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise UnavailableError from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        said = os.pread(descriptor, _LARGEST, 0)
        os.close(descriptor)
        raise _first(said) from error
    return descriptor


def _first(said: bytes) -> RunsAlreadyError:
    """Return what the first run has left word of; half a word is none."""
    try:
        word = json.loads(said)
        return RunsAlreadyError(int(word["process"]), str(word["address"]))
    except (ValueError, TypeError, KeyError):
        return RunsAlreadyError(None, "")
