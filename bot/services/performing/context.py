"""What was written around a case's message: read from the platform when its card is shown, kept nowhere.

A card goes without where the platform doesn't answer in time: it is worth more now than complete later.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bot.cards.case_card import Told, with_quotes
from bot.domain.card import Card
from bot.domain.message import AccountRef, Message
from bot.domain.place import Around, Stream
from bot.services.performing.needs import Needs
from bot.services.performing.outside import Outside
from bot.services.performing.rendering import Job
from bot.services.showing.quoting import Named, quote_of
from bot.store.accounts import known_accounts
from bot.store.engine import Store

#: messages shown on either side
SIDE = 5
#: what was written longer before, or after, has nothing to do with it
_REACH = timedelta(hours=24)
#: seconds that all cards of a batch may take together, of the time that one call may take
_PATIENCE = 3.0
#: cards that get their context at once
_AT_ONCE = 4


@dataclass(frozen=True, kw_only=True, slots=True)
class Looking:
    """With what is looked for what was written around a message."""

    #: reads what stands around a message of a time in a channel or thread, so many on either side, oldest first
    around: Callable[[Stream, str, datetime, int], Awaitable[Sequence[Message]]]
    #: the database: it knows the handles
    store: Store = field(repr=False)
    #: the community
    community: str
    #: the reader's language
    language: str


async def with_context(jobs: Sequence[Job], outside: Outside, needs: Needs) -> list[Job]:
    """Return the jobs, those of cases' cards with what was written around, as far as the platform says it in time."""
    wanted = [job for job in jobs if job.around is not None and job.effect.card is not None]
    if outside.around is None or not wanted:
        return list(jobs)
    turn = asyncio.Semaphore(_AT_ONCE)
    tasks = {job.claimed.action.id: asyncio.create_task(_completed(job, outside, needs, turn)) for job in wanted}
    await asyncio.wait(tasks.values(), timeout=min(_PATIENCE, needs.limits.deadline / 2))
    done = {name: task.result() for name, task in tasks.items() if _has_ended(task)}
    return [done.get(job.claimed.action.id, job) for job in jobs]


def _has_ended(task: "asyncio.Task[Job]") -> bool:
    """Return whether a look came to something; one that takes too long is given up."""
    if not task.done():
        task.cancel()
        return False
    return not task.cancelled() and task.exception() is None


async def _completed(job: Job, outside: Outside, needs: Needs, turn: asyncio.Semaphore) -> Job:
    assert job.around is not None  # noqa: S101 - whoever calls looked
    assert job.effect.card is not None  # noqa: S101 - likewise
    assert outside.around is not None  # noqa: S101 - likewise
    community = job.claimed.action.community
    active = needs.policies(community)
    looking = Looking(
        around=outside.around, store=needs.store, community=community,
        language="en" if active is None else active.languages[0],
    )  # fmt: skip
    async with turn:
        card = await with_around(job.effect.card, job.around, looking)
    return replace(job, effect=replace(job.effect, card=card))


async def with_around(card: Card, around: Around, looking: Looking) -> Card:
    """Return a case's card with what was written around its message; raises whatever the platform or database does."""
    before, own, after = await _look(around, looking)
    found = [*before, *([own] if own is not None else []), *after]
    return _with(card, found, own, await _names(found, looking), looking.language)


async def _look(around: Around, looking: Looking) -> tuple[list[Message], Message | None, list[Message]]:
    """Return what was written before a message, the message if it still stands, and what was written after it."""
    found = await looking.around(around.stream, around.message, around.at, SIDE)
    near = [one for one in found if abs(one.at - around.at) <= _REACH]
    own = next((one for one in near if one.ref.message == around.message), None)
    place = near.index(own) if own is not None else sum(one.at <= around.at for one in near)
    before, after = near[:place], near[place + (own is not None) :]
    return before[-SIDE:], own, after[:SIDE]


async def _names(found: Sequence[Message], looking: Looking) -> dict[AccountRef, str]:
    """Return the surrogates of those who wrote, and of those they answered."""
    refs = {one.author.account for one in found if one.author.account is not None}
    answered = {
        AccountRef(platform=one.ref.platform, workspace=one.ref.workspace, user=one.reply_author)
        for one in found
        if one.reply_author
    }
    async with looking.store.reading() as tx:
        return await known_accounts(tx, looking.community, refs | answered)


def _with(
    card: Card, found: Sequence[Message], own: Message | None, named: Named, language: str
) -> Card:  # fmt: skip
    known = {(quote.at, quote.text) for quote in card.quotes}
    sealed = any(quote.central for quote in card.quotes)
    quotes = [quote_of(one, named, central=one is own) for one in found if one is not own or not sealed]
    quotes = [one for one in quotes if (one.at, one.text) not in known]
    addressee = None
    if own is not None and own.reply_author:
        ref = AccountRef(platform=own.ref.platform, workspace=own.ref.workspace, user=own.reply_author)
        addressee = named.get(ref)
    told = Told() if own is None else Told(
        addressee=addressee,
        files=tuple(one.name for one in own.attachments),
        created_at=own.author.created_at,
        joined_at=own.author.joined_at,
    )  # fmt: skip
    return with_quotes(card, quotes, told, language)
