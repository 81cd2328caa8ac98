"""Reads back what may have been missed, and what still awaits an answer, through the platform that has it."""

import asyncio
import random
from datetime import datetime, timedelta

from bot.domain.action import back_off
from bot.domain.gap import EVER, Gap, closed, later, lost, put_off, read_on
from bot.domain.message import Message
from bot.domain.place import Stream
from bot.ports import HistoryLostError, Platform, PlatformUnavailableError
from bot.services.intake.intake import Intake
from bot.services.intake.items import Item, Work
from bot.services.intake.translate import sound_time
from bot.store.seen import Waiting, waiting

#: messages that are read again at once
_AT_ONCE = 100
#: streams that are read back side by side: a platform lets each be asked only so often
_SIDE_BY_SIDE = 4


async def catch_up(intake: Intake, platform: Platform) -> None:
    """Read back every gap of a connection that is due, and ask again for answers that never came.

    Several streams are read side by side, the gaps of one oldest first. Returns once that is stored. Raises
    ConnectionRevokedError: nothing can be read until the token is renewed; EndedError and OwnershipLostError: somebody
    else reads.
    """
    await intake.ready()
    by_stream: dict[Stream, list[Gap]] = {}
    for stream, gap in intake.gaps(platform.connection):
        by_stream.setdefault(stream, []).append(gap)
    turn = asyncio.Semaphore(_SIDE_BY_SIDE)
    reading = [_read_stream(intake, platform, stream, gaps, turn) for stream, gaps in by_stream.items()]
    # each is waited for: what one of them finds out ends no other in the middle of a page
    for error in await asyncio.gather(*reading, return_exceptions=True):
        if error is not None:
            raise error
    await _read_waiting(intake, platform)


async def _read_stream(
    intake: Intake, platform: Platform, stream: Stream, gaps: list[Gap], turn: asyncio.Semaphore
) -> None:  # fmt: skip
    async with turn:
        for gap in gaps:
            if gap.id in intake.reading or not intake.is_open(gap):
                continue
            intake.reading.add(gap.id)
            try:
                await _read(intake, platform, stream, gap)
            finally:
                intake.reading.discard(gap.id)


async def _read(intake: Intake, platform: Platform, stream: Stream, gap: Gap) -> None:
    """Read one gap back: how far it was read is stored with the messages of each page."""
    assert gap.until is not None  # noqa: S101 - a gap is due only once it has an end
    try:
        async for page in platform.history(stream, gap.read_until, gap.until):
            if page:
                gap = read_on(gap, min(max(sound_time(message.at) for message in page), gap.until))
                await intake.perform(Work(items=[Item(message=message) for message in page], gap=gap))
    except HistoryLostError as error:
        await intake.perform(Work(gap=lost(gap, error.reason, intake.clock.now())))
    except PlatformUnavailableError as error:
        now = intake.clock.now()
        wait = max(error.after, back_off(gap.attempts + 1, random.random()))  # noqa: S311 - spreads, and keeps no secret
        await intake.perform(Work(gap=put_off(gap, later(now, timedelta(seconds=wait)))))
    else:
        await intake.perform(Work(gap=closed(gap, intake.clock.now())))


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
