"""What a witness remembers, kept so that no crash and no second process lets it sign two histories."""

import json
from base64 import b64encode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.errors import LocumError
from bot.ledger.keys import decode
from bot.ledger.witness import UNSEEN, State
from bot.services.witnessing import files

_FORM = 1


class MemoryLostError(LocumError):
    """The witness's memory is gone, or older than what it signed: nothing is cosigned until it is put back."""


class MemoryUnreadableError(LocumError):
    """The witness's memory can't be read: the file was damaged, or is something else."""


class KeyElsewhereError(LocumError):
    """This key has signed with another memory; with two it could sign two histories."""

    def __init__(self, memory: str) -> None:
        super().__init__()
        #: path of the memory that belongs to the key
        self.memory = memory


@dataclass(frozen=True, kw_only=True, slots=True)
class Remembered:
    """What is known of one ledger."""

    #: what was cosigned last
    state: State
    #: the signed note itself: beside one that contradicts it, the proof of a fork
    checkpoint: bytes


_NOTHING = Remembered(state=UNSEEN, checkpoint=b"")


class Turn:
    """The memory while it is locked: what is read and stored here is one step for everybody else."""

    def __init__(self, path: Path, known: Mapping[str, Remembered]) -> None:
        self._path = path
        self._known = dict(known)

    def recall(self, origin: str) -> Remembered:
        """Return what is known of a ledger."""
        return self._known.get(origin, _NOTHING)

    def store(self, origin: str, remembered: Remembered) -> None:
        """Remember; when this returns, it outlasts a crash."""
        known = self._known | {origin: remembered}
        files.replace(self._path, _spell(known))
        self._known = known


class Memory:
    """A file with the last checkpoint of each ledger. It must never be put back from a backup."""

    def __init__(self, path: Path) -> None:
        #: where it is, links followed: one file has one lock
        self.path = path.resolve()
        self._reached: dict[str, int] = {}

    def begin(self) -> None:
        """Make an empty memory where there is none."""
        with files.locked(self.path):
            if not self.path.exists():
                files.replace(self.path, _spell({}))
            _read(self.path)

    def known(self) -> Mapping[str, Remembered]:
        """Return all that is remembered, by the ledgers' names."""
        return _read(self.path)

    @contextmanager
    def locked(self) -> Iterator[Turn]:
        """Hold the memory alone, over threads and processes.

        Raises MemoryLostError when it knows less than this process saw in it: somebody took it away or put an old
        one back, and a witness that forgets would sign a second history.
        """
        with files.locked(self.path):
            known = _read(self.path)
            if any(self._size(known, origin) < size for origin, size in self._reached.items()):
                raise MemoryLostError
            turn = Turn(self.path, known)
            yield turn
            self._reached |= {origin: turn.recall(origin).state.size for origin in (*known, *self._reached)}

    @staticmethod
    def _size(known: Mapping[str, Remembered], origin: str) -> int:
        return known.get(origin, _NOTHING).state.size


def claim(key: Path, memory: Memory) -> bool:
    """Bind a key file to this memory, which is begun where key and memory are both new.

    Returns whether that could be noted beside the key. Raises KeyElsewhereError when the key belongs to another
    memory, and MemoryLostError when the memory that it signed with is gone.
    """
    note = files.beside(key.resolve(), ".memory")
    owner = _owner(note)
    if owner is None:
        memory.begin()
        try:
            files.create(note, f"{memory.path}\n".encode())
        except FileExistsError:
            owner = _owner(note)
        except OSError:
            return False
    if owner not in (None, str(memory.path)):
        raise KeyElsewhereError(str(owner))
    if not memory.path.exists():
        raise MemoryLostError
    memory.begin()
    return True


def _owner(note: Path) -> str | None:
    try:
        return note.read_text(encoding="utf-8").removesuffix("\n")
    except FileNotFoundError:
        return None


def _spell(known: Mapping[str, Remembered]) -> bytes:
    logs = {
        origin: {
            "size": one.state.size,
            "root": b64encode(one.state.root).decode(),
            "checkpoint": one.checkpoint.decode(),
        }
        for origin, one in sorted(known.items())
    }
    return (json.dumps({"witness": _FORM, "logs": logs}, ensure_ascii=False, indent=1) + "\n").encode()


def _read(path: Path) -> dict[str, Remembered]:
    try:
        found = json.loads(path.read_bytes())
        if found["witness"] != _FORM:
            raise MemoryUnreadableError
        return {origin: _remembered(one) for origin, one in found["logs"].items()}
    except FileNotFoundError:
        raise MemoryLostError from None
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise MemoryUnreadableError from None


def _remembered(found: Mapping[str, Any]) -> Remembered:
    size, root = found["size"], decode(found["root"])
    if type(size) is not int or not 0 <= size < 2**63 or root is None or len(root) != 32:
        raise MemoryUnreadableError
    return Remembered(state=State(size=size, root=root), checkpoint=found["checkpoint"].encode())
