"""What is judged as a message and stands nowhere: joins, new names and titles of threads."""

from dataclasses import replace

import pytest

from bot.domain.action import ActionKind, Answer
from bot.ports import Effect
from tests.adapters.discord.ground import discord_ground


@pytest.mark.parametrize("name", ["1478361297715200099-title", "80351110224678912-1772539200000"])
async def test_what_stands_nowhere_is_gone_and_holds_up_no_deletion(name: str) -> None:
    async with discord_ground() as ground:
        posted = ground.say(ground.join("kim"), "hello")
        there = Effect(action="a1", kind=ActionKind.DELETE, message=posted, stream=ground.help)
        nowhere = replace(there, action="a2", message=replace(posted, message=name))
        answers = [one.answer for one in await ground.platform.enforce([there, nowhere])]
        assert answers == [Answer.DONE, Answer.GONE]
        shown = [one.answer for one in await ground.platform.read_back([there, nowhere])]
        assert shown == [Answer.DONE, Answer.GONE]
