"""What can go wrong with a request, each once, and what the real library makes of it."""

import asyncio

import aiohttp
import discord
import pytest

from tests.discord.asking import Asker
from tests.discord.bots import until
from tests.discord.faults import FaultKind
from tests.discord.harbour import Harbour, harbour
from tests.discord.server import LoopbackDiscord

MESSAGES = "/channels/{channel_id}/messages"


@pytest.fixture
def place(server: LoopbackDiscord) -> Harbour:
    return harbour(server.world)


async def opened(client: discord.Client, place: Harbour) -> discord.TextChannel:
    """Return the channel as the library sees it."""
    found = await client.fetch_channel(int(place.room))
    assert isinstance(found, discord.TextChannel)
    return found


def said(server: LoopbackDiscord) -> int:
    """Return how many messages there ever were."""
    return len(server.record.did("message_created"))


async def test_an_error_before_the_server_acted_is_repeated_by_the_library_and_done_once(
    server: LoopbackDiscord, client: discord.Client, place: Harbour
) -> None:
    channel = await opened(client, place)
    server.faults.fail(FaultKind.REFUSED, "POST", MESSAGES, status=502)
    await channel.send("Hello")
    assert [one.status for one in server.record.asked("POST", MESSAGES)] == [502, 200]
    assert said(server) == 1


async def test_an_error_after_the_server_acted_is_repeated_by_the_library_with_a_nonce_and_done_once(
    server: LoopbackDiscord, client: discord.Client, place: Harbour
) -> None:
    channel = await opened(client, place)
    server.faults.fail(FaultKind.ACTED, "POST", MESSAGES)
    await channel.send("Hello")
    assert [one.status for one in server.record.asked("POST", MESSAGES)] == [500, 200]
    assert said(server) == 1


async def test_what_is_repeated_without_a_nonce_is_done_twice(
    server: LoopbackDiscord, ask: Asker, place: Harbour
) -> None:
    server.faults.fail(FaultKind.ACTED, "POST", MESSAGES)
    path = f"/channels/{place.room}/messages"
    assert [(await ask("POST", path, {"content": "Hello"})).status for _ in range(2)] == [500, 200]
    assert said(server) == 2


@pytest.mark.parametrize(("kind", "times"), [(FaultKind.CUT, 0), (FaultKind.ACTED_CUT, 1)])
async def test_a_connection_that_is_reset_tells_nothing_of_what_was_done(
    server: LoopbackDiscord, client: discord.Client, place: Harbour, kind: FaultKind, times: int
) -> None:
    channel = await opened(client, place)
    server.faults.fail(kind, "POST", MESSAGES)
    with pytest.raises(aiohttp.ClientError):
        await channel.send("Hello")
    assert [one.status for one in server.record.asked("POST", MESSAGES)] == [0]
    assert said(server) == times


async def test_a_slow_answer_comes_after_what_was_asked_was_done(
    server: LoopbackDiscord, client: discord.Client, place: Harbour
) -> None:
    channel = await opened(client, place)
    server.faults.fail(FaultKind.SLOW, "POST", MESSAGES, after=3600)
    sending = asyncio.create_task(channel.send("Hello"))
    await until(lambda: said(server))
    assert not sending.done()
    sending.cancel()


@pytest.mark.parametrize(("scope", "blamed"), [("user", 1), ("global", 1), ("shared", 0)])
async def test_a_limit_is_waited_out_and_only_a_shared_one_isnt_blamed_on_the_bot(
    server: LoopbackDiscord, client: discord.Client, place: Harbour, scope: str, blamed: int
) -> None:
    channel = await opened(client, place)
    server.faults.fail(FaultKind.LIMITED, "POST", MESSAGES, after=0.05, scope=scope)
    await channel.send("Hello")
    assert [one.status for one in server.record.asked("POST", MESSAGES)] == [429, 200]
    assert (said(server), server.limits.invalid_in_all) == (1, blamed)


async def test_a_fault_meets_its_route_as_often_as_told_until_it_is_mended(
    server: LoopbackDiscord, ask: Asker, place: Harbour
) -> None:
    path = f"/channels/{place.room}"
    server.faults.fail(FaultKind.REFUSED, "GET", "/channels/{channel_id}", times=2, status=503)
    assert (await ask("GET", "/users/@me")).status == 200
    assert [(await ask("GET", path)).status for _ in range(3)] == [503, 503, 200]
    server.faults.fail(FaultKind.REFUSED, times=None, status=503)
    assert [(await ask("GET", path)).status for _ in range(2)] == [503, 503]
    server.faults.mend()
    assert (await ask("GET", path)).status == 200


async def test_a_request_without_the_bots_token_is_401(server: LoopbackDiscord, ask: Asker, place: Harbour) -> None:
    assert (await ask("GET", "/users/@me", token="another")).status == 401  # noqa: S106 - a wrong one
    server.world.revoked = True
    assert (await ask("GET", "/users/@me")).status == 401
    assert server.limits.invalid_in_all == 2


async def test_a_route_that_isnt_there_is_off_the_specification(server: LoopbackDiscord, ask: Asker) -> None:
    assert (await ask("GET", "/nowhere")).status == 404
    assert server.record.off == ["GET /api/v10/nowhere is no route"]
