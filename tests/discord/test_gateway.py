"""The gateway, as the real library meets it."""

import asyncio

import discord
import pytest

from tests.discord.bots import Bot, connected, until
from tests.discord.guild import Guild
from tests.discord.permissions import Permission
from tests.discord.server import LoopbackDiscord


@pytest.fixture
def guild(server: LoopbackDiscord) -> Guild:
    guild = server.world.add_guild("Harbour", permissions=Permission.ADMINISTRATOR)
    guild.add_channel("general", id="700")
    guild.add_member("Kim", id="42")
    return guild


async def test_a_bot_that_comes_in_hears_of_its_guild_and_then_of_what_is_said(
    server: LoopbackDiscord, guild: Guild
) -> None:
    async with connected(server) as bot:
        assert [one.name for one in bot.guilds] == ["Harbour"]
        server.hands.say("42", "700", "Hello")
        await until(lambda: bot.said == ["Hello"])


async def test_a_bot_that_asks_for_all_members_gets_them(server: LoopbackDiscord, guild: Guild) -> None:
    for number in range(1_500):
        guild.add_member(f"Member {number}")
    async with connected(server, Bot(chunk_guilds_at_startup=True, guild_ready_timeout=0.5)) as bot:
        found = bot.get_guild(int(guild.id))
        assert found is not None
        assert len(found.members) == 1_503
        assert bot.heard.count("GUILD_MEMBERS_CHUNK") == 2


async def test_a_cut_connection_is_resumed_and_what_was_missed_arrives_once_and_in_order(
    server: LoopbackDiscord, guild: Guild
) -> None:
    async with connected(server) as bot:
        server.hands.say("42", "700", "before")
        await until(lambda: bot.said == ["before"])
        server.connections.drop()
        for number in range(3):
            server.hands.say("42", "700", f"missed {number}")
        await until(lambda: "RESUMED" in bot.heard)
        server.hands.say("42", "700", "after")
        await until(lambda: "after" in bot.said)
        assert bot.said == ["before", "missed 0", "missed 1", "missed 2", "after"]
        assert (len(server.connections.identified), len(server.connections.resumed)) == (1, 1)


async def test_a_refused_resume_begins_a_new_session_without_what_was_missed(
    server: LoopbackDiscord, guild: Guild
) -> None:
    async with connected(server) as bot:
        server.faults.refused_resumes = 1
        server.connections.drop(4000)
        server.hands.say("42", "700", "missed")
        await until(lambda: bot.heard.count("READY") == 2)
        server.hands.say("42", "700", "after")
        await until(lambda: "after" in bot.said)
        assert bot.said == ["after"]
        assert (len(server.connections.identified), len(server.connections.resumed)) == (2, 0)


async def test_a_bot_that_is_asked_to_reconnect_resumes(server: LoopbackDiscord, guild: Guild) -> None:
    async with connected(server) as bot:
        server.connections.ask_to_reconnect()
        await until(lambda: "RESUMED" in bot.heard)
        assert len(server.connections.identified) == 1


@pytest.mark.parametrize(("resumable", "sessions"), [(True, 1), (False, 2)])
async def test_an_invalid_session_is_resumed_only_if_the_gateway_says_that_it_may_be(
    server: LoopbackDiscord, guild: Guild, resumable: bool, sessions: int
) -> None:
    async with connected(server) as bot:
        server.connections.invalidate(resumable=resumable)
        await until(lambda: "RESUMED" in bot.heard or bot.heard.count("READY") == 2)
        assert len(server.connections.identified) == sessions


async def test_a_gateway_that_turns_connections_away_is_tried_again(server: LoopbackDiscord, guild: Guild) -> None:
    async with connected(server) as bot:
        server.faults.refused_connections = 1
        server.connections.drop()
        await until(lambda: server.faults.refused_connections == 0 and server.connections.connected)
        server.hands.say("42", "700", "after")
        await until(lambda: "after" in bot.said)


async def test_a_gateway_that_answers_no_heartbeat_is_left_and_the_session_resumed(
    server: LoopbackDiscord, guild: Guild
) -> None:
    server.connections.heartbeat = 0.05
    async with connected(server, Bot(heartbeat_timeout=0.3)) as bot:
        server.faults.deaf = True
        await until(lambda: server.connections.resumed)
        server.faults.deaf = False
        server.hands.say("42", "700", "after")
        await until(lambda: "after" in bot.said)


async def test_a_server_that_comes_back_on_its_port_goes_on_with_the_sessions(
    server: LoopbackDiscord, guild: Guild
) -> None:
    async with connected(server) as bot:
        address = server.api
        await server.stop()
        server.hands.say("42", "700", "missed")
        await server.start()
        assert server.api == address
        await until(lambda: "missed" in bot.said)
        assert len(server.connections.identified) == 1


async def test_a_bot_without_the_right_to_content_reads_only_what_is_meant_for_it(
    server: LoopbackDiscord, guild: Guild
) -> None:
    intents = discord.Intents.all()
    intents.message_content = False
    async with connected(server, Bot(intents=intents)) as bot:
        server.hands.say("42", "700", "secret")
        server.hands.say("42", "700", f"<@{server.world.bot['id']}> help")
        server.hands.write_to_bot("42", "directly")
        await until(lambda: len(bot.said) == 3)
        assert bot.said == ["", f"<@{server.world.bot['id']}> help", "directly"]


async def test_a_bot_hears_of_nothing_that_it_has_no_intent_for(server: LoopbackDiscord, guild: Guild) -> None:
    async with connected(server, Bot(intents=discord.Intents(guilds=True, dm_messages=True))) as bot:
        server.hands.say("42", "700", "unheard")
        server.hands.join(guild.id, "Robin")
        server.hands.write_to_bot("42", "heard")
        await until(lambda: bot.said)
        assert bot.said == ["heard"]
        assert "GUILD_MEMBER_ADD" not in bot.heard


async def test_an_intent_that_isnt_switched_on_for_the_application_keeps_the_bot_out(
    server: LoopbackDiscord, guild: Guild
) -> None:
    server.world.application = server.world.application | {"flags": 0}
    with pytest.raises(discord.PrivilegedIntentsRequired):
        async with connected(server):
            pass


async def test_a_token_that_is_revoked_ends_the_session_and_answers_every_request_with_401(
    server: LoopbackDiscord, guild: Guild
) -> None:
    bot = Bot()
    running = asyncio.create_task(bot.start(server.world.token))
    await until(bot.is_ready)
    server.connections.revoke()
    with pytest.raises(discord.ConnectionClosed) as ended:
        await running
    assert ended.value.code == 4004
    await bot.close()
    async with Bot() as another:
        with pytest.raises(discord.LoginFailure):
            await another.login(server.world.token)
    assert server.record.requests[-1].status == 401


async def test_a_bot_in_shards_learns_how_many_from_the_server_and_hears_of_guilds_in_each(
    server: LoopbackDiscord,
) -> None:
    server.world.shards = 2
    server.connections.identify_every = 0
    for number in range(2):
        guild = server.world.add_guild(f"Harbour {number}", id=str(number + 2 << 22), permissions=8)
        guild.add_channel("general", id=f"70{number}")
        guild.add_member("Kim", id="42")
    said: list[str] = []

    class Sharded(discord.AutoShardedClient):
        async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
            """Begin a session at once."""

        async def on_message(self, message: discord.Message) -> None:
            said.append(message.content)

    bot = Sharded(intents=discord.Intents.all(), guild_ready_timeout=0.05, chunk_guilds_at_startup=False)
    async with bot:
        running = asyncio.create_task(bot.start(server.world.token))
        await until(bot.is_ready)
        assert {one.shard_id: one.name for one in bot.guilds} == {0: "Harbour 0", 1: "Harbour 1"}
        for number in range(2):
            server.hands.say("42", f"70{number}", str(number))
        await until(lambda: sorted(said) == ["0", "1"])
        server.connections.drop(shard=1)
        await until(lambda: len(server.connections.resumed) == 1)
    await running
