"""A server is told our commands where it knows others, and only then."""

from collections.abc import AsyncIterator

import pytest_asyncio

from adapters.discord.commands import commands
from adapters.discord.syncing import CommandsRefusedError
from tests.adapters.discord.ground import DiscordGround, discord_ground
from tests.adapters.discord.listening import heard
from tests.discord.bots import until
from tests.discord.faults import FaultKind

_PATH = "/applications/{application_id}/guilds/{guild_id}/commands"


@pytest_asyncio.fixture
async def ground() -> AsyncIterator[DiscordGround]:
    async with discord_ground() as made:
        yield made


def asked(ground: DiscordGround, method: str) -> int:
    """Return how often the commands were asked for, or told."""
    return sum(one.method == method and one.route == _PATH for one in ground.server.record.requests)


async def test_a_server_that_knows_no_commands_is_told_them(ground: DiscordGround) -> None:
    async with heard(ground):
        await until(lambda: ground.place.guild.commands)
    told = {(one["type"], one["name"]) for one in ground.place.guild.commands.values()}
    assert told == {(one["type"], one["name"]) for one in commands()}


async def test_a_server_that_knows_them_is_told_nothing(ground: DiscordGround) -> None:
    async with heard(ground):
        await until(lambda: ground.place.guild.commands)
    async with heard(ground):
        await until(lambda: asked(ground, "GET") == 2)
    assert asked(ground, "PUT") == 1


async def test_a_server_that_knows_old_ones_is_told_anew(ground: DiscordGround) -> None:
    async with heard(ground):
        await until(lambda: ground.place.guild.commands)
    known = ground.place.guild.commands
    first = next(iter(known))
    known[first] = known[first] | {"description": "what it said before"}
    async with heard(ground):
        await until(lambda: asked(ground, "PUT") == 2)
    assert "what it said before" not in {one["description"] for one in known.values()}


async def test_a_bot_that_may_have_no_commands_works_on_and_says_so(ground: DiscordGround) -> None:
    ground.server.faults.fail(FaultKind.REFUSED, route=_PATH, status=403, times=None)
    async with heard(ground) as ear:
        await until(lambda: ground.told)
        ground.server.hands.say(ground.place.member, ground.place.room, "hello")
        await until(lambda: ear.offered)
    assert [type(one) for one in ground.told] == [CommandsRefusedError]
