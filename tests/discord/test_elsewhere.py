"""The server in a process of its own: reached over the wire, told what to do as JSON."""

import asyncio
from pathlib import Path

import discord
import pytest

from tests.discord.bots import Bot, until
from tests.discord.conftest import pointed_at
from tests.discord.elsewhere import running

HARBOUR = [
    {"on": "world", "do": "add_guild", "with": ["Harbour"], "named": {"id": "1", "permissions": 8}},
    {"on": "guild:1", "do": "add_channel", "with": ["general"], "named": {"id": "700"}},
    {"on": "guild:1", "do": "add_member", "with": ["Kim"], "named": {"id": "42"}},
]


async def test_a_server_elsewhere_begins_as_told_and_does_what_it_is_asked(tmp_path: Path) -> None:
    async with running(tmp_path, HARBOUR) as there:
        message = await there.ask("hands", "say", "42", "700", "Hello", files={"a.txt": {"bytes": "eA=="}})
        seen = await there.ask("hands", "sees", "42", "700")
        assert [(one["id"], one["content"], len(one["attachments"])) for one in seen] == [(message, "Hello", 1)]
        await there.set("connections", "identify_every", 0)
        assert await there.ask("connections", "identify_every") == 0
        effects = await there.ask("record", "effects")
        assert [one["kind"] for one in effects][-1] == "message_created"


async def test_a_server_elsewhere_says_what_was_refused(tmp_path: Path) -> None:
    async with running(tmp_path, HARBOUR) as there:
        with pytest.raises(KeyError):
            await there.ask("hands", "delete", "42", "700", "1")
        with pytest.raises(KeyError):
            await there.ask("hands", "give", "42", "700", "nothing")


async def test_a_bot_answers_what_somebody_asks_of_it_elsewhere(tmp_path: Path) -> None:
    async with running(tmp_path, HARBOUR) as there:
        bot = Bot()

        @bot.tree.command(description="Answers")
        async def ping(interaction: discord.Interaction, times: int) -> None:
            await interaction.response.send_message(times * "pong", ephemeral=True)

        with pointed_at(there):
            async with bot:
                running_bot = asyncio.create_task(bot.start(await there.ask("world", "token")))
                await until(bot.is_ready)
                await bot.tree.sync()
                given = await there.ask("hands", "give", "42", "700", "ping", times=2)
                answered = await there.ask(f"interaction:{given['token']}", "settled")
                seen = await there.ask("hands", "sees", "42", "700")
            await running_bot
        assert (answered["answer"], answered["messages"]) == (4, [seen[0]["id"]])
        assert seen[0]["content"] == "pongpong"
