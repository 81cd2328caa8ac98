"""Many effects at once: what Discord shows and takes together is asked for together, and nothing holds up the rest."""

from collections import Counter
from collections.abc import AsyncIterator, Sequence

import pytest
import pytest_asyncio

from adapters.discord.pacing import MORE
from bot.domain.action import ActionKind, Answer
from bot.domain.message import AccountRef
from bot.domain.outcome import OutcomeKind
from bot.domain.sanction import FREE, Standing
from bot.ports import Effect
from tests.adapters.discord.ground import DiscordGround, discord_ground

HELD = Standing(held=True)


@pytest_asyncio.fixture
async def ground() -> AsyncIterator[DiscordGround]:
    async with discord_ground() as ground:
        yield ground


def asked(ground: DiscordGround) -> Counter[tuple[str, str]]:
    """Return how often each route was asked since the last time, and forget it."""
    found = Counter((one.method, one.route) for one in ground.server.record.requests)
    ground.server.record.requests.clear()
    return found


def deletions(ground: DiscordGround, people: Sequence[AccountRef], count: int) -> list[Effect]:
    return [
        Effect(
            action=f"a{number}", kind=ActionKind.DELETE, stream=ground.help,
            message=ground.say(people[number % len(people)], f"number {number}"),
        )
        for number in range(count)
    ]  # fmt: skip


def restrictions(people: Sequence[AccountRef], sanction: OutcomeKind) -> list[Effect]:
    return [
        Effect(action=f"r{number}", kind=ActionKind.RESTRICT, account=one, sanction=sanction, standing=HELD)
        for number, one in enumerate(people)
    ]  # fmt: skip


async def test_many_messages_of_a_channel_are_deleted_and_looked_for_a_hundred_at_once(ground: DiscordGround) -> None:
    effects = deletions(ground, [ground.join("limpet"), ground.join("whelk")], 250)
    asked(ground)
    results = await ground.platform.enforce(effects[:200])
    assert {one.answer for one in results} == {Answer.DONE}
    assert asked(ground) == {("POST", "/channels/{channel_id}/messages/bulk-delete"): 2}
    shown = await ground.platform.read_back(effects)
    assert [one.answer for one in shown] == [Answer.DONE] * 200 + [Answer.RETRY_AFTER] * 50
    assert sum(asked(ground).values()) <= 3


@pytest.mark.parametrize("sanction", [OutcomeKind.QUARANTINE, OutcomeKind.BAN])
async def test_how_many_members_stand_is_asked_in_a_few_questions(ground: DiscordGround, sanction: OutcomeKind) -> None:
    people = [ground.join(f"raider {number}") for number in range(150)]
    for one in people[:70]:
        ground.natively(one, sanction, HELD)
    if sanction is not OutcomeKind.BAN:
        ground.leave(people[149])
    asked(ground)
    assert await ground.platform.standings(people, sanction) == [HELD] * 70 + [FREE] * 80
    shown = await ground.platform.read_back(restrictions(people, sanction))
    assert [one.answer for one in shown] == [Answer.ALREADY_SO] * 70 + [Answer.RETRY_AFTER] * 80
    assert sum(asked(ground).values()) <= 3


async def test_a_gateway_that_knows_nobody_is_asked_no_more_and_members_are_looked_up_one_by_one(
    ground: DiscordGround,
) -> None:
    people = [ground.join(f"raider {number}") for number in range(6)]
    ground.server.delivery.lose("GUILD_MEMBERS_CHUNK", times=None)
    ground.server.connections.chunks.answer = lambda *_: None  # type: ignore[method-assign]  # it never answers
    assert await ground.platform.standings(people, OutcomeKind.QUARANTINE) == [FREE] * 6
    asked(ground)
    assert await ground.platform.standings(people, OutcomeKind.QUARANTINE) == [FREE] * 6
    assert asked(ground) == {("GET", "/guilds/{guild_id}/members/{user_id}"): 6}


async def test_what_is_asked_for_one_by_one_leaves_room_for_everything_else(ground: DiscordGround) -> None:
    people = [ground.join(f"raider {number}") for number in range(40)]
    effects = [*restrictions(people, OutcomeKind.QUARANTINE), *deletions(ground, people, 60)]
    results = await ground.platform.enforce(effects)
    alone = Counter(one.answer for one in results[:40])
    # on a busy machine time may be up sooner
    assert 1 <= alone[Answer.DONE] <= MORE
    assert alone[Answer.RETRY_AFTER] == 40 - alone[Answer.DONE]
    assert all(one.after for one in results[:40] if one.answer is Answer.RETRY_AFTER)
    assert {one.answer for one in results[40:]} == {Answer.DONE}


async def test_members_who_are_banned_together_are_each_banned_once(ground: DiscordGround) -> None:
    people = [ground.join(f"raider {number}") for number in range(30)]
    ground.natively(people[0], OutcomeKind.BAN, HELD)
    results = await ground.platform.enforce(restrictions(people, OutcomeKind.BAN))
    assert {one.answer for one in results} == {Answer.DONE}
    assert Counter(one.target for one in ground.server.record.did("member_banned")).most_common(1)[0][1] == 1
    assert asked(ground)["POST", "/guilds/{guild_id}/bulk-ban"] == 1


async def test_of_very_many_messages_of_one_channel_some_wait_for_the_next_batch(ground: DiscordGround) -> None:
    ground.server.limits.on = False
    effects = deletions(ground, [ground.join("limpet"), ground.join("whelk")], 730)
    asked(ground)
    results = await ground.platform.enforce(effects)
    assert [one.answer for one in results] == [Answer.DONE] * 500 + [Answer.RETRY_AFTER] * 230
    assert asked(ground) == {("POST", "/channels/{channel_id}/messages/bulk-delete"): 5}
