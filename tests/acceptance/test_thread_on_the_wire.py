"""A case is talked over on Discord: one thread at its card, in which nobody is judged, put away when it is closed."""

from bot.store.engine import Store
from tests.adapters.discord.ground import words_of
from tests.stage.discord import set_discord
from tests.stage.stage import CHANNELS


async def test_staff_talk_a_case_over_at_its_card_and_the_thread_ends_with_it(store: Store) -> None:
    stage = await set_discord(store)
    try:
        await stage.say("you blockhead")
        await stage.press("lee", stage.button(stage.card_with("case.discuss"), "case.discuss"))
        (thread,) = stage.guild.threads.values()
        assert thread["parent_id"] == CHANNELS["leads"]
        assert thread["id"] in stage.server.world.messages[CHANNELS["leads"]]
        # what staff quote in it is nobody's offence
        posted = stage.server.hands.say(stage.ref("lee").user, thread["id"], "he wrote blockhead again")
        await stage._until(lambda: posted in stage.offered)
        await stage.settle()
        (case,) = await stage.rows("cases")
        await stage.give("lee", "case.decide", where="leads", verdict="violation", case=case["number"])
        said = stage.server.world.messages[thread["id"]].values()
        bot = stage.server.world.bot["id"]
        own = [words_of(one) for one in said if one["author"]["id"] == bot and one["type"] == 0]
        assert [case["number"] in text for text in own] == [True, True]
        assert "blockhead" not in "".join(own)
        assert stage.guild.threads[thread["id"]]["thread_metadata"]["archived"]
        assert len(await stage.rows("cases")) == 1
    finally:
        await stage.close()
