"""Holds members who come into a channel to what holds for them: where a sanction means to be kept out, that ends it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from bot.domain.message import AccountRef
from bot.policy.policy_set import PolicySet
from bot.ports import Clock, Keys
from bot.services.intake.rejoining import SETS, hold_again
from bot.services.work import begin_work
from bot.store.accounts import known_accounts
from bot.store.columns import micros
from bot.store.engine import Store
from bot.store.sanctions import active_sanctions


@dataclass(frozen=True, kw_only=True, slots=True)
class Entering:
    """What looks at who comes into a channel of one connection."""

    #: the database
    store: Store
    #: keys outside it
    keys: Keys = field(repr=False)
    #: the one source of time
    clock: Clock
    #: the policies as they apply at the moment
    policies: Callable[[], PolicySet]
    #: tells performers that something may have been planned
    wake: Callable[[], None]

    async def entered(self, ref: AccountRef, at: datetime) -> None:
        """Plan anew what holds for a member, as of a time; told again, it is planned once. Raises UnavailableError."""
        policies, now = self.policies(), self.clock.now()
        async with self.store.reading() as tx:
            account = (await known_accounts(tx, policies.community, [ref])).get(ref)
            if account is None or not (await active_sanctions(tx, [account], now)).get(account):
                # nearly everybody
                return
        async with self.store.writing() as tx:
            work = await begin_work(tx, self.keys, policies, now)
            events = {account: f"entered:{micros(at)}"}
            planned, drafts = await hold_again(tx, policies.community, events, SETS, now)
            for draft in drafts:
                work.record(draft)
            await work.finish()
        if planned:
            self.wake()
