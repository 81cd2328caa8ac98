"""A message that is named by its link is read for whoever could read it themselves, and for nobody else."""

from collections.abc import AsyncIterator

import pytest_asyncio

from bot.domain.message import Message
from tests.adapters.discord.ground import DiscordGround, discord_ground
from tests.adapters.discord.listening import Ear, heard, until_told
from tests.discord.permissions import Permission


@pytest_asyncio.fixture
async def ground() -> AsyncIterator[DiscordGround]:
    async with discord_ground() as made:
        yield made


@pytest_asyncio.fixture
async def ear(ground: DiscordGround) -> AsyncIterator[Ear]:
    async with heard(ground) as listening:
        await until_told(ground)
        yield listening


async def name(ground: DiscordGround, who: str, where: str) -> None:
    """Let somebody report a message of a place by its link."""
    posted = ground.server.world.post(where, ground.place.staff, "between us")["id"]
    link = f"https://discord.com/channels/{ground.place.guild.id}/{where}/{posted}"
    await ground.server.hands.give(who, ground.place.room, "report", message=link).settled()


async def test_nobody_names_a_message_of_a_channel_that_is_hidden_from_them(ground: DiscordGround, ear: Ear) -> None:
    guild, leads = ground.place.guild, ground.leads.channel
    guild.overwrite(leads, ground.place.bot, allow=Permission.VIEW_CHANNEL)
    guild.overwrite(leads, ground.place.staff_role, allow=Permission.VIEW_CHANNEL)
    guild.overwrite(leads, guild.id, deny=Permission.VIEW_CHANNEL)
    await name(ground, ground.place.member, leads)
    assert not ear.given
    await name(ground, ground.place.staff, leads)
    (given,) = ear.given
    assert isinstance(given.options["message"], Message)


async def test_whoever_reads_a_thread_names_its_messages(ground: DiscordGround, ear: Ear) -> None:
    await name(ground, ground.place.member, ground.thread.thread)
    (given,) = ear.given
    assert isinstance(given.options["message"], Message)
