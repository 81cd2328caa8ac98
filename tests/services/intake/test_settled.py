"""Whoever acknowledges what they offered waits until it is stored, and no longer."""

import asyncio

import pytest

from bot.services.intake.intake import EndedError
from bot.services.intake.progress import Progress
from tests.services.intake.house import House


async def test_what_was_offered_before_is_stored_once_it_is_settled(house: House) -> None:
    assert house.intake is not None
    for _ in range(7):
        house.say()
    await house.intake.settled()
    assert len(await house.rows("seen")) == 7


async def test_nothing_is_waited_for_where_nothing_was_offered(house: House) -> None:
    assert house.intake is not None
    await house.intake.settled()


async def test_who_waits_for_an_intake_that_has_ended_is_told_so(house: House) -> None:
    intake = house.intake
    assert intake is not None
    await house.crash()
    with pytest.raises(EndedError):
        await intake.settled()


async def test_each_waits_for_what_was_taken_in_before_and_for_nothing_later() -> None:
    progress = Progress()
    progress.took()
    first = asyncio.create_task(progress.wait())
    await asyncio.sleep(0)
    progress.took()
    second = asyncio.create_task(progress.wait())
    await asyncio.sleep(0)
    progress.stored(1)
    await first
    assert not second.done()
    progress.stored(1)
    await second


async def test_who_gave_up_waiting_stands_in_nobodys_way() -> None:
    progress = Progress()
    progress.took()
    gave_up = asyncio.create_task(progress.wait())
    waits = asyncio.create_task(progress.wait())
    await asyncio.sleep(0)
    gave_up.cancel()
    await asyncio.sleep(0)
    progress.stored(1)
    await waits
