"""What can go wrong with events, as a bot hears them."""

from collections.abc import AsyncIterator

import pytest_asyncio

from tests.discord.bots import Bot, connected, until
from tests.discord.harbour import Harbour, harbour
from tests.discord.server import LoopbackDiscord


@pytest_asyncio.fixture
async def place(server: LoopbackDiscord) -> Harbour:
    return harbour(server.world)


@pytest_asyncio.fixture
async def bot(server: LoopbackDiscord, place: Harbour) -> AsyncIterator[Bot]:
    async with connected(server) as started:
        yield started


async def test_an_event_can_arrive_twice(server: LoopbackDiscord, bot: Bot, place: Harbour) -> None:
    server.delivery.double("MESSAGE_CREATE")
    server.hands.say(place.member, place.room, "one")
    server.hands.say(place.member, place.room, "two")
    await until(lambda: "two" in bot.said)
    assert bot.said == ["one", "one", "two"]


async def test_an_event_can_be_lost(server: LoopbackDiscord, bot: Bot, place: Harbour) -> None:
    server.delivery.lose("MESSAGE_CREATE")
    server.hands.say(place.member, place.room, "one")
    server.hands.say(place.member, place.room, "two")
    await until(lambda: bot.said)
    assert bot.said == ["two"]


async def test_events_can_come_late_while_others_go_past_them(
    server: LoopbackDiscord, bot: Bot, place: Harbour
) -> None:
    server.delivery.hold(which=lambda name, data: name == "MESSAGE_CREATE" and data["content"] == "one")
    server.hands.say(place.member, place.room, "one")
    server.hands.say(place.member, place.room, "two")
    await until(lambda: bot.said)
    assert server.delivery.release() == 1
    await until(lambda: len(bot.said) == 2)
    assert bot.said == ["two", "one"]


async def test_events_can_come_in_the_wrong_order(server: LoopbackDiscord, bot: Bot, place: Harbour) -> None:
    server.delivery.hold()
    for text in ("one", "two", "three"):
        server.hands.say(place.member, place.room, text)
    server.delivery.release(backwards=True)
    await until(lambda: len(bot.said) == 3)
    assert bot.said == ["three", "two", "one"]


async def test_nothing_goes_wrong_any_more_once_it_is_mended(server: LoopbackDiscord, bot: Bot, place: Harbour) -> None:
    server.delivery.double(times=None)
    server.delivery.hold("MESSAGE_CREATE")
    server.hands.say(place.member, place.room, "one")
    server.delivery.mend()
    server.hands.say(place.member, place.room, "two")
    await until(lambda: "two" in bot.said)
    assert bot.said == ["one", "two"]
