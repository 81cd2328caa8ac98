"""What is asked of Discord without a session, over the wire."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from adapters.discord.probing import Probe, probing
from adapters.discord.sharing import Access
from bot.ports import ConnectionRevokedError, PlatformUnavailableError
from tests.discord.conftest import pointed_at
from tests.discord.harbour import Harbour, harbour
from tests.discord.permissions import Permission
from tests.discord.server import LoopbackDiscord
from tests.discord.world import World


@pytest_asyncio.fixture
async def server() -> AsyncIterator[LoopbackDiscord]:
    """Return a Discord that keeps to its description."""
    async with LoopbackDiscord(World()) as started:
        started.limits.on = False
        with pointed_at(started):
            yield started
        assert started.record.off == []


@pytest.fixture
def place(server: LoopbackDiscord) -> Harbour:
    return harbour(server.world)


@pytest_asyncio.fixture
async def probe(server: LoopbackDiscord, place: Harbour) -> AsyncIterator[Probe]:
    async with probing(access(server)) as opened:
        yield opened


def access(server: LoopbackDiscord) -> Access:
    return Access(token=server.world.token, api=server.api, gateway=server.gateway)


async def test_every_server_is_listed_however_many_there_are(server: LoopbackDiscord, probe: Probe) -> None:
    for number in range(205):
        server.world.add_guild(f"Server {number}")
    found = await probe.servers()
    assert {str(one["id"]) for one in found} == set(server.world.guilds)


async def test_a_server_is_read_whole(probe: Probe, place: Harbour) -> None:
    seen = await probe.server(place.guild.id, people=[place.staff, "404"])
    assert seen.server is not None
    assert seen.own is not None
    assert seen.server["name"] == "Harbour"
    assert seen.own["user"]["id"] == place.bot
    assert [one["id"] for one in seen.channels or ()] == [place.room]
    assert (seen.commands, seen.shown, seen.rules) == ([], {}, [])
    assert (seen.people[place.staff] is None, seen.people["404"]) == (False, None)


async def test_a_server_without_the_bot_is_none(server: LoopbackDiscord, probe: Probe) -> None:
    foreign = server.world.add_guild("Elsewhere", permissions=None)
    assert (await probe.server(foreign.id)).server is None
    assert (await probe.server("404")).server is None


async def test_a_channel_that_is_hidden_from_the_bot_is_told_from_one_that_is_gone(
    probe: Probe, place: Harbour
) -> None:
    hidden = place.guild.add_channel("hidden")["id"]
    place.guild.overwrite(hidden, place.guild.id, deny=Permission.VIEW_CHANNEL)
    place.guild.overwrite(hidden, place.guild.members[place.bot]["roles"][0], deny=Permission.VIEW_CHANNEL)
    seen = await probe.server(place.guild.id, places=[place.room, hidden, "404"])
    assert seen.closed == {hidden}


async def test_without_the_right_to_manage_the_server_rules_stay_unknown(probe: Probe, place: Harbour) -> None:
    own = place.guild.members[place.bot]["roles"][0]
    place.guild.roles[own] |= {"permissions": "0"}
    assert (await probe.server(place.guild.id)).rules is None


async def test_a_token_that_is_no_good_and_a_discord_that_doesn_t_answer_are_told_apart(
    server: LoopbackDiscord, place: Harbour
) -> None:
    server.world.revoked = True
    with pytest.raises(ConnectionRevokedError):
        async with probing(access(server)):
            pass
    await server.stop()
    with pytest.raises(PlatformUnavailableError):
        async with probing(access(server)):
            pass
