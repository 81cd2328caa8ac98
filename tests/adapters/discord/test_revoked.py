"""A token that Discord no longer knows: one refusal is enough, whatever waits or begins anew."""

import asyncio

import pytest

from bot.domain.message import AccountRef
from bot.ports import ConnectionRevokedError
from tests.adapters.discord.ground import DiscordGround, discord_ground


def refusals(ground: DiscordGround) -> int:
    return [one.status for one in ground.server.record.requests].count(401)


async def revoked(ground: DiscordGround, kim: AccountRef) -> None:
    """Take the token from the bot while several questions of one sort wait for each other in the library."""
    refs = [ground.say(kim, f"number {number}") for number in range(5)]
    ground.server.world.revoked = True
    http = ground.connected.door.http
    asked = (http.get_message(int(one.channel), int(one.message)) for one in refs)
    assert all(isinstance(one, Exception) for one in await asyncio.gather(*asked, return_exceptions=True))


async def test_what_waited_inside_the_library_is_not_asked_after_a_refusal() -> None:
    async with discord_ground() as ground:
        await revoked(ground, ground.join("kim"))
        assert refusals(ground) == 1


async def test_no_session_is_begun_with_a_token_that_was_refused() -> None:
    async with discord_ground() as ground:
        await revoked(ground, ground.join("kim"))
        asked = len(ground.server.record.requests)
        await ground.connected.close()
        with pytest.raises(ConnectionRevokedError):
            await ground.connected.session.enter(ground.place.guild.id)
        assert len(ground.server.record.requests) == asked
