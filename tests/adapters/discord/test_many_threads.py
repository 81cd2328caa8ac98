"""A message is read in the thread in which it stands, and in no other place: with one call, put away or not."""

from tests.adapters.discord.ground import discord_ground
from tests.adapters.discord.listening import heard
from tests.discord.bots import until


async def test_a_message_in_a_thread_costs_one_call_however_many_threads_there_are() -> None:
    async with discord_ground() as ground, heard(ground) as ear:
        kim, gaming = ground.join("kim"), ground.thread.channel
        for number in range(5):
            ground.place.guild.open_thread(gaming, f"other {number}", by=ground.place.staff)
        ref = ground.say(kim, "here", where=ground.thread)
        await until(lambda: "here" in ear.texts())
        ground.server.record.requests.clear()
        (found,) = await ground.platform.read([(ground.thread, ref)])
        assert found is not None
        assert found.text == "here"
        routes = [one.route for one in ground.server.record.requests]
        assert routes.count("/channels/{channel_id}/messages/{message_id}") == 1


async def test_a_message_in_a_thread_that_was_put_away_is_not_gone() -> None:
    async with discord_ground() as ground, heard(ground) as ear:
        ref = ground.say(ground.join("kim"), "still here", where=ground.thread)
        await until(lambda: "still here" in ear.texts())
        shown = ground.place.guild.threads[ground.thread.thread]["thread_metadata"]
        ground.place.guild.change_channel(
            ground.thread.thread, by=ground.place.staff, thread_metadata=shown | {"archived": True}
        )
        await until(lambda: ground.connected.door.server.get_thread(int(ground.thread.thread)) is None)
        (found,) = await ground.platform.read([(ground.thread, ref)])
        assert found is not None
        assert found.text == "still here"
        assert found.channel.thread == ground.thread.thread
