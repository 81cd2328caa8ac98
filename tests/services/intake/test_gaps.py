"""What may have been missed is a durable gap, is read back, and holds the mark until then."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest

from bot.domain.gap import ALLOWANCE
from bot.domain.message import Message
from bot.domain.place import Stream
from bot.errors import LocumError
from bot.ports import PlatformUnavailableError
from bot.services.intake.intake import EndedError
from bot.services.intake.reading_back import catch_up
from bot.services.intake.settings import Limits
from bot.store.errors import OwnershipLostError
from bot.store.leases import Lease, take
from tests.fakes.platform import FakePlatform
from tests.services.intake.house import CONNECTION, SECOND, House

MINUTE = timedelta(minutes=1)


async def test_a_first_installation_starts_at_now(house: House) -> None:
    house.world.post(house.message("blockhead", at=house.clock.now() - MINUTE))
    house.say()
    await house.settle()
    assert house.intake is not None
    await catch_up(house.intake, house.platform)
    assert await house.count("seen") == 1
    assert await house.count("gaps") == 0


async def test_what_was_written_while_nobody_listened_is_judged_after_the_restart(house: House) -> None:
    first = house.say()
    await house.settle()
    await house.crash()
    for _ in range(7):
        house.clock.move(MINUTE)
        house.world.post(house.message("rascal"))
    house.clock.move(MINUTE)
    intake = await house.open()
    house.say("good morning")
    await house.settle()
    (channel,) = await house.rows("channels")
    assert channel["mark"] == first.at
    await catch_up(intake, house.platform)
    assert await house.count("seen") == 9
    (channel,) = await house.rows("channels")
    assert channel["mark"] == house.clock.now()
    (gap,) = await house.rows("gaps")
    assert (gap["cause"], gap["state"], gap["after"]) == ("restart", "closed", first.at - ALLOWANCE)
    assert [action["kind"] for action in await house.rows("actions")] == ["delete"] * 7


async def test_a_gap_grows_until_the_connection_is_live_again(house: House) -> None:
    house.say()
    await house.settle()
    assert house.intake is not None
    house.intake.interrupted(CONNECTION)
    house.intake.interrupted(CONNECTION)
    await house.settle()
    house.clock.move(10 * MINUTE)
    house.world.post(house.message("rascal"))
    await catch_up(house.intake, house.platform)
    (gap,) = await house.rows("gaps")
    assert (gap["cause"], gap["state"], gap["until"]) == ("interrupted", "open", None)
    house.intake.resumed(CONNECTION, house.clock.now())
    await catch_up(house.intake, house.platform)
    (gap,) = await house.rows("gaps")
    assert gap["state"] == "closed"
    assert await house.count("seen") == 2
    assert house.intake.health().open_gaps == 0


async def test_a_channel_that_came_to_be_meanwhile_is_read_from_then_on(house: House) -> None:
    house.say()
    await house.settle()
    assert house.intake is not None
    house.intake.interrupted(CONNECTION)
    house.clock.move(MINUTE)
    house.world.post(house.message("rascal", where="4102"))
    house.clock.move(MINUTE)
    house.intake.resumed(CONNECTION, house.clock.now())
    house.clock.move(10 * MINUTE)
    house.say("hello", where="4102")
    await house.settle()
    await catch_up(house.intake, house.platform)
    assert await house.count("seen") == 3


async def test_a_full_queue_turns_messages_away_into_a_gap_that_is_caught_up(house: House) -> None:
    await house.crash()
    house.limits = Limits(queue=4, batch=2)
    intake = await house.open()
    sent = []
    for _ in range(20):
        house.clock.move(SECOND)
        message = house.message("rascal")
        house.world.post(message)
        sent.append(intake.offer(message))
    assert sent == [True] * 4 + [False] * 16
    assert intake.health().dropped == 16
    await house.settle()
    (gap,) = await house.rows("gaps")
    assert (gap["cause"], gap["state"]) == ("overflow", "open")
    (channel,) = await house.rows("channels")
    assert channel["mark"] < gap["after"]
    await catch_up(intake, house.platform)
    assert await house.count("seen") == 20
    (channel,) = await house.rows("channels")
    assert channel["mark"] == house.clock.now()


async def test_a_queue_is_full_of_long_messages_sooner_than_of_short_ones(house: House) -> None:
    await house.crash()
    house.limits = Limits(queue=1_000, held=1 << 20, batch=2)
    intake = await house.open()
    sent = []
    for _ in range(20):
        house.clock.move(SECOND)
        message = house.message("rascal " * 14_000)
        house.world.post(message)
        sent.append(intake.offer(message))
    assert sent == [True] * 11 + [False] * 9
    await house.settle()
    await catch_up(intake, house.platform)
    assert await house.count("seen") == 20
    # what was worked off makes room
    assert intake.offer(house.message("rascal " * 14_000))


async def test_a_channel_that_is_slow_to_read_back_holds_up_no_other(house: House) -> None:
    for where in ("4101", "4102"):
        house.say(where=where)
    await house.settle()
    await house.crash()
    for where in ("4101", "4102"):
        house.clock.move(MINUTE)
        house.world.post(house.message("rascal", where=where))
    intake = await house.open()
    slow = Slow(world=house.world, connection=CONNECTION, page_size=3)
    reading = asyncio.create_task(catch_up(intake, slow))
    async with asyncio.timeout(60):
        await slow.other_read.wait()
        assert not reading.done()
        slow.free.set()
        await reading
    assert await house.count("seen") == 4


@dataclass(kw_only=True)
class Slow(FakePlatform):
    """Says nothing of its first channel until it is let."""

    #: it is let
    free: asyncio.Event = field(default_factory=asyncio.Event)
    #: another channel was read to its end
    other_read: asyncio.Event = field(default_factory=asyncio.Event)

    async def history(self, stream: Stream, after: datetime, until: datetime) -> AsyncIterator[Sequence[Message]]:
        if stream.channel == "4101":
            await self.free.wait()
        async for page in FakePlatform.history(self, stream, after, until):
            yield page
        if stream.channel != "4101":
            self.other_read.set()


async def test_history_that_is_gone_is_recorded_as_lost(house: House) -> None:
    house.say()
    await house.settle()
    await house.crash()
    intake = await house.open()
    platform = house.platform
    platform.lose_history("channel_gone")
    await catch_up(intake, platform)
    (gap,) = await house.rows("gaps")
    assert (gap["state"], gap["reason"]) == ("lost", "channel_gone")
    bodies = [bytes(row["body"]) for row in await house.rows("ledger_entries")]
    assert sum(b'"gap_lost"' in body for body in bodies) == 1
    (channel,) = await house.rows("channels")
    assert channel["mark"] == channel["newest"]


async def test_history_that_is_denied_is_asked_for_again_later(house: House) -> None:
    house.say()
    await house.settle()
    await house.crash()
    intake = await house.open()
    platform = house.platform
    platform.deny_history(60.0)
    await catch_up(intake, platform)
    (gap,) = await house.rows("gaps")
    assert (gap["state"], gap["attempts"]) == ("open", 1)
    assert gap["due_at"] >= house.clock.now() + MINUTE
    await catch_up(intake, platform)
    assert (await house.rows("gaps"))[0]["state"] == "open"
    house.clock.move(2 * MINUTE)
    await catch_up(intake, platform)
    assert (await house.rows("gaps"))[0]["state"] == "closed"


async def test_two_who_read_the_same_gap_back_end_it_once(house: House) -> None:
    house.say()
    await house.settle()
    await house.crash()
    house.world.post(house.message())
    intake = await house.open()
    await asyncio.gather(*(catch_up(intake, house.platform) for _ in range(3)))
    bodies = [bytes(row["body"]) for row in await house.rows("ledger_entries")]
    assert sum(b'"gap_closed"' in body for body in bodies) == 1
    assert await house.count("seen") == 2


@dataclass
class Counting(FakePlatform):
    """A platform that counts how often history is asked for."""

    readings: list[tuple[datetime, datetime]] = field(default_factory=list)

    async def history(self, stream: Stream, after: datetime, until: datetime) -> AsyncIterator[Sequence[Message]]:
        """Note what is asked for, and yield it."""
        self.readings.append((after, until))
        async for page in super().history(stream, after, until):
            yield page


async def test_what_lies_in_several_gaps_is_read_back_once(house: House) -> None:
    house.say()
    await house.settle()
    for _ in range(3):
        await house.crash()
        house.clock.move(SECOND)
        house.world.post(house.message())
        await house.open()
        await house.settle()
    platform = Counting(world=house.world, connection=CONNECTION)
    assert house.intake is not None
    await catch_up(house.intake, platform)
    found = await house.rows("gaps")
    assert [gap["state"] for gap in found] == ["closed"] * 3
    assert platform.readings == [(min(gap["after"] for gap in found), max(gap["until"] for gap in found))]
    assert await house.count("seen") == 4
    (channel,) = await house.rows("channels")
    assert channel["mark"] == channel["newest"] == house.clock.now()


async def test_gaps_that_lie_apart_are_read_back_each_by_itself(house: House) -> None:
    for _ in range(2):
        house.say()
        await house.settle()
        await house.crash()
        house.clock.move(10 * MINUTE)
        await house.open()
        house.clock.move(10 * MINUTE)
    platform = Counting(world=house.world, connection=CONNECTION)
    assert house.intake is not None
    await catch_up(house.intake, platform)
    assert len(platform.readings) == 2
    assert {gap["state"] for gap in await house.rows("gaps")} == {"closed"}


class Failing(FakePlatform):
    """A platform that stops answering after two pages."""

    async def history(self, stream: Stream, after: datetime, until: datetime) -> AsyncIterator[Sequence[Message]]:
        """Yield two pages and fail."""
        count = 0
        async for page in super().history(stream, after, until):
            if count == 2:
                raise PlatformUnavailableError
            count += 1
            yield page


async def test_reading_on_goes_on_from_the_page_that_was_stored(house: House) -> None:
    house.say()
    await house.settle()
    await house.crash()
    for _ in range(9):
        house.clock.move(MINUTE)
        house.world.post(house.message())
    intake = await house.open()
    platform = Failing(world=house.world, connection=CONNECTION, page_size=3)
    await catch_up(intake, platform)
    (gap,) = await house.rows("gaps")
    assert gap["after"] < gap["read_until"]
    assert gap["state"] == "open"
    assert await house.count("seen") == 6


async def test_of_two_owners_the_one_without_the_lease_stores_nothing(house: House) -> None:
    await house.crash()

    async def taken(owner: str, seconds: float) -> Lease:
        async with house.store.writing() as tx:
            lease = await take(tx, "intake/acme", owner, seconds)
        assert lease is not None
        return lease

    older = await house.open(await taken("one", -1.0))
    task = house.task
    assert task is not None
    newer = await taken("two", 60.0)
    house.say("blockhead")
    with pytest.raises(OwnershipLostError):
        await task
    assert await house.count("seen") == 0
    assert await house.count("decisions") == 0
    with pytest.raises(EndedError):
        await older.judge([house.message()])
    await house.open(newer)
    house.say("blockhead")
    await house.settle()
    assert await house.count("seen") == 1


async def test_an_ended_intake_says_so(house: House) -> None:
    intake = house.intake
    await house.close()
    assert intake is not None
    with pytest.raises(LocumError):
        await intake.judge([house.message()])


async def test_far_future_times_freeze_neither_mark_nor_windows(house: House) -> None:
    house.say("hello", at=house.clock.now() + timedelta(days=400))
    house.say("hello")
    await house.settle()
    (channel,) = await house.rows("channels")
    assert channel["newest"] <= house.clock.now() + ALLOWANCE
