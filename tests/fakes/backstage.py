"""What the page sees of Locum, without a Locum behind it: whoever tests says what is there."""

from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from bot.domain.command import Invocation, Reply, Suggestion
from bot.domain.message import AccountRef, Message, MessageRef
from bot.policy.policy_set import PolicySet
from bot.ports import Feed
from bot.services.tracing.chain import Chain, EntryShown, Seen, Verified


@dataclass(kw_only=True)
class FakeBackstage:
    """Says what it was told to say."""

    community: str
    policies: PolicySet
    #: how far the program's time is ahead of the machine's
    ahead: timedelta = timedelta(0)
    #: who people are, by account; anybody else is a member
    who: dict[str, Seen] = field(default_factory=dict)
    #: what followed from posts, by id
    chains: dict[str, Chain] = field(default_factory=dict)
    #: the ledger
    ledger: list[EntryShown] = field(default_factory=list)
    #: what a verification comes to
    verified: Verified = field(default_factory=lambda: Verified(sound=True, size=0))
    #: what every option could take
    suggestions: list[Suggestion] = field(default_factory=list)
    #: what was asked to be completed: the invocation, the option, and what was typed
    completed: list[tuple[Invocation, str, str]] = field(default_factory=list)

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def skip(self, length: timedelta) -> None:
        self.ahead += length

    async def seen(self, account: AccountRef, language: str) -> Seen:
        return self.who.get(account.user, Seen(audiences=frozenset({"everybody"})))

    async def seen_many(self, accounts: Collection[AccountRef], language: str) -> dict[AccountRef, Seen]:
        return {one: await self.seen(one, language) for one in accounts}

    async def chain(self, ref: MessageRef, language: str) -> Chain:
        return self.chains.get(ref.message, Chain())

    async def marked(self, refs: Sequence[MessageRef]) -> Sequence[MessageRef]:
        return [ref for ref in refs if ref.message in self.chains]

    async def entries(self, after: int, most: int, language: str) -> Sequence[EntryShown]:
        return [entry for entry in self.ledger if entry.seq > after][-most:]

    async def verify(self, language: str) -> Verified:
        return self.verified

    async def complete(self, invocation: Invocation, option: str, typed: str) -> Sequence[Suggestion]:
        self.completed.append((invocation, option, typed))
        return [one for one in self.suggestions if one.value.startswith(typed)]


@dataclass(kw_only=True)
class Heard:
    """What arrived in Locum, and what it answers."""

    #: what was given, in order
    given: list[Invocation] = field(default_factory=list)
    #: what is answered
    answer: Callable[[Invocation], Awaitable[Reply]] | None = None
    #: what is answered where nothing else is
    reply: Reply = field(default_factory=lambda: Reply(text="done"))

    @property
    def feed(self) -> Feed:
        """What an adapter says while it listens."""
        return Feed(offer=_taken, expect=_nothing, interrupted=_nothing, resumed=_nothing, give=self._give)

    async def _give(self, invocation: Invocation) -> Reply:
        self.given.append(invocation)
        return self.reply if self.answer is None else await self.answer(invocation)


def _taken(message: Message) -> bool:
    return True


def _nothing(value: object) -> None:
    return None
