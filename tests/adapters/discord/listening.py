"""Somebody who listens to a Discord server, and notes what arrives; what is asked is answered as a test says."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

from bot.domain.command import Invocation, Reply, Suggestion
from bot.domain.message import Message
from bot.ports import Feed
from tests.adapters.discord.ground import DiscordGround
from tests.discord.bots import until


@dataclass(kw_only=True)
class Ear:
    """What was heard, and how it is answered."""

    #: messages, joins and changes of names, in order
    offered: list[Message] = field(default_factory=list)
    #: what was asked, in order
    given: list[Invocation] = field(default_factory=list)
    #: answers whatever is asked
    answer: Callable[[Invocation], Awaitable[Reply]]
    #: what is suggested
    suggestions: Sequence[Suggestion] = ()
    #: how often everything arrived from then on
    resumed: int = 0

    def texts(self) -> list[str]:
        """Return what was written, in order."""
        return [one.text for one in self.offered]


async def _done(_invocation: Invocation) -> Reply:
    return Reply(text="Done.")


@asynccontextmanager
async def heard(
    ground: DiscordGround, answer: Callable[[Invocation], Awaitable[Reply]] = _done
) -> AsyncIterator[Ear]:  # fmt: skip
    """Listen while the block runs, once everything arrives and the commands are told."""
    ear = Ear(answer=answer)

    def offer(message: Message) -> bool:
        ear.offered.append(message)
        return True

    async def give(invocation: Invocation) -> Reply:
        ear.given.append(invocation)
        return await ear.answer(invocation)

    async def complete(_invocation: Invocation, _option: str, _typed: str) -> Sequence[Suggestion]:
        return ear.suggestions

    def resumed(_at: object) -> None:
        ear.resumed += 1

    feed = Feed(
        offer=offer, expect=lambda _: None, interrupted=lambda _: None, resumed=resumed, give=give, complete=complete
    )
    listening = asyncio.create_task(ground.connected.listen(feed))
    try:
        await until(lambda: ear.resumed or listening.done())
        yield ear
    finally:
        listening.cancel()
        with suppress(asyncio.CancelledError):
            await listening


def show_commands(ground: DiscordGround) -> None:
    """Show the commands to everybody, as administrators do in the server's settings."""
    commands = ground.place.guild.commands
    for id_, one in commands.items():
        commands[id_] = one | {"default_member_permissions": None}


async def until_told(ground: DiscordGround) -> None:
    """Return once the server knows the commands, shown to everybody."""
    await until(lambda: ground.place.guild.commands)
    show_commands(ground)
