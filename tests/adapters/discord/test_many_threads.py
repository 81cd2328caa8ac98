"""A message that may stand in any of a channel's threads is looked for in those alone where it can be."""

from tests.adapters.discord.ground import discord_ground
from tests.adapters.discord.listening import heard
from tests.discord.bots import until


async def test_a_message_is_not_looked_for_in_threads_that_are_younger_or_were_quiet_since() -> None:
    async with discord_ground() as ground, heard(ground) as ear:
        kim, gaming = ground.join("kim"), ground.thread.channel
        older = [
            ground.place.guild.open_thread(gaming, f"older {number}", by=ground.place.staff) for number in range(5)
        ]
        for one in older:
            ground.server.hands.say(kim.user, one["id"], "early")
        ref = ground.say(kim, "here", where=ground.thread)
        for number in range(5):
            ground.place.guild.open_thread(gaming, f"younger {number}", by=ground.place.staff)
        await until(lambda: "here" in ear.texts() and len(ground.connected.door.server.threads) == 11)
        ground.server.record.requests.clear()
        (found,) = await ground.platform.read([ref])
        assert found is not None
        assert found.text == "here"
        routes = [one.route for one in ground.server.record.requests]
        # the channel itself, and one thread
        assert routes.count("/channels/{channel_id}/messages/{message_id}") == 2
