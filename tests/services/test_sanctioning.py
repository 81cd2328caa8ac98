"""Sanctions are imposed, lifted and ended together with their timers, actions and entries."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.domain.outcome import OutcomeKind
from bot.services.sanctioning import expiring
from bot.store.engine import Store
from bot.store.sanctions import active_sanctions
from bot.store.tables import actions, timers
from bot.store.timers import Timer
from tests.services.performing.house import COMMUNITY, House, open_house
from tests.services.performing.imposing import lift

DAY = timedelta(days=1)


@pytest.fixture
async def house(store: Store) -> House:
    return await open_house(store)


async def keys_of(house: House) -> list[str]:
    async with house.store.reading() as tx:
        return list((await tx.execute(select(actions.c.key).order_by(actions.c.number))).scalars())


async def timers_of(house: House) -> dict[str, object]:
    async with house.store.reading() as tx:
        return {row.subject: row.due_at for row in await tx.execute(select(timers))}


async def active(house: House, account: str) -> set[str]:
    async with house.store.reading() as tx:
        return {one.id for one in (await active_sanctions(tx, [account], house.clock.now())).get(account, [])}


async def test_imposing_plans_an_action_and_sets_a_timer_for_the_end(house: House) -> None:
    ada, bob = await house.members(2)
    one, other = await house.impose_all([ada, bob], OutcomeKind.BAN, DAY)
    assert await keys_of(house) == [f"restrict:{one.id}:start", f"restrict:{other.id}:start"]
    assert await timers_of(house) == {one.id: house.clock.now() + DAY, other.id: house.clock.now() + DAY}
    assert await active(house, ada) == {one.id}


async def test_what_holds_for_good_has_no_timer(house: House) -> None:
    (ada,) = await house.members(1)
    await house.impose(ada, OutcomeKind.BAN, None)
    assert await timers_of(house) == {}


async def test_an_end_in_time_is_recorded_once_and_planned_once(house: House) -> None:
    (ada,) = await house.members(1)
    one = await house.impose(ada, OutcomeKind.TIMEOUT, DAY)
    house.clock.move(DAY)
    await house.expire()
    await house.expire()
    assert await active(house, ada) == set()
    assert await keys_of(house) == [f"restrict:{one.id}:start", f"restrict:{one.id}:end"]
    (ended,) = await house.entries("sanction_ended")
    assert ended["details"] == {"sanction": one.id, "account": ada, "reason": "expired"}
    assert (ended["actor"]["kind"], ended["policy"]) == ("scheduler", "v1")
    (planned,) = await house.entries("planned")
    assert planned["details"]["actions"][0]["target"] == f"account:{ada}"


async def test_a_timer_that_fires_early_ends_nothing_and_fires_again(house: House) -> None:
    (ada,) = await house.members(1)
    one = await house.impose(ada, OutcomeKind.TIMEOUT, DAY)
    early = Timer(kind="expire", community=COMMUNITY, subject=one.id, due_at=house.clock.now())
    async with house.store.writing() as tx:
        await expiring(house.keys)(tx, [early], house.clock.now())
    assert await active(house, ada) == {one.id}
    assert await timers_of(house) == {one.id: house.clock.now() + DAY}


async def test_lifting_drops_the_timer_and_a_second_time_changes_nothing(house: House) -> None:
    (ada,) = await house.members(1)
    one = await house.impose(ada, OutcomeKind.TIMEOUT, DAY)
    for expected in (1, 0):
        async with house.store.writing() as tx:
            planned = await lift(tx, house.keys, COMMUNITY, [one.id], house.clock.now())
        assert len(planned) == expected
    assert await timers_of(house) == {}
    assert await active(house, ada) == set()
    assert len(await house.entries("sanction_ended")) == 1


async def test_another_communitys_sanctions_are_out_of_reach(house: House) -> None:
    (ada,) = await house.members(1)
    one = await house.impose(ada, OutcomeKind.TIMEOUT, DAY)
    async with house.store.writing() as tx:
        assert not await lift(tx, house.keys, "other", [one.id], house.clock.now())
    assert await active(house, ada) == {one.id}
