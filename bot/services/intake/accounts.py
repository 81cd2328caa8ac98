"""Remembers the surrogates of users who write, and looks up or adds those of others before a batch is judged."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from bot.domain.message import AccountRef, Message
from bot.services.intake.translate import UserKey, account_ref, user_keys
from bot.store.accounts import add_accounts, generation, known_accounts
from bot.store.engine import Store


@dataclass(kw_only=True, slots=True)
class AccountBook:
    """Surrogates in memory, true while the community's generation stays what it was."""

    #: the community
    community: str
    #: users remembered at most
    limit: int
    #: surrogates by platform, workspace and user
    known: dict[UserKey, str] = field(default_factory=dict)
    #: the generation under which they were read
    generation: int = -1

    def forget(self) -> None:
        """Forget everybody: somebody has to be."""
        self.known = {}
        self.generation = -1

    async def learn(self, store: Store, messages: Iterable[Message], now: datetime) -> None:
        """Learn of every user whom the messages name; those whom nobody knows are added."""
        known = self.known
        missing: dict[UserKey, AccountRef] = {}
        for message in messages:
            for key in user_keys(message):
                if key not in known and key not in missing:
                    missing[key] = account_ref(key, message)
        if not missing and self.generation >= 0:
            return
        if len(known) + len(missing) > self.limit:
            # all at once: those who write now come back with one look-up
            await self._start_anew(store, messages, now)
            return
        await self._read(store, missing, now)

    async def _start_anew(self, store: Store, messages: Iterable[Message], now: datetime) -> None:
        self.forget()
        missing = {key: account_ref(key, message) for message in messages for key in user_keys(message)}
        await self._read(store, missing, now)

    async def _read(self, store: Store, missing: dict[UserKey, AccountRef], now: datetime) -> None:
        refs = set(missing.values())
        # at once with the adding: most whom memory doesn't know write for the first time
        async with store.writing() as tx:
            found = await known_accounts(tx, self.community, refs)
            current = await generation(tx, self.community, locked=False)
            found |= await add_accounts(tx, self.community, refs - found.keys(), now)
        if self.generation == -1:
            self.generation = current or 0
        # a change since then is noticed when the batch is stored
        self.known.update({key: found[ref] for key, ref in missing.items()})
