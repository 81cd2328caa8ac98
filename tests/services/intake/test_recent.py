"""What was judged shortly before nobody listened is read once more: edits are judged, what is gone is told."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.message import Message, MessageRef
from bot.domain.place import Stream
from bot.ports import PlatformUnavailableError
from bot.services.intake.reading_back import catch_up
from tests.fakes.platform import FakePlatform
from tests.services.intake.house import CONNECTION, House, channel

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


class Told(list[str]):
    """Hears what is gone."""

    async def gone(self, _stream: Stream, messages: Sequence[str], _at: datetime) -> None:
        self.extend(messages)


class Silent(FakePlatform):
    """Says nothing of single messages."""

    async def read(self, _looked: Sequence[tuple[Stream, MessageRef]]) -> Sequence[Message | None]:
        raise PlatformUnavailableError


async def restart(house: House, told: Told | None = None) -> None:
    """Read back whatever a restart missed."""
    intake = await house.open()
    await catch_up(intake, house.platform, *([] if told is None else [told.gone]))


async def test_what_was_edited_while_nobody_listened_is_judged_again(house: House) -> None:
    message = house.say("harmless")
    house.clock.move(10 * MINUTE)
    house.say("later")
    await house.settle()
    await house.crash()
    house.world.edit(replace(message, text="rascal", edited_at=house.clock.now()))
    await restart(house)
    assert [one["kind"] for one in await house.rows("actions")] == ["delete"]


async def test_what_went_while_nobody_listened_is_told_and_nothing_else_is(house: House) -> None:
    gone, stays = house.say("soon gone"), house.say("stays")
    house.clock.move(10 * MINUTE)
    house.say("later")
    await house.settle()
    await house.crash()
    house.world.erase(gone.ref)
    told = Told()
    await restart(house, told)
    assert told == [gone.ref.message]
    assert stays.ref.message not in told


async def test_what_was_written_before_locum_came_is_judged_by_nobody_afterwards(house: House) -> None:
    before = house.message("rascal")
    house.world.post(before)
    house.clock.move(MINUTE)
    house.say("one")
    house.clock.move(10 * MINUTE)
    house.say("two")
    await house.settle()
    await house.crash()
    await restart(house)
    assert await house.count("seen") == 2
    assert await house.count("actions") == 0


async def test_what_was_judged_long_ago_is_not_looked_at_again(house: House) -> None:
    old = house.say("soon gone")
    house.clock.move(3 * HOUR)
    house.say("later")
    await house.settle()
    await house.crash()
    house.world.erase(old.ref)
    told = Told()
    await restart(house, told)
    assert not told


async def test_of_a_stream_in_which_much_was_written_only_the_newest_are_looked_at(house: House) -> None:
    messages = [house.say(f"word {number}") for number in range(150)]
    house.clock.move(10 * MINUTE)
    house.say("later")
    await house.settle()
    await house.crash()
    house.world.erase(messages[0].ref)
    house.world.erase(messages[149].ref)
    told = Told()
    await restart(house, told)
    assert told == [messages[149].ref.message]


async def test_a_platform_that_cannot_say_what_stands_there_changes_nothing(house: House) -> None:
    gone = house.say("soon gone")
    house.clock.move(10 * MINUTE)
    house.say("later")
    await house.settle()
    await house.crash()
    house.world.erase(gone.ref)
    told = Told()
    intake = await house.open()
    await catch_up(intake, Silent(world=house.world, connection=CONNECTION, page_size=3), told.gone)
    assert not told
    assert [gap["state"] for gap in await house.rows("gaps")] == ["closed"]


async def test_streams_in_which_somebody_wrote_last_are_read_first_and_threads_behind_channels(house: House) -> None:
    house.say("old", where="4102")
    house.clock.move(MINUTE)
    house.say("newer", where="4101")
    house.clock.move(MINUTE)
    house.say("in a thread", channel=channel("4101", thread="4101-1"))
    house.clock.move(MINUTE)
    house.say("newest", where="4103")
    await house.settle()
    await house.crash()
    intake = await house.open()
    found = [(stream.channel, stream.thread) for stream, _ in intake.gaps(CONNECTION)]
    assert found == [("4103", ""), ("4101", ""), ("4102", ""), ("4101", "4101-1")]
