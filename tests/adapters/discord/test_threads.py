"""Threads at cards on Discord: whatever breaks in between, there is one, in which everything is said once."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest
import pytest_asyncio

from bot.domain.action import ActionKind, Answer
from bot.domain.card import Card
from bot.domain.message import MessageRef
from bot.ports import Effect
from tests.adapters.discord.ground import DiscordGround, discord_ground
from tests.discord.faults import FaultKind
from tests.discord.permissions import Permission

OPEN = "/channels/{channel_id}/messages/{message_id}/threads"
SAY = "/channels/{channel_id}/messages"
CHANGE = "/channels/{channel_id}"


@pytest_asyncio.fixture
async def ground() -> AsyncIterator[DiscordGround]:
    async with discord_ground() as made:
        yield made


async def card(ground: DiscordGround) -> MessageRef:
    effect = Effect(action="shown", kind=ActionKind.CARD, stream=ground.leads, card=Card(title="A case"))
    (shown,) = await ground.platform.enforce([effect])
    return ground.ref(ground.leads, shown.posted)


def opening(ground: DiscordGround, ref: MessageRef) -> Effect:
    return Effect(
        action="t1", kind=ActionKind.THREAD, stream=ground.leads, message=ref, title="Case 7", text="Talk.", amount=1,
        since=ground.clock.now(),
    )  # fmt: skip


def ending(ground: DiscordGround, ref: MessageRef) -> Effect:
    return replace(opening(ground, ref), action="t2", text="It is closed.", amount=0)


async def ask(ground: DiscordGround, effect: Effect) -> Answer:
    (result,) = await ground.platform.enforce([effect])
    return result.answer


def is_away(ground: DiscordGround, ref: MessageRef) -> bool:
    return bool(ground.place.guild.threads[ref.message]["thread_metadata"]["archived"])


@pytest.mark.parametrize("route", [OPEN, SAY])
@pytest.mark.parametrize("kind", [FaultKind.ACTED, FaultKind.REFUSED, FaultKind.ACTED_CUT])
async def test_what_breaks_while_a_thread_opens_is_made_good_by_asking_again(
    ground: DiscordGround, route: str, kind: FaultKind
) -> None:
    ref = await card(ground)
    ground.server.faults.fail(kind, "POST", route, status=501)
    asked = opening(ground, ref)
    await ask(ground, asked)
    ground.clock.move(timedelta(minutes=20))
    assert await ask(ground, asked) is Answer.DONE
    assert ground.talk(ref) == ("Case 7", ["Talk."])


@pytest.mark.parametrize("method", ["POST", "PATCH"])
async def test_what_breaks_while_a_thread_ends_is_made_good_by_asking_again(ground: DiscordGround, method: str) -> None:
    ref = await card(ground)
    await ask(ground, opening(ground, ref))
    ground.server.faults.fail(FaultKind.ACTED, method, SAY if method == "POST" else CHANGE, status=501)
    asked = ending(ground, ref)
    await ask(ground, asked)
    ground.clock.move(timedelta(minutes=20))
    assert await ask(ground, asked) is Answer.DONE
    assert ground.talk(ref) == ("Case 7", ["Talk.", "It is closed."])
    assert is_away(ground, ref)


async def test_a_thread_that_ended_is_put_away_and_one_that_is_put_away_already_ends_all_the_same(
    ground: DiscordGround,
) -> None:
    ref = await card(ground)
    await ask(ground, opening(ground, ref))
    away = ground.place.guild.threads[ref.message]["thread_metadata"] | {"archived": True}
    ground.place.guild.change_channel(ref.message, by=ground.place.staff, thread_metadata=away)
    assert await ask(ground, ending(ground, ref)) is Answer.DONE
    assert is_away(ground, ref)


async def test_a_thread_that_somebody_began_at_the_card_is_gone_on_with(ground: DiscordGround) -> None:
    ref = await card(ground)
    ground.place.guild.open_thread(ref.channel, "between us", ref.message, by=ground.place.staff)
    assert await ask(ground, opening(ground, ref)) is Answer.DONE
    assert ground.talk(ref) == ("between us", ["Talk."])


async def test_without_the_right_to_open_threads_it_is_forbidden(
    ground: DiscordGround,
) -> None:
    ref = await card(ground)
    everyone, bot = ground.place.guild.id, ground.server.world.bot["id"]
    for target in (everyone, bot):
        ground.place.guild.overwrite(ref.channel, target, deny=Permission.CREATE_PUBLIC_THREADS)
    assert await ask(ground, opening(ground, ref)) is Answer.FORBIDDEN
    assert ground.talk(ref) is None


async def test_a_long_talk_hides_nothing_that_was_said_before(ground: DiscordGround) -> None:
    ref = await card(ground)
    asked = opening(ground, ref)
    await ask(ground, asked)
    for number in range(250):
        ground.server.hands.say(ground.place.staff, ref.message, f"and {number}")
    (found,) = await ground.platform.read_back([asked])
    assert found.answer is Answer.DONE
