"""A notice says where the message stood that it is about, for platforms that hint there at what they sent aside."""

from bot.domain.action import ActionKind
from bot.store.engine import Store
from tests.stage.stage import Stage, set_stage


def near(stage: Stage) -> list[str | None]:
    """Return where the messages stood that the notices were about, in the order in which they were asked for."""
    told = [one for one in stage.platform.asked if one.kind is ActionKind.NOTICE]
    return [None if one.near is None else one.near.id for one in told]


async def test_a_notice_about_a_message_names_its_channel_and_any_other_names_none(store: Store) -> None:
    stage = await set_stage(store)
    try:
        await stage.say("you blockhead")
        assert near(stage) == [stage.channel().id]
        await stage.give("lee", "mod.warn", member=stage.member("u2"), guideline="respect")
        assert near(stage) == [stage.channel().id, None]
    finally:
        await stage.close()
