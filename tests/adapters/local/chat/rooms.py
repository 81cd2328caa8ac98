"""A chat for tests, with a few people in it and a clock that stands where a test puts it."""

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from adapters.local.chat.chat import Chat
from adapters.local.chat.types import Account, Change, RoomKind
from bot.domain.outcome import OutcomeKind
from bot.domain.sanction import FREE, Standing
from tests.fakes.clock import FakeClock

SECOND = timedelta(seconds=1)
HELD = Standing(held=True)


@dataclass(kw_only=True)
class Place:
    """A chat whose file can be closed and opened again."""

    #: where it is kept
    file: Path
    #: the time
    clock: FakeClock = field(default_factory=FakeClock)
    chat: Chat = field(init=False)

    def __post_init__(self) -> None:
        self.chat = Chat(self.file, self.clock.now)

    def furnish(self) -> "Place":
        """Make rooms, and let a few people in."""
        for name in ("help", "gaming", "calm"):
            self.chat.make_room(name)
        self.chat.make_room("leads", RoomKind.STAFF)
        for name in ("limpet", "rollmops", "whelk"):
            self.enrol(name)
        self.enrol("lee", roles=frozenset({"staff"}))
        return self

    def enrol(self, account: str, *, here: bool = True, name: str = "", **fields: Any) -> Account:
        """Make an account that is called as its id is."""
        now = self.clock.now()
        made = Account(id=account, name=name or account, created_at=now, joined_at=now if here else None, **fields)
        self.chat.enrol(made)
        return made

    def restart(self) -> None:
        """Close the file and open it again, as a new process does."""
        self.chat.close()
        self.chat = Chat(self.file, self.clock.now)

    def hold(self, account: str, sanction: OutcomeKind, **fields: int) -> None:
        """Put somebody under a sanction: a timeout of ten minutes, anything else for good."""
        until = self.clock.now() + timedelta(minutes=10) if sanction is OutcomeKind.TIMEOUT else None
        self.chat.restrict(account, sanction, Standing(held=True, until=until), by="a1", **fields)

    def free(self, account: str, sanction: OutcomeKind) -> None:
        """Let somebody go free."""
        self.chat.restrict(account, sanction, FREE, by="a2")

    def since(self, number: int) -> list[Change]:
        """Return the changes behind a number."""
        return list(self.chat.changes(number))


def furnished(folder: Path) -> Place:
    """Return a chat with rooms and people."""
    return Place(file=folder / "chat.sqlite").furnish()


@contextmanager
def full_disk() -> Iterator[None]:
    """Let nothing more be written to any file."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
