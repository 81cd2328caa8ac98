"""Messages in places that the library doesn't know yet: events come in another order than things happened."""

from adapters.discord.connected import ServerConnected
from tests.adapters.discord.ground import discord_ground
from tests.adapters.discord.listening import heard
from tests.discord.bots import until
from tests.discord.faults import FaultKind


async def test_a_message_of_a_thread_that_was_not_told_of_is_heard_once_discord_shows_it() -> None:
    async with discord_ground() as ground, heard(ground) as ear:
        assert isinstance(ground.connected, ServerConnected)
        kim = ground.join("kim")
        ground.server.delivery.lose("THREAD_CREATE")
        thread = ground.place.guild.open_thread(ground.help.channel, "new", by=ground.place.staff)["id"]
        route = "/channels/{channel_id}/messages/{message_id}"
        ground.server.faults.fail(FaultKind.REFUSED, "GET", route, status=503)
        ground.server.hands.say(kim.user, thread, "first")
        await until(lambda: "first" in ear.texts())
        assert ear.offered[-1].channel.thread == thread
