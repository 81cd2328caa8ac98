"""Somebody who listens to a Slack workspace, and notes what arrives; what is asked is answered as a test says."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime

from bot.domain.capability import Capability
from bot.domain.command import Invocation, Reply, Suggestion
from bot.domain.gap import GapCause
from bot.domain.message import AccountRef, Message
from bot.domain.outside import Deed
from bot.domain.place import Stream
from bot.ports import Feed
from tests.adapters.slack.ground import SlackGround
from tests.slack.uses import until


@dataclass(kw_only=True)
class Ear:
    """What was heard, and how it is answered."""

    #: messages, joins and changes of names, in order
    offered: list[Message] = field(default_factory=list)
    #: what went, in order
    gone: list[tuple[Stream, tuple[str, ...]]] = field(default_factory=list)
    #: what was done by hand, in order
    deeds: list[Deed] = field(default_factory=list)
    #: who came into a channel, in order
    entered: list[AccountRef] = field(default_factory=list)
    #: what was asked, in order
    given: list[Invocation] = field(default_factory=list)
    #: answers whatever is asked
    answer: Callable[[Invocation], Awaitable[Reply]]
    #: what is suggested
    suggestions: Sequence[Suggestion] = ()
    #: what can be done, as it was said last
    able: Sequence[Capability] = ()
    #: streams that were said to be there
    streams: set[Stream] = field(default_factory=set)
    #: how often everything arrived from then on, and was interrupted
    resumed: int = 0
    interrupted: int = 0
    #: what is waited for before something counts as stored
    store: Callable[[], Awaitable[None]] | None = None

    def texts(self) -> list[str]:
        """Return what was written, in order."""
        return [one.text for one in self.offered]


async def _done(_invocation: Invocation) -> Reply:
    return Reply(text="Done.")


def feed_of(ear: Ear) -> Feed:
    """Return what tells an ear everything."""

    def offer(message: Message) -> bool:
        ear.offered.append(message)
        return True

    async def settled() -> None:
        if ear.store is not None:
            await ear.store()

    async def give(invocation: Invocation) -> Reply:
        ear.given.append(invocation)
        return await ear.answer(invocation)

    async def complete(_invocation: Invocation, _option: str, _typed: str) -> Sequence[Suggestion]:
        return ear.suggestions

    def resumed(_at: datetime) -> None:
        ear.resumed += 1

    def interrupted(_cause: GapCause) -> None:
        ear.interrupted += 1

    async def gone(stream: Stream, messages: Sequence[str], _at: datetime) -> None:
        ear.gone.append((stream, tuple(messages)))

    async def noticed(deed: Deed) -> None:
        ear.deeds.append(deed)

    async def entered(account: AccountRef, _at: datetime) -> None:
        ear.entered.append(account)

    async def able(known: Sequence[Capability]) -> None:
        ear.able = known

    return Feed(
        offer=offer, settled=settled, expect=ear.streams.update, interrupted=interrupted, resumed=resumed, give=give,
        complete=complete, gone=gone, noticed=noticed, entered=entered, able=able,
    )  # fmt: skip


@asynccontextmanager
async def heard(
    ground: SlackGround, answer: Callable[[Invocation], Awaitable[Reply]] = _done
) -> AsyncIterator[Ear]:  # fmt: skip
    """Listen while the block runs, once everything arrives."""
    ear = Ear(answer=answer)
    listening = asyncio.create_task(ground.connected.listen(feed_of(ear)))
    try:
        await until(lambda: ear.resumed or listening.done())
        yield ear
    finally:
        listening.cancel()
        with suppress(asyncio.CancelledError):
            await listening
