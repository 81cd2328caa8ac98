"""Commands are answered in one sentence, whoever gives them and however they are given."""

from bot.store.engine import Store
from tests.stage.stage import set_stage


async def test_an_unknown_command_is_answered_with_what_to_do(store: Store) -> None:
    stage = await set_stage(store)
    reply = await stage.give("u1", "mod.fly")
    assert (reply.done, reply.text) == (False, "There is no such command here. Type / to see those there are.")
    await stage.say("you blockhead")
    assert not await stage.held()
    assert len(stage.cards()) == 1
    assert len(stage.notices()) == 1
    await stage.close()
