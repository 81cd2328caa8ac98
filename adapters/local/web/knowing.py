"""What Locum knows of people and records, remembered for a moment: many open pages ask for the same."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from time import monotonic

from adapters.local.community import LocalCommunity
from bot.services.tracing.chain import EntryShown, Seen

#: entries that a strip shows
MOST = 30
#: seconds for which the newest entries are the newest
_FRESH = 0.2
#: seconds after which somebody is looked up once more although nothing was recorded: a shift ends by itself
_STALE = 10.0


@dataclass(kw_only=True, slots=True)
class Known:
    """What is remembered of one community."""

    #: the community
    community: LocalCommunity
    _entries: dict[str, tuple[float, tuple[EntryShown, ...]]] = field(default_factory=dict)
    _seen: dict[tuple[str, str], tuple[float, int, Seen]] = field(default_factory=dict)
    _one_by_one: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def entries(self, language: str) -> tuple[EntryShown, ...]:
        """Return the ledger's newest entries, oldest first."""
        async with self._one_by_one:
            looked, known = self._entries.get(language, (-_FRESH, ()))
            if monotonic() - looked >= _FRESH:
                newer = await self.community.backstage.entries(known[-1].seq if known else 0, MOST, language)
                known = (*known, *newer)[-MOST:]
                self._entries[language] = (monotonic(), known)
            return known

    async def newest_entry(self, language: str) -> int:
        """Return the number of the ledger's newest entry; 0 for none."""
        entries = await self.entries(language)
        return entries[-1].seq if entries else 0

    async def seen(self, accounts: Sequence[str], language: str) -> dict[str, Seen]:
        """Return who people are: whatever changes that is recorded, or comes with time."""
        newest = await self.newest_entry(language)
        return {account: await self._who(account, language, newest) for account in accounts}

    async def _who(self, account: str, language: str, newest: int) -> Seen:
        looked, entry, seen = self._seen.get((account, language), (-_STALE, -1, Seen()))
        if entry != newest or monotonic() - looked >= _STALE:
            seen = await self.community.backstage.seen(self.community.account_ref(account), language)
            self._seen[account, language] = (monotonic(), newest, seen)
        return seen
