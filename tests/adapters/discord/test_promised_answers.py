"""A program that promised an answer and gives it later: its words come with an update that says of no edit."""

from adapters.discord.connected import ServerConnected
from tests.adapters.discord.ground import discord_ground
from tests.adapters.discord.listening import heard


async def test_the_words_of_an_answer_that_was_promised_are_heard() -> None:
    async with discord_ground() as ground, heard(ground) as ear:
        assert isinstance(ground.connected, ServerConnected)
        author = {"id": "80351110224678912", "username": "helper", "bot": True}
        said = {
            "id": "1478361297715299999", "channel_id": ground.help.channel, "guild_id": ground.place.guild.id,
            "author": author, "type": 20, "content": "", "flags": 128, "edited_timestamp": None,
            "timestamp": "2026-03-03T12:00:00+00:00",
        }  # fmt: skip
        ground.connected.heard("MESSAGE_CREATE", said)
        ground.connected.heard("MESSAGE_UPDATE", said | {"content": "at last", "flags": 0})
        # a preview of a link in what somebody wrote
        ground.connected.heard("MESSAGE_UPDATE", said | {"type": 0, "content": "unchanged"})
        assert ear.texts() == ["", "at last"]
