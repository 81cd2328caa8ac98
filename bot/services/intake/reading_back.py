"""Reads back what may have been missed, and what still awaits an answer, through the platform that has it.

What was judged shortly before comes along once more: it may have been edited meanwhile, or be gone.
"""

import asyncio
import random
from datetime import datetime, timedelta

from bot.domain.action import back_off
from bot.domain.gap import EVER, Gap, closed, later, lost, put_off, read_on, spans
from bot.domain.message import Message
from bot.domain.place import Stream
from bot.ports import HistoryLostError, Platform, PlatformUnavailableError
from bot.services.intake.intake import Intake
from bot.services.intake.items import Item, Work
from bot.services.intake.recent import NOTHING, Gone, Recent, nobody, recent
from bot.services.intake.translate import sound_time
from bot.store.seen import Waiting, waiting

#: messages that are read again at once
_AT_ONCE = 100
#: streams that are read back side by side: a platform lets each be asked only so often
_SIDE_BY_SIDE = 4


async def catch_up(intake: Intake, platform: Platform, gone: Gone = nobody) -> None:
    """Read back every gap of a connection that is due, and ask again for answers that never came.

    Several streams are read side by side, the gaps of one oldest first, and what lies in several of them once; `gone`
    hears what isn't there any more. Returns once that is stored. Raises ConnectionRevokedError: nothing can be read
    until the token is renewed; EndedError and OwnershipLostError: somebody else reads.
    """
    await intake.ready()
    by_stream: dict[Stream, list[Gap]] = {}
    due = intake.gaps(platform.connection)
    for stream, gap in due:
        by_stream.setdefault(stream, []).append(gap)
    known = await recent(intake.store, intake.community, platform, [gap for _, gap in due]) if due else NOTHING
    turn = asyncio.Semaphore(_SIDE_BY_SIDE)
    reading = [
        _read_stream(intake, platform, stream, gaps, turn, known=known, gone=gone) for stream, gaps in by_stream.items()
    ]
    # each is waited for: what one of them finds out ends no other in the middle of a page
    for error in await asyncio.gather(*reading, return_exceptions=True):
        if error is not None:
            raise error
    await _read_waiting(intake, platform)


async def _read_stream(
    intake: Intake, platform: Platform, stream: Stream, gaps: list[Gap], turn: asyncio.Semaphore, *, known: Recent,
    gone: Gone,
) -> None:  # fmt: skip
    async with turn:
        for span in spans(gaps):
            mine = [gap for gap in span if gap.id not in intake.reading and intake.is_open(gap)]
            if not mine:
                continue
            held = {gap.id for gap in mine}
            intake.reading.update(held)
            try:
                await _read(intake, platform, stream, mine, known=known, gone=gone)
            finally:
                intake.reading.difference_update(held)


async def _read(
    intake: Intake, platform: Platform, stream: Stream, span: list[Gap], *, known: Recent, gone: Gone
) -> None:  # fmt: skip
    """Read gaps that overlap back, once: how far it was read is stored with the messages of each page."""
    first, *others = span
    end = max(gap.until or gap.read_until for gap in span)
    began, start, there = first, known.start(stream, first), set[str]()
    try:
        async for page in platform.history(stream, start, end):
            there.update(message.ref.message for message in page)
            # what was written before, and nobody judged, is from before Locum came
            fresh = [one for one in page if sound_time(one.at) >= began.after or known.holds(one)]
            if fresh:
                first = _read_to(first, max(sound_time(message.at) for message in fresh))
                await intake.perform(Work(items=[Item(message=message) for message in fresh], gap=first))
        await known.look(platform, stream, began, start, there=there, gone=gone, now=intake.clock.now())
    except HistoryLostError as error:
        for gap in (first, *others):
            await intake.perform(Work(gap=lost(gap, error.reason, intake.clock.now())))
    except PlatformUnavailableError as error:
        now = intake.clock.now()
        for gap in (first, *others):
            wait = max(error.after, back_off(gap.attempts + 1, random.random()))  # noqa: S311 - spreads, and keeps no secret
            await intake.perform(Work(gap=put_off(gap, later(now, timedelta(seconds=wait)))))
    else:
        for gap in (first, *others):
            await intake.perform(Work(gap=closed(gap, intake.clock.now())))


def _read_to(gap: Gap, at: datetime) -> Gap:
    """Return a gap that was read back up to a time, or to its end where that comes first."""
    return read_on(gap, at if gap.until is None else min(at, gap.until))


async def _read_waiting(intake: Intake, platform: Platform) -> None:
    """Judge messages again whose answers were awaited by a process that is gone."""
    since: datetime = EVER
    while True:
        async with intake.store.reading() as tx:
            found = await waiting(tx, intake.community, platform.connection, since=since, limit=_AT_ONCE)
        forgotten = [one for one in found if not intake.is_pending((one.number, one.ref.message))]
        if forgotten:
            try:
                await _judge_again(intake, platform, forgotten)
            except PlatformUnavailableError:
                return
        if len(found) < _AT_ONCE or found[-1].at == since:
            return
        since = found[-1].at


async def _judge_again(intake: Intake, platform: Platform, forgotten: list[Waiting]) -> None:
    messages: list[Message] = []
    gone = []
    for one, message in zip(forgotten, await platform.read([(one.stream, one.ref) for one in forgotten]), strict=True):
        if message is None:
            gone.append((one.number, one.ref.message))
        else:
            messages.append(message)
    await intake.perform(Work(items=[Item(message=message, again=True) for message in messages], settled=tuple(gone)))
