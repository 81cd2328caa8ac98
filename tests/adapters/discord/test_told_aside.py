"""Who takes no direct messages is told in a thread of their own: all of it, with their name in front."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
import pytest_asyncio

from bot.domain.action import ActionKind, Answer
from bot.domain.card import Card, Field, Quote
from bot.ports import Effect
from tests.adapters.discord.ground import DiscordGround, discord_ground, words_of
from tests.discord.guild import JSON


@pytest_asyncio.fixture
async def ground() -> AsyncIterator[DiscordGround]:
    async with discord_ground() as made:
        yield made


def told(ground: DiscordGround) -> list[JSON]:
    """Return what was said in private threads."""
    private = [one["id"] for one in ground.place.guild.threads.values() if one["type"] == 12]
    messages = ground.server.world.messages
    return [one for thread in private for one in messages.get(thread, {}).values() if one["type"] == 0]


@pytest.mark.parametrize("length", [1_000, 3_900, 3_980, 9_000])
async def test_however_much_is_said_it_fits_beside_the_name(ground: DiscordGround, length: int) -> None:
    member = ground.join("limpet")
    ground.server.world.closed.add(member.user)
    text = "w" * length
    card = Card(
        title="A notice", text=text, quotes=tuple(Quote(author="m", text=text) for _ in range(4)),
        fields=tuple(Field(label="l", value=text) for _ in range(8)),
    )  # fmt: skip
    for number, effect in enumerate((
        Effect(action="a" * 32, kind=ActionKind.NOTICE, account=member, text=text),
        Effect(action="b" * 32, kind=ActionKind.NOTICE, account=member, text=text, card=card),
    )):  # fmt: skip
        (result,) = await ground.platform.enforce([effect])
        assert result.answer is Answer.DONE, (number, result)
    first, second = told(ground)
    for one in (first, second):
        assert words_of(one).startswith(f"<@{member.user}>")
        assert [user["id"] for user in one["mentions"]] == [member.user]


async def test_what_was_said_long_before_others_spoke_is_found_again(ground: DiscordGround) -> None:
    asked = Effect(
        action="c" * 32, kind=ActionKind.CARD, stream=ground.leads, card=Card(title="A case"),
        since=ground.clock.now(),
    )  # fmt: skip
    (shown,) = await ground.platform.enforce([asked])
    ground.clock.move(timedelta(minutes=1))
    for number in range(350):
        ground.server.hands.say(ground.place.staff, ground.leads.channel, f"and {number}")
    (found,) = await ground.platform.read_back([asked])
    assert (found.answer, found.posted) == (Answer.DONE, shown.posted)


async def test_what_was_never_said_is_looked_for_no_further_than_it_could_stand(ground: DiscordGround) -> None:
    for number in range(350):
        ground.server.hands.say(ground.place.staff, ground.leads.channel, f"before {number}")
    ground.clock.move(timedelta(hours=1))
    asked = Effect(
        action="d" * 32, kind=ActionKind.CARD, stream=ground.leads, card=Card(title="A case"),
        since=ground.clock.now(),
    )  # fmt: skip
    ground.server.record.requests.clear()
    (found,) = await ground.platform.read_back([asked])
    assert found.answer is Answer.RETRY_AFTER
    read = [one for one in ground.server.record.requests if one.route == "/channels/{channel_id}/messages"]
    assert len(read) == 1
