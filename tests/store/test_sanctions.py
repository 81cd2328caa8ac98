"""Sanctions and standings as rows."""

from datetime import timedelta

import pytest

from bot.domain.outcome import OutcomeKind
from bot.domain.sanction import FREE, Standing
from bot.store.engine import Store
from bot.store.sanctions import active_sanctions, end_sanctions, unended
from bot.store.standings import Known, known_standings, note_standings
from tests.services.performing.house import COMMUNITY, House, open_house

DAY = timedelta(days=1)


@pytest.fixture
async def house(store: Store) -> House:
    return await open_house(store)


async def test_what_holds_is_found_until_its_end_and_not_after_it_was_lifted(house: House) -> None:
    (ada,) = await house.members(1)
    day = await house.impose(ada, OutcomeKind.TIMEOUT, DAY)
    good = await house.impose(ada, OutcomeKind.BAN, None)
    now = house.clock.now()
    async with house.store.writing() as tx:
        assert {one.id for one in (await active_sanctions(tx, [ada], now))[ada]} == {day.id, good.id}
        assert [one.id for one in (await active_sanctions(tx, [ada], now + DAY))[ada]] == [good.id]
        assert not await active_sanctions(tx, [ada], now - DAY)
        await end_sanctions(tx, [good.id], now)
        assert [one.sanction.id for one in await unended(tx, COMMUNITY, [day.id, good.id])] == [day.id]
        assert not await active_sanctions(tx, [ada], now + DAY)


async def test_what_stands_behind_a_sanction_comes_with_it(house: House) -> None:
    (ada,) = await house.members(1)
    sanction = await house.impose(ada, OutcomeKind.TIMEOUT, DAY)
    async with house.store.writing() as tx:
        (found,) = await unended(tx, COMMUNITY, [sanction.id])
    assert (found.sanction, found.decision, found.policy) == (sanction, house.decision, "v1")
    assert (found.connection, found.actor.who) == ("discord/1", "respect/slurs")


async def test_what_was_set_and_seen_of_a_member_is_remembered_by_kind(house: House) -> None:
    (ada,) = await house.members(1)
    now = house.clock.now()
    ours, theirs = Standing(held=True), Standing(held=True, until=now + DAY)
    async with house.store.writing() as tx:
        await note_standings(tx, {(ada, OutcomeKind.BAN): Known(ours=ours)}, now)
        await note_standings(tx, {(ada, OutcomeKind.BAN): Known(ours=FREE, theirs=ours)}, now)
        await note_standings(tx, {(ada, OutcomeKind.TIMEOUT): Known(ours=theirs, theirs=theirs)}, now)
        assert await known_standings(tx, [ada]) == {
            (ada, OutcomeKind.BAN): Known(ours=FREE, theirs=ours),
            (ada, OutcomeKind.TIMEOUT): Known(ours=theirs, theirs=theirs),
        }
