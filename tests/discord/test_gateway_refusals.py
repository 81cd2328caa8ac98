"""What the gateway doesn't take, and with which code it says so."""

from typing import Any

import pytest

from tests.discord.bots import wired
from tests.discord.permissions import Permission
from tests.discord.server import LoopbackDiscord


async def test_what_is_sent_comes_as_one_zlib_stream_if_the_bot_asks_for_it(server: LoopbackDiscord) -> None:
    async with wired(server, "v=10&encoding=json&compress=zlib-stream") as wire:
        await wire.identify(server)
        assert (await wire.event("READY"))["user"]["id"] == server.world.bot["id"]
        await wire.send(1, 1)
        assert (await wire.next())["op"] == 11


async def test_a_heartbeat_is_answered_before_a_session_is_begun(server: LoopbackDiscord) -> None:
    async with wired(server) as wire:
        await wire.send(1, None)
        assert (await wire.next())["op"] == 11


@pytest.mark.parametrize(
    ("op", "data", "code"),
    [
        (8, {"guild_id": "1", "query": "", "limit": 0}, 4003),
        (99, {}, 4001),
        (2, "text", 4002),
        (2, {"token": "wrong", "intents": 1}, 4004),
        (6, {"token": "wrong", "session_id": "1", "seq": 1}, 4004),
    ],
)
async def test_what_cant_be_answered_ends_the_connection(
    server: LoopbackDiscord, op: int, data: Any, code: int
) -> None:
    async with wired(server) as wire:
        await wire.send(op, data)
        assert await wire.ended() == code


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"intents": 1 << 30}, 4013),
        ({"intents": None}, 4013),
        ({"shard": [1, 1]}, 4010),
        ({"shard": [0]}, 4010),
    ],
)
async def test_a_session_that_cant_be_begun_ends_the_connection(
    server: LoopbackDiscord, more: dict[str, Any], code: int
) -> None:
    async with wired(server) as wire:
        await wire.identify(server, **more)
        assert await wire.ended() == code


@pytest.mark.parametrize(("query", "code"), [("v=9&encoding=json", 4012), ("v=10&encoding=etf", 4002)])
async def test_only_version_10_in_json_is_spoken(server: LoopbackDiscord, query: str, code: int) -> None:
    async with wired(server, query) as wire:
        assert await wire.ended() == code


async def test_text_that_isnt_json_and_text_that_is_too_long_end_the_connection(server: LoopbackDiscord) -> None:
    for text in ("{", '{"op":1,"d":"' + 4096 * "x" + '"}'):
        async with wired(server) as wire:
            await wire.socket.send_str(text)
            assert await wire.ended() == 4002


async def test_a_second_identify_ends_the_connection(server: LoopbackDiscord) -> None:
    async with wired(server) as wire:
        await wire.identify(server)
        await wire.event("READY")
        await wire.identify(server)
        assert await wire.ended() == 4005


async def test_a_bot_that_sends_more_than_120_payloads_in_a_minute_is_thrown_out(server: LoopbackDiscord) -> None:
    async with wired(server) as wire:
        for _ in range(121):
            await wire.send(1, None)
        assert await wire.ended() == 4008


async def test_a_bot_without_a_heartbeat_is_thrown_out(server: LoopbackDiscord) -> None:
    server.connections.heartbeat = 0.05
    async with wired(server) as wire:
        assert await wire.ended() == 4009


async def test_a_resume_beyond_what_was_sent_ends_the_connection(server: LoopbackDiscord) -> None:
    async with wired(server) as wire:
        await wire.identify(server)
        session = (await wire.event("READY"))["session_id"]
        await wire.socket.close(code=4000)
    async with wired(server) as wire:
        await wire.send(6, {"token": server.world.token, "session_id": session, "seq": 99})
        assert await wire.ended() == 4007


async def test_a_session_that_the_bot_closed_with_1000_cant_be_resumed(server: LoopbackDiscord) -> None:
    async with wired(server) as wire:
        await wire.identify(server)
        session = (await wire.event("READY"))["session_id"]
        await wire.socket.close(code=1000)
    async with wired(server) as wire:
        await wire.send(6, {"token": server.world.token, "session_id": session, "seq": 1})
        assert (await wire.next()) == {"op": 9, "d": False, "s": None, "t": None}


async def test_a_second_session_within_five_seconds_is_invalid(server: LoopbackDiscord) -> None:
    async with wired(server) as one, wired(server) as two:
        await one.identify(server)
        await one.event("READY")
        await two.identify(server)
        assert (await two.next())["op"] == 9
    assert len(server.connections.identified) == 2


async def test_a_bot_that_begins_more_sessions_than_a_day_has_loses_its_token(server: LoopbackDiscord) -> None:
    server.world.sessions_a_day = 1
    server.connections.identify_every = 0
    async with wired(server) as one, wired(server) as two:
        await one.identify(server)
        await one.event("READY")
        await two.identify(server)
        assert await two.ended() == 4004
        assert await one.ended() == 4004
    assert server.world.revoked


async def test_each_shard_hears_of_its_own_guilds_and_the_first_of_direct_messages(server: LoopbackDiscord) -> None:
    server.connections.identify_every = 0
    for number in range(2):
        guild = server.world.add_guild("Harbour", id=str(number << 22), permissions=Permission.ADMINISTRATOR)
        guild.add_channel("general", id=f"70{number}")
        guild.add_member("Kim", id="42")
    async with wired(server) as first, wired(server) as second:
        for number, wire in enumerate((first, second)):
            await wire.identify(server, shard=[number, 2], intents=1 << 9 | 1 << 12)
            ready = await wire.event("READY")
            assert [one["id"] for one in ready["guilds"]] == [str(number << 22)]
        server.hands.say("42", "701", "in the second")
        server.hands.write_to_bot("42", "directly")
        server.hands.say("42", "700", "in the first")
        assert (await first.event("MESSAGE_CREATE"))["channel_type"] == 1
        assert (await first.event("MESSAGE_CREATE"))["channel_id"] == "700"
        assert (await second.event("MESSAGE_CREATE"))["channel_id"] == "701"


async def test_members_are_handed_out_by_id_and_by_the_beginning_of_their_name(server: LoopbackDiscord) -> None:
    guild = server.world.add_guild("Harbour", permissions=Permission.ADMINISTRATOR)
    guild.add_member("Kim", id="42")
    guild.add_member("Robin", id="43")
    async with wired(server) as wire:
        await wire.identify(server, intents=1 << 1)
        await wire.event("READY")
        await wire.send(8, {"guild_id": guild.id, "user_ids": ["42", "99"], "nonce": "one"})
        chunk = await wire.event("GUILD_MEMBERS_CHUNK")
        assert [one["user"]["id"] for one in chunk["members"]] == ["42"]
        assert (chunk["not_found"], chunk["nonce"]) == (["99"], "one")
        await wire.send(8, {"guild_id": guild.id, "query": "ro", "limit": 5})
        chunk = await wire.event("GUILD_MEMBERS_CHUNK")
        assert [one["user"]["id"] for one in chunk["members"]] == ["43"]


async def test_all_members_of_a_guild_are_handed_out_once_in_half_a_minute(server: LoopbackDiscord) -> None:
    guild = server.world.add_guild("Harbour", permissions=Permission.ADMINISTRATOR)
    async with wired(server) as wire:
        await wire.identify(server, intents=1 << 1)
        await wire.event("READY")
        for _ in range(2):
            await wire.send(8, {"guild_id": guild.id, "query": "", "limit": 0})
        assert len((await wire.event("GUILD_MEMBERS_CHUNK"))["members"]) == 2
        limited = await wire.event("RATE_LIMITED")
        assert limited["opcode"] == 8
        assert 0 < limited["retry_after"] <= 30
