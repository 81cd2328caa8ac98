"""The key file: made on the first start, changed as a whole, read anew whenever it changed."""

import fcntl
import logging
import os
import stat
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import NamedTemporaryFile

from adapters.keyfile.contents import Contents, Kept, read_contents, write_contents
from adapters.keyfile.errors import (
    KeyFileBrokenError,
    KeyFileError,
    KeyFileMissingError,
    KeyFileOpenError,
    KeyFileUnwritableError,
    NoSuchKeyError,
)
from adapters.keyfile.fresh import MakeSigning, fresh_contents, fresh_key, fresh_signing
from bot.ports import Clock, Secret

_LOG = logging.getLogger(__name__)
_OTHERS = stat.S_IRWXG | stat.S_IRWXO

#: what tells one state of the file from another
_Stamp = tuple[int, int, int]
_GONE: _Stamp = (0, 0, 0)


class KeyFile:
    """Answers to the port Keys from a file that only this user can read."""

    def __init__(self, path: Path, clock: Clock, make_signing: MakeSigning) -> None:
        self._path = path
        self._clock = clock
        self._make_signing = make_signing
        self._looked_at, self._contents = _read(path)

    @property
    def contents(self) -> Contents:
        """Every key with its date, as the file says now.

        A file that vanishes or can't be read while the program runs is complained of, and what was read last holds:
        nobody goes unmoderated for it. The next start says what is wrong.
        """
        try:
            found = _stamp(self._path.stat())
        except OSError:
            found = _GONE
        if found != self._looked_at:
            self._looked_at = found
            try:
                self._contents = _read(self._path)[1]
            except KeyFileError as error:
                # no trace: it might hold what it is about
                _LOG.error("the key file can't be read again: %s", type(error).__name__)
        return self._contents

    def wrapping(self) -> Sequence[Secret]:
        """Return the keys under which subjects' keys are wrapped."""
        return tuple(key.secret for key in self.contents.wrapping)

    def signing(self, origin: str) -> Sequence[Secret]:
        """Return the keys that sign a ledger's checkpoints; the first is made and kept when it is first asked for."""
        keys = self.contents.signing.get(origin)
        if keys is None:
            keys = self._change(lambda contents: self._with_signing(contents, origin, again=False)).signing[origin]
        return tuple(key.secret for key in keys)

    def digests(self) -> Secret:
        """Return the key of content digests."""
        return self.contents.digests.secret

    def rotate_wrapping(self) -> Secret:
        """Put a new wrapping key before the others, and return it."""
        made = fresh_key("wrapping", self._clock.now())
        self._change(lambda contents: replace(contents, wrapping=(made, *contents.wrapping)))
        return made.secret

    def rotate_signing(self, origin: str) -> Secret:
        """Put a new signing key before the others of this ledger, and return it."""
        return self._change(lambda contents: self._with_signing(contents, origin, again=True)).signing[origin][0].secret

    def drop_wrapping(self, key_id: str) -> None:
        """Take an older wrapping key out of the file; whoever calls made sure that nothing is wrapped under it."""
        self._change(lambda contents: replace(contents, wrapping=_without(contents.wrapping, key_id)))

    def _with_signing(self, contents: Contents, origin: str, *, again: bool) -> Contents:
        held = contents.signing.get(origin, ())
        if held and not again:
            return contents
        made = fresh_signing(self._make_signing, origin, self._clock.now())
        return replace(contents, signing={**contents.signing, origin: (made, *held)})

    def _change(self, change: Callable[[Contents], Contents]) -> Contents:
        """Change the file as it is now, one process after the other."""
        with _told(), _alone(self._path):
            before = _read(self._path)[1]
            after = change(before)
            if after != before:
                _write(self._path, after)
            self._looked_at, self._contents = _read(self._path)
        return self._contents


def open_key_file(path: Path, clock: Clock, make_signing: MakeSigning, *, make: bool) -> KeyFile:
    """Return the keys of a file; where there is none and `make` says that nothing needs older keys, it is made.

    Two processes that start at once end with the same keys. Raises KeyFileMissingError, KeyFileOpenError,
    KeyFileBrokenError, KeyFileUnwritableError.
    """
    if make and not path.exists():
        with _told():
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            with _alone(path):
                if not path.exists():
                    _write(path, fresh_contents(make_signing, (), clock.now()))
    return KeyFile(path, clock, make_signing)


def _read(path: Path) -> tuple[_Stamp, Contents]:
    """Return what the file says, and which state of it said so."""
    try:
        with path.open("rb") as file:
            found = os.fstat(file.fileno())
            if stat.S_IMODE(found.st_mode) & _OTHERS or found.st_uid != os.geteuid() or not stat.S_ISREG(found.st_mode):
                raise KeyFileOpenError
            text = file.read().decode()
    except FileNotFoundError:
        raise KeyFileMissingError from None
    except PermissionError:
        raise KeyFileOpenError from None
    except (OSError, UnicodeDecodeError):
        # the decoder's own error holds what it read
        raise KeyFileBrokenError from None
    return _stamp(found), read_contents(text)


def _stamp(found: os.stat_result) -> _Stamp:
    return found.st_mtime_ns, found.st_ino, found.st_size


def _write(path: Path, contents: Contents) -> None:
    """Put the file in place as a whole, so that a crash leaves the old one or the new one."""
    with NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as file:
        try:
            # made for its owner alone; a mask of the process could only take rights away
            os.fchmod(file.fileno(), 0o600)
            file.write(write_contents(contents).encode())
            file.flush()
            os.fsync(file.fileno())
            Path(file.name).replace(path)
        except BaseException:
            Path(file.name).unlink(missing_ok=True)
            raise
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _without(keys: tuple[Kept, ...], key_id: str) -> tuple[Kept, ...]:
    if key_id not in {key.id for key in keys[1:]}:
        raise NoSuchKeyError
    return tuple(key for key in keys if key.id != key_id)


@contextmanager
def _told() -> Iterator[None]:
    """Say in our own words that nothing could be written."""
    try:
        yield
    except OSError:
        raise KeyFileUnwritableError from None


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Wait until no other process changes the file; the system gives the lock back however the process ends."""
    lock = os.open(path.with_name(f"{path.name}.lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)
