"""Clocks that differ: Discord holds the longest times that it takes against its own clock."""

from datetime import timedelta

from bot.domain.action import ActionKind, Answer
from bot.domain.outcome import OutcomeKind
from bot.domain.sanction import Standing
from bot.ports import Effect
from tests.adapters.discord.ground import discord_ground
from tests.fakes.clock import FakeClock

AHEAD = timedelta(minutes=1)


async def test_the_longest_timeout_is_taken_also_where_our_clock_runs_ahead() -> None:
    async with discord_ground() as ground:
        longest = ground.platform.longest(OutcomeKind.TIMEOUT)
        assert longest is not None
        standing = Standing(held=True, until=ground.clock.now() + AHEAD + longest)
        kim = ground.join("kim")
        effect = Effect(
            action="a1", kind=ActionKind.RESTRICT, account=kim, sanction=OutcomeKind.TIMEOUT, standing=standing
        )  # fmt: skip
        assert [one.answer for one in await ground.platform.enforce([effect])] == [Answer.DONE]


async def test_doors_are_closed_also_where_our_clock_runs_ahead() -> None:
    async with discord_ground() as ground:
        ground.connected.door.clock = FakeClock(ground.clock.now() + AHEAD)
        effect = Effect(action="a1", kind=ActionKind.RAID_MODE, amount=1)
        assert [one.answer for one in await ground.platform.enforce([effect])] == [Answer.DONE]
        assert [one.answer for one in await ground.platform.read_back([effect])] == [Answer.DONE]
