"""A clock for rehearsals: it can be sent ahead, so that escalations and ends of sanctions are seen without waiting."""

import os
from datetime import datetime, timedelta
from pathlib import Path

from bot.errors import LocumError
from bot.ports import Clock

#: a rehearsal is never further ahead; what lasts longer than that lasts for good
MOST = timedelta(days=3_650)
_LARGEST = 64


class AheadFileError(LocumError):
    """The file that says how far the rehearsal's time is ahead can't be read: delete it with the rehearsal's data."""


class NotAheadError(LocumError):
    """The rehearsal's time can't be written down, so it doesn't jump: see whether the disk is full."""


class AheadClock:
    """Answers to the port Clock with another clock, so far ahead as a file says: a restart never runs back."""

    def __init__(self, clock: Clock, file: Path) -> None:
        """Go on where the file says; raise AheadFileError."""
        self._clock, self._file = clock, file
        self._ahead = _read(file)

    @property
    def ahead(self) -> timedelta:
        """How far it is ahead."""
        return self._ahead

    def now(self) -> datetime:
        """Return the time, UTC; it never runs back."""
        return self._clock.now() + self._ahead

    def skip(self, length: timedelta) -> None:
        """Let the time jump ahead; nothing lets it jump back; raise NotAheadError.

        It is written down before anybody sees it.
        """
        ahead = min(self._ahead + max(length, timedelta()), MOST)
        try:
            _write(self._file, ahead)
        except OSError as error:
            raise NotAheadError from error
        self._ahead = ahead


def _read(file: Path) -> timedelta:
    try:
        with file.open(encoding="ascii") as found:
            seconds = float(found.read(_LARGEST))
    except FileNotFoundError:
        return timedelta()
    except (OSError, ValueError) as error:
        raise AheadFileError from error
    # also what is no number at all
    if not 0 <= seconds <= MOST.total_seconds():
        raise AheadFileError
    return timedelta(seconds=seconds)


def _write(file: Path, ahead: timedelta) -> None:
    """Replace the file as a whole: a crash leaves the old one or the new one."""
    file.parent.mkdir(parents=True, exist_ok=True)
    fresh = file.with_name(f"{file.name}.new")
    with fresh.open("w", encoding="ascii") as out:
        out.write(f"{ahead.total_seconds():.6f}\n")
        out.flush()
        os.fsync(out.fileno())
    fresh.replace(file)
