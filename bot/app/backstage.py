"""What the page of the chat of our own is shown of a running program: one community's chains, ledger and people."""

from collections import OrderedDict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta

from bot.app.ahead import AheadClock
from bot.app.app import App
from bot.commands.completing import complete
from bot.domain.actor import OPERATOR
from bot.domain.command import Invocation, Suggestion
from bot.domain.message import AccountRef, MessageRef
from bot.policy.policy_set import PolicySet
from bot.services.ledger.logs import signers, verifiers
from bot.services.tracing.chain import Chain, EntryShown, Seen, Verified
from bot.services.tracing.chaining import chain_of, marked, note_look
from bot.services.tracing.checking import Checking
from bot.services.tracing.entering import latest_entries
from bot.services.tracing.seeing import seen, seen_many
from bot.services.tracing.tracing import Tracing

#: a look at the same message within this time is part of the one before
_ONE_LOOK = timedelta(minutes=10)
#: looks that are remembered
_LOOKS = 1_000


class LocalBackstage:
    """Answers to the protocol Backstage with what a running program has."""

    def __init__(self, community: str, app: App, clock: AheadClock, origin: str, checking: Checking) -> None:
        self._community, self._app, self._clock = community, app, clock
        #: the ledger's name
        self._origin = origin
        self._checking = checking
        self._looks: OrderedDict[MessageRef, datetime] = OrderedDict()

    @property
    def community(self) -> str:
        """Which one."""
        return self._community

    @property
    def policies(self) -> PolicySet:
        """What it goes by at the moment."""
        return self._app.frame.policies[self._community]

    @property
    def ahead(self) -> timedelta:
        """How far the program's time is ahead of the machine's."""
        return self._clock.ahead

    def now(self) -> datetime:
        """Return the program's time, UTC."""
        return self._clock.now()

    def skip(self, length: timedelta) -> None:
        """Let the program's time jump ahead: this is a rehearsal."""
        self._clock.skip(length)

    async def seen(self, account: AccountRef, language: str) -> Seen:
        """Return who somebody is."""
        return await seen(self._tracing(), account, language)

    async def seen_many(self, accounts: Collection[AccountRef], language: str) -> Mapping[AccountRef, Seen]:
        """Return who several people are, as of one moment."""
        return await seen_many(self._tracing(), accounts, language)

    async def chain(self, ref: MessageRef, language: str) -> Chain:
        """Return what followed from a message; that what it said was looked at is recorded."""
        tracing = self._tracing()
        chain = await chain_of(tracing, ref, language)
        if chain.text and self._is_fresh(ref, tracing.now):
            # whoever looks here is whoever runs the rehearsal, whomever they play
            await note_look(tracing, ref, OPERATOR)
        return chain

    async def marked(self, refs: Sequence[MessageRef]) -> Sequence[MessageRef]:
        """Return those messages that something followed from."""
        return await marked(self._tracing(), refs)

    async def entries(self, after: int, most: int, language: str) -> Sequence[EntryShown]:
        """Return the ledger's newest entries behind a number, oldest first, at most so many."""
        return await latest_entries(self._tracing(), after, most, language)

    async def verify(self, language: str) -> Verified:
        """Verify the whole ledger as `locum verify` does."""
        frame = self._app.frame
        logs = verifiers(signers(frame.keys, self._origin))
        witnesses = [known.verifier for known in frame.witnesses]
        return await self._checking.verify(self._community, logs, witnesses, language)

    async def complete(self, invocation: Invocation, option: str, typed: str) -> Sequence[Suggestion]:
        """Return what an option of a command could take, for whoever is typing it: at most 25."""
        return await complete(self._app.desk, invocation, option, typed)

    def _tracing(self) -> Tracing:
        frame = self._app.frame
        return Tracing(store=frame.store, keys=frame.keys, policies=self.policies, now=self._clock.now())

    def _is_fresh(self, ref: MessageRef, now: datetime) -> bool:
        """Return whether a look is one of its own, and remember it: a page that is drawn again is no other look."""
        before = self._looks.get(ref)
        if before is not None and now - before < _ONE_LOOK:
            return False
        self._looks[ref] = now
        self._looks.move_to_end(ref)
        while len(self._looks) > _LOOKS:
            self._looks.popitem(last=False)
        return True
