"""What the page shows of Locum itself, beside what any platform would show: handed in by whoever runs both."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from bot.domain.command import Invocation, Suggestion
from bot.domain.message import AccountRef, MessageRef
from bot.policy.policy_set import PolicySet
from bot.services.tracing.chain import Chain, EntryShown, Seen, Verified


class Backstage(Protocol):
    """What can be seen of one community; nothing can be done through it."""

    @property
    def community(self) -> str:
        """Which one."""
        ...

    @property
    def policies(self) -> PolicySet:
        """What it goes by at the moment."""
        ...

    def now(self) -> datetime:
        """Return the program's time, UTC; it may be ahead of the machine's."""
        ...

    def skip(self, length: timedelta) -> None:
        """Let the program's time jump ahead: this is a rehearsal."""
        ...

    async def seen(self, account: AccountRef, language: str) -> Seen:
        """Return who somebody is."""
        ...

    async def seen_many(self, accounts: Collection[AccountRef], language: str) -> Mapping[AccountRef, Seen]:
        """Return who several people are, as of one moment."""
        ...

    async def chain(self, ref: MessageRef, language: str) -> Chain:
        """Return what followed from a message; an empty chain from one that nothing followed from."""
        ...

    async def marked(self, refs: Sequence[MessageRef]) -> Sequence[MessageRef]:
        """Return those messages that something followed from."""
        ...

    async def entries(self, after: int, most: int, language: str) -> Sequence[EntryShown]:
        """Return the ledger's newest entries behind a number, oldest first, at most so many."""
        ...

    async def verify(self, language: str) -> Verified:
        """Verify the whole ledger as `locum verify` does."""
        ...

    async def complete(self, invocation: Invocation, option: str, typed: str) -> Sequence[Suggestion]:
        """Return what an option of a command could take, for whoever is typing it: at most 25."""
        ...
