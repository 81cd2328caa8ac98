"""What a performer asks: a platform or a pager, each as the same few functions."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.action import Answer, Result
from bot.domain.message import AccountRef, Message
from bot.domain.outcome import OutcomeKind
from bot.domain.place import PAGER, Stream
from bot.domain.sanction import Standing
from bot.ports import Effect, Pager, Platform


@dataclass(frozen=True, kw_only=True, slots=True)
class Outside:
    """Whoever has effects."""

    #: name of the connection
    name: str
    #: does what is asked
    enforce: Callable[[Sequence[Effect]], Awaitable[Sequence[Result]]]
    #: says what became of what was asked
    read_back: Callable[[Sequence[Effect]], Awaitable[Sequence[Result]]]
    #: says how members stand
    standings: Callable[[Sequence[AccountRef], OutcomeKind], Awaitable[Sequence[Standing | None]]]
    #: the longest time after which it ends a sanction by itself
    longest: Callable[[OutcomeKind], timedelta | None]
    #: reads what was written around a message; None where nothing is written
    around: Callable[[Stream, str, datetime, int], Awaitable[Sequence[Message]]] | None = None


def through_platform(platform: Platform) -> Outside:
    """Return a platform's connection."""
    return Outside(
        name=platform.connection.name,
        enforce=platform.enforce,
        read_back=platform.read_back,
        standings=platform.standings,
        longest=platform.longest,
        around=platform.around,
    )


def through_pager(pager: Pager) -> Outside:
    """Return the connection that pages go through."""

    async def enforce(effects: Sequence[Effect]) -> Sequence[Result]:
        return await asyncio.gather(*(pager.page(effect.text, key=effect.action, to=effect.to) for effect in effects))

    async def read_back(effects: Sequence[Effect]) -> Sequence[Result]:
        # nobody is asked: a page is sent again under its key, under which it is the same page
        return [Result(answer=Answer.RETRY_AFTER) for _ in effects]

    async def standings(accounts: Sequence[AccountRef], _: OutcomeKind) -> Sequence[Standing | None]:
        return [None for _ in accounts]

    return Outside(
        name=PAGER, enforce=enforce, read_back=read_back, standings=standings, longest=lambda _: timedelta(0)
    )
