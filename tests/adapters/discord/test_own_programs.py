"""What members say through programs of their own is theirs: heard, read back, named and deleted like their words."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest_asyncio

from adapters.discord.translate import account_ref
from bot.domain.action import ActionKind, Answer
from bot.domain.message import Message
from bot.ports import Effect
from tests.adapters.discord.ground import DiscordGround, discord_ground
from tests.adapters.discord.listening import Ear, heard
from tests.discord.bots import until


@pytest_asyncio.fixture
async def ground() -> AsyncIterator[DiscordGround]:
    async with discord_ground() as made:
        yield made


@pytest_asyncio.fixture
async def ear(ground: DiscordGround) -> AsyncIterator[Ear]:
    async with heard(ground) as listening:
        yield listening


def app(ground: DiscordGround) -> str:
    """Return a program that isn't on the server."""
    return str(ground.server.world.account("says", bot=True)["id"])


async def the_one(ear: Ear) -> Message:
    await until(lambda: ear.offered)
    (found,) = ear.offered
    return found


async def test_it_is_heard_as_the_word_of_whoever_used_the_program(ground: DiscordGround, ear: Ear) -> None:
    ground.server.hands.use_app(ground.place.member, ground.place.room, "you moron", app=app(ground))
    found = await the_one(ear)
    assert found.text == "you moron"
    assert found.author.account == account_ref(ground.place.guild.id, ground.place.member)
    assert not found.author.bot
    assert found.author.joined_at is not None


async def test_what_somebody_else_pressed_on_stays_with_whoever_brought_it(ground: DiscordGround, ear: Ear) -> None:
    ground.server.hands.use_app(
        ground.place.member, ground.place.room, "you moron", app=app(ground), pressed_by=ground.place.staff
    )  # fmt: skip
    found = await the_one(ear)
    assert found.author.account == account_ref(ground.place.guild.id, ground.place.member)
    assert found.author.names


async def test_the_servers_own_program_stays_a_program(ground: DiscordGround, ear: Ear) -> None:
    ground.server.hands.use_app(
        ground.place.member, ground.place.room, "you moron", app=app(ground), of_server=True
    )  # fmt: skip
    assert (await the_one(ear)).author.bot


async def test_it_is_read_back_as_theirs_and_deleted_as_any_message(ground: DiscordGround) -> None:
    posted = ground.server.hands.use_app(ground.place.member, ground.place.room, "you moron", app=app(ground))
    now = ground.clock.now()
    (page,) = [one async for one in ground.platform.history(ground.help, now - timedelta(hours=1), now)]
    assert [one.author.account for one in page] == [account_ref(ground.place.guild.id, ground.place.member)]
    ref = ground.ref(ground.help, posted)
    (deleted,) = await ground.platform.enforce([Effect(action="a1", kind=ActionKind.DELETE, message=ref)])
    assert deleted.answer is Answer.DONE
    assert not ground.server.hands.sees(ground.place.staff, ground.place.room)
