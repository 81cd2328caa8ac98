"""What Locum knows of people and records, read once for every open page: many of them ask for the same.

One reading is under way at a time, and serves whoever waits. Whoever comes meanwhile takes what was read just before:
what is newer comes to their page by itself.
"""

import asyncio
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from time import monotonic

from adapters.local.community import LocalCommunity
from bot.services.tracing.chain import EntryShown, Seen

#: entries that a strip shows
MOST = 30
#: seconds for which what was read is the newest
_FRESH = 0.2
#: seconds for which it will do while something newer is being read
_BEARABLE = 1.0
#: seconds after which people are looked up once more although nothing was recorded: a shift ends by itself
_STALE = 10.0
#: seconds after which nobody looks at somebody any more
_FORGOTTEN = 60.0


@dataclass(frozen=True, kw_only=True, slots=True)
class _Picture:
    """What was read in one go, for readers of one language."""

    #: when reading it began
    at: float
    #: when it was there
    read_at: float
    #: the ledger's newest entries, oldest first
    entries: tuple[EntryShown, ...] = ()
    #: who people are, by account
    seen: Mapping[str, Seen] = field(default_factory=dict)
    #: when they were looked up
    seen_at: float = 0.0

    @property
    def newest(self) -> int:
        """Number of the newest entry; 0 for none."""
        return self.entries[-1].seq if self.entries else 0


_NOTHING = _Picture(at=float("-inf"), read_at=float("-inf"))


@dataclass(kw_only=True, slots=True)
class Known:
    """What is remembered of one community."""

    #: the community
    community: LocalCommunity
    _pictures: dict[str, _Picture] = field(default_factory=dict)
    _reading: dict[str, "asyncio.Task[None]"] = field(default_factory=dict)
    #: whom pages ask for → when one did last
    _wanted: dict[str, float] = field(default_factory=dict)
    #: before this, what was read is out of date
    _changed_at: float = float("-inf")

    async def entries(self, language: str) -> tuple[EntryShown, ...]:
        """Return the ledger's newest entries, oldest first."""
        return (await self._picture(language)).entries

    async def newest_entry(self, language: str) -> int:
        """Return the number of the ledger's newest entry; 0 for none."""
        return (await self._picture(language)).newest

    async def seen(self, accounts: Collection[str], language: str) -> dict[str, Seen]:
        """Return who people are: whatever changes that is recorded, or comes with time."""
        self._wanted |= dict.fromkeys(accounts, monotonic())
        picture = await self._picture(language, accounts)
        return {account: picture.seen[account] for account in accounts}

    def changed(self) -> None:
        """Say that somebody did something here: what is looked at from now on is to show it."""
        self._changed_at = monotonic()

    async def settle(self) -> None:
        """Return once nothing is being read any more."""
        if self._reading:
            await asyncio.wait(list(self._reading.values()))

    async def _picture(self, language: str, accounts: Collection[str] = ()) -> _Picture:
        asked_at, waited = monotonic(), False
        while True:
            picture, reading = self._pictures.get(language, _NOTHING), self._reading.get(language)
            will_do = asked_at - picture.read_at < (_BEARABLE if waited or reading is not None else _FRESH)
            if will_do and picture.at > self._changed_at and all(account in picture.seen for account in accounts):
                return picture
            if reading is None:
                reading = self._reading[language] = asyncio.create_task(self._read(language), name="knowing")
                reading.add_done_callback(_heard)
            # whoever goes away ends nothing that others wait for
            await asyncio.shield(reading)
            waited = True

    async def _read(self, language: str) -> None:
        """Read what is newer than what is known."""
        begun, held = monotonic(), self._pictures.get(language, _NOTHING)
        try:
            newer = await self.community.backstage.entries(held.newest, MOST, language)
            self._wanted = {account: at for account, at in self._wanted.items() if begun - at < _FORGOTTEN}
            seen, seen_at = held.seen, held.seen_at
            if newer or self._wanted.keys() - seen.keys() or begun - seen_at >= _STALE:
                seen, seen_at = await self._look_up(language), begun
            entries = (*held.entries, *newer)[-MOST:]
            self._pictures[language] = _Picture(
                at=begun, read_at=monotonic(), entries=entries, seen=seen, seen_at=seen_at
            )  # fmt: skip
        finally:
            del self._reading[language]

    async def _look_up(self, language: str) -> dict[str, Seen]:
        refs = {account: self.community.account_ref(account) for account in self._wanted}
        found = await self.community.backstage.seen_many(list(refs.values()), language)
        return {account: found[ref] for account, ref in refs.items()}


def _heard(reading: "asyncio.Task[None]") -> None:
    """Take note of how reading ended: whoever waits for it is told, and perhaps nobody does any more."""
    if not reading.cancelled():
        reading.exception()
