"""What was missed is read back whole: channels, threads that went on, edits; and little is asked for what is quiet."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
import pytest_asyncio

from adapters.slack.times import time_of
from bot.domain.gap import ALLOWANCE
from bot.domain.message import Message, MessageRef
from bot.domain.place import Stream
from bot.ports import HistoryLostError, PlatformUnavailableError
from tests.adapters.slack.ground import SlackGround, slack_ground
from tests.slack.faults import FaultKind


@pytest_asyncio.fixture
async def ground() -> AsyncIterator[SlackGround]:
    async with slack_ground() as found:
        yield found


@pytest.fixture(params=[False, True], ids=["newest first", "oldest first"])
def either(request: pytest.FixtureRequest, ground: SlackGround) -> SlackGround:
    """Show one or the other end first where only a beginning is named: nobody knows which it is."""
    ground.server.world.oldest_page_first = request.param
    return ground


def at(ref: MessageRef) -> datetime:
    found = time_of(ref.message)
    assert found is not None
    return found


async def read(ground: SlackGround, stream: Stream, after: datetime, until: datetime | None = None) -> list[Message]:
    until = until or ground.clock.now() + ALLOWANCE
    return [one async for page in ground.platform.history(stream, after, until) for one in page]


def asked(ground: SlackGround) -> int:
    record = ground.server.record
    return len(record.asked("conversations.history")) + len(record.asked("conversations.replies"))


async def test_what_was_written_comes_whole_and_oldest_first(either: SlackGround) -> None:
    kim = either.join("kim")
    refs = [either.say(kim, f"word {number}") for number in range(450)]
    found = await read(either, either.help, at(refs[0]))
    assert [one.text for one in found] == [f"word {number}" for number in range(450)]


async def test_both_ends_are_included_and_nothing_beyond_them(either: SlackGround) -> None:
    kim = either.join("kim")
    refs = [either.say(kim, f"word {number}") for number in range(5)]
    found = await read(either, either.help, at(refs[1]), at(refs[3]))
    assert [one.text for one in found] == ["word 1", "word 2", "word 3"]


async def test_what_was_answered_in_a_thread_comes_with_its_channel(either: SlackGround) -> None:
    kim = either.join("kim")
    first = either.say(kim, "an old question")
    then = at(either.say(kim, "much later"))
    thread = replace(either.help, thread=first.message)
    answers = [either.say(kim, f"answer {number}", where=thread) for number in range(250)]
    found = await read(either, either.help, then)
    assert [one.ref for one in found if one.channel.thread] == answers
    assert "an old question" not in [one.text for one in found]


async def test_a_message_that_was_edited_meanwhile_comes_along_though_it_stands_before(either: SlackGround) -> None:
    kim = either.join("kim")
    ref = either.say(kim, "harmless")
    then = at(either.say(kim, "much later"))
    either.edit(ref, "not at all")
    assert "not at all" in [one.text for one in await read(either, either.help, then)]


async def test_a_quiet_channel_costs_one_call(ground: SlackGround) -> None:
    kim = ground.join("kim")
    for number in range(150):
        ground.say(kim, f"word {number}")
    before = asked(ground)
    assert not await read(ground, ground.help, ground.clock.now() + timedelta(seconds=1))
    assert asked(ground) == before + 1


async def test_a_thread_that_went_on_nowhere_costs_nothing_once_its_channel_was_read(ground: SlackGround) -> None:
    kim = ground.join("kim")
    ground.say(kim, "an answer", where=ground.thread)
    ground.clock.move(timedelta(minutes=10))
    live = ground.clock.now()
    await read(ground, replace(ground.thread, thread=""), live - timedelta(minutes=1), live + ALLOWANCE)
    before = asked(ground)
    assert not await read(ground, ground.thread, live - timedelta(minutes=1), live + ALLOWANCE)
    assert asked(ground) == before


async def test_a_thread_that_went_on_after_its_channel_was_read_is_read_itself(ground: SlackGround) -> None:
    kim = ground.join("kim")
    ground.say(kim, "an answer", where=ground.thread)
    then = ground.clock.now()
    await read(ground, replace(ground.thread, thread=""), then, then + ALLOWANCE)
    ground.clock.move(timedelta(minutes=10))
    ground.say(kim, "another", where=ground.thread)
    assert [one.text for one in await read(ground, ground.thread, then + ALLOWANCE)] == ["another"]


async def test_a_thread_whose_first_message_is_gone_is_read_as_far_as_it_stands(ground: SlackGround) -> None:
    kim = ground.join("kim")
    first = ground.say(kim, "soon gone")
    thread = replace(ground.help, thread=first.message)
    ref = ground.say(kim, "an answer", where=thread)
    ground.erase(first)
    found = await read(ground, thread, at(ref))
    assert [one.ref for one in found] == [ref]


async def test_joins_are_kept_by_nobody(ground: SlackGround) -> None:
    joins = replace(ground.help, channel=ground.help.workspace)
    with pytest.raises(HistoryLostError) as lost:
        await read(ground, joins, ground.clock.now())
    assert lost.value.reason == "too_old"


async def test_a_channel_that_is_gone_is_lost(ground: SlackGround) -> None:
    with pytest.raises(HistoryLostError) as lost:
        await read(ground, replace(ground.help, channel="C0NOWHERE"), ground.clock.now())
    assert lost.value.reason == "channel_gone"


async def test_a_channel_that_we_were_removed_from_says_so(ground: SlackGround) -> None:
    workspace = ground.place.workspace
    closed = workspace.add_channel("closed", members=[ground.place.admin], is_private=True).id
    with pytest.raises(HistoryLostError):
        await read(ground, replace(ground.help, channel=closed), ground.clock.now())


async def test_slack_that_has_no_time_is_asked_later(ground: SlackGround) -> None:
    ground.server.faults.fail(FaultKind.REFUSED, "conversations.history")
    with pytest.raises(PlatformUnavailableError):
        await read(ground, ground.help, ground.clock.now())


async def test_a_call_that_comes_too_often_is_made_again_in_time(ground: SlackGround) -> None:
    kim = ground.join("kim")
    ref = ground.say(kim, "here")
    ground.server.faults.fail(FaultKind.LIMITED, "conversations.history", after=1.0)
    assert [one.ref for one in await read(ground, ground.help, at(ref))] == [ref]


async def test_a_message_and_what_is_gone_are_told_apart(ground: SlackGround) -> None:
    kim = ground.join("kim")
    here, gone = ground.say(kim, "here"), ground.say(kim, "gone")
    answered = ground.say(kim, "answered, and gone")
    ground.say(kim, "an answer", where=replace(ground.help, thread=answered.message))
    ground.erase(gone)
    ground.erase(answered)
    found = await ground.platform.read([(ground.help, one) for one in (here, gone, answered)])
    assert [one is not None for one in found] == [True, False, False]


async def test_what_stands_around_a_message_is_found_whichever_end_is_shown_first(either: SlackGround) -> None:
    kim = either.join("kim")
    refs = [either.say(kim, f"word {number}") for number in range(9)]
    found = await either.platform.around(either.help, refs[4].message, at(refs[4]), 2)
    assert [one.text for one in found] == [f"word {number}" for number in range(2, 7)]
