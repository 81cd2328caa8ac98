"""One transaction's work: what it is done with, and what the ledger is told at its end."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime

from bot.domain.governance import Governance
from bot.policy.policy_set import PolicySet
from bot.ports import Keys
from bot.services.record import Draft, record
from bot.services.staff.governing import govern
from bot.store.engine import Tx

#: is told the number of the entry that a draft became
Noting = Callable[[int], Awaitable[None]]


@dataclass(kw_only=True, slots=True)
class Work:
    """What everything that is done for one command, press or timer shares; it is finished once, as the last thing."""

    #: the transaction
    tx: Tx
    #: keys outside the database
    keys: Keys = field(repr=False)
    #: the community
    community: str
    #: the one time at which all of it happens
    now: datetime
    #: the active policies
    policies: PolicySet
    #: what they say about people, seats that partners filled included
    governance: Governance
    #: entries so far, in order
    drafts: list[Draft] = field(default_factory=list)
    _notings: list[tuple[int, Noting]] = field(default_factory=list)

    def record(self, draft: Draft, *, noting: Noting | None = None) -> None:
        """Have something recorded at the end; `noting` is told the entry's number then, to find sealed words again."""
        if noting is not None:
            self._notings.append((len(self.drafts), noting))
        self.drafts.append(draft)

    async def finish(self) -> None:
        """Record everything: the ledger's head is the last lock that a transaction takes."""
        numbers = await record(self.tx, self.keys, self.community, self.now, self.drafts)
        for place, noting in self._notings:
            # only rows that this transaction made or holds are changed here
            await noting(numbers[place])
        self.drafts, self._notings = [], []


async def begin_work(tx: Tx, keys: Keys, policies: PolicySet, now: datetime) -> Work:
    """Return work to be done in a transaction that has just begun."""
    return Work(
        tx=tx,
        keys=keys,
        community=policies.community,
        now=now,
        policies=policies,
        governance=await govern(tx, policies),
    )
