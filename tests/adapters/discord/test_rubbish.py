"""What can't be read takes nothing else along: the session goes on, and the next message is heard."""

from typing import Any

import pytest

from tests.adapters.discord.ground import discord_ground
from tests.adapters.discord.listening import heard
from tests.discord.bots import until

_RUBBISH: list[tuple[str, dict[str, Any]]] = [
    ("MESSAGE_CREATE", {}),
    ("MESSAGE_CREATE", {"channel_id": "x", "id": None}),
    ("MESSAGE_CREATE", {"channel_id": "1", "id": "2", "author": 7, "content": {"a": []}}),
    ("MESSAGE_UPDATE", {"id": "1", "edited_timestamp": "soon"}),
    ("GUILD_MEMBER_ADD", {"joined_at": 5}),
    ("GUILD_MEMBER_UPDATE", {"user": {"id": "x"}}),
    ("THREAD_CREATE", {"parent_id": "nowhere"}),
    ("GUILD_AUDIT_LOG_ENTRY_CREATE", {"action_type": "many", "changes": 3}),
    ("AUTO_MODERATION_ACTION_EXECUTION", {"action": None}),
    ("INTERACTION_CREATE", {"type": 2, "data": {}}),
    ("INTERACTION_CREATE", {"type": "no"}),
]


@pytest.mark.parametrize(("event", "data"), _RUBBISH)
async def test_an_event_that_cannot_be_read_ends_nothing(event: str, data: dict[str, Any]) -> None:
    async with discord_ground() as ground, heard(ground) as ear:
        guild = ground.place.guild
        guild.world.emit(event, {"guild_id": guild.id, **data}, guild.id, intents=~0)
        ground.server.hands.say(ground.place.member, ground.place.room, "still here")
        await until(lambda: "still here" in ear.texts())
        # by the same session: everything arrived from its beginning on
        assert ear.resumed == 1
