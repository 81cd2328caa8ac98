"""Reading in turns: nothing of what arrives is lost or held up, and everything else goes on beside it."""

import asyncio
from typing import Any

from adapters.discord.turns import in_turns


async def test_everything_else_goes_on_while_there_is_always_more_to_read() -> None:
    told, turns = iter(range(1_000)), 0

    async def receive() -> int:
        return next(told)

    async def others() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    beside = asyncio.create_task(others())
    read = in_turns(receive, turn=-1.0)
    assert [await read() for _ in range(1_000)] == list(range(1_000))
    beside.cancel()
    assert turns >= 1_000


async def test_how_long_is_waited_is_handed_on() -> None:
    told: list[dict[str, Any]] = []

    async def receive(**given: Any) -> None:
        told.append(given)

    read = in_turns(receive)
    await read()
    await read(timeout=3.0)
    assert told == [{}, {"timeout": 3.0}]
