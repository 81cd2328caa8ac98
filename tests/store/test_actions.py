"""The outbox: what is claimed is claimed once, and only the newest claim may say how it went."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.domain.action import Action, ActionKind, ActionState
from bot.domain.severity import Severity
from bot.store.actions import Claimed, Settled, claim, claim_doubted, depth, expire_leases, plan, settle
from bot.store.engine import Store
from tests.services.performing.house import SERVER, House, open_house


@pytest.fixture
async def house(store: Store) -> House:
    return await open_house(store)


def one(house: House, target: str, severity: Severity = Severity.LOW, kind: ActionKind = ActionKind.DELETE) -> Action:
    return house.action(kind, target, severity)


async def take(house: House, limit: int = 100, *, doubted: bool = False) -> list[Claimed]:
    async with house.store.writing() as tx:
        take_them = claim_doubted if doubted else claim
        return await take_them(tx, SERVER.name, house.clock.now(), limit=limit, seconds=60.0)


def as_settled(claimed: Claimed, state: ActionState, due_at: datetime, fence: int | None = None) -> Settled:
    return Settled(
        id=claimed.action.id, fence=claimed.action.fence if fence is None else fence, state=state, attempts=1,
        due_at=due_at, details=claimed.action.details,
    )  # fmt: skip


async def tell(house: House, claimed: Claimed, state: ActionState) -> set[str]:
    async with house.store.writing() as tx:
        return await settle(tx, [as_settled(claimed, state, house.clock.now())])


async def test_the_limit_holds_and_nothing_is_claimed_twice(house: House) -> None:
    planned = [one(house, f"message:{number}") for number in range(25)]
    await house.plan(*planned)
    batches = [[each.action.id for each in await take(house, 10)] for _ in range(4)]
    assert [len(batch) for batch in batches] == [10, 10, 5, 0]
    assert [name for batch in batches for name in batch] == [action.id for action in planned]


async def test_the_gravest_go_first_whatever_the_order_of_planning(house: House) -> None:
    low, high = one(house, "message:1"), one(house, "message:2", Severity.CRITICAL)
    ban = one(house, "account:3", Severity.LOW, ActionKind.RESTRICT)
    await house.plan(low, high, ban)
    assert [each.action.id for each in await take(house)] == [high.id, ban.id, low.id]


async def test_many_on_one_target_take_no_others_place(house: House) -> None:
    crowd = [one(house, "connection:1", Severity.CRITICAL, ActionKind.RAID_MODE) for _ in range(20)]
    await house.plan(*crowd, one(house, "message:1"), one(house, "message:2"))
    assert [each.action.target for each in await take(house, 3)] == ["connection:1", "message:1", "message:2"]


async def test_what_is_not_due_is_left(house: House) -> None:
    later = replace(one(house, "message:1"), due_at=house.clock.now() + timedelta(seconds=1))
    await house.plan(later)
    assert not await take(house)
    house.clock.move(timedelta(seconds=1))
    assert [each.action.id for each in await take(house)] == [later.id]


@pytest.mark.parametrize("state", [ActionState.ATTEMPTED, ActionState.UNKNOWN, ActionState.PLANNED])
async def test_a_target_waits_behind_what_was_tried_before(house: House, state: ActionState) -> None:
    first, second, other = one(house, "a"), one(house, "a"), one(house, "b")
    await house.plan(first)
    (claimed,) = await take(house)
    if state is not ActionState.ATTEMPTED:
        async with house.store.writing() as tx:
            await settle(tx, [as_settled(claimed, state, house.clock.now() + timedelta(hours=1))])
    await house.plan(second, other)
    assert [each.action.id for each in await take(house)] == [other.id]
    assert await tell(house, claimed, ActionState.CONFIRMED) == (
        {first.id} if state is not ActionState.PLANNED else set()
    )


async def test_of_untried_ones_the_graver_may_pass_and_each_waits_for_the_other(house: House) -> None:
    first, grave = one(house, "a"), one(house, "a", Severity.HIGH)
    await house.plan(first, grave)
    (claimed,) = await take(house)
    assert claimed.action.id == grave.id
    assert not await take(house)
    await tell(house, claimed, ActionState.CONFIRMED)
    assert [each.action.id for each in await take(house)] == [first.id]


async def test_an_expired_lease_leaves_an_unknown_outcome_and_the_old_claim_may_still_tell(house: House) -> None:
    await house.plan(one(house, "a"))
    (claimed,) = await take(house)
    house.clock.move(timedelta(seconds=60))
    async with house.store.writing() as tx:
        assert await expire_leases(tx, SERVER.name, house.clock.now()) == 1
    assert not await take(house)
    assert await tell(house, claimed, ActionState.CONFIRMED) == {claimed.action.id}


async def test_once_claimed_anew_the_old_claim_is_not_listened_to(house: House) -> None:
    await house.plan(one(house, "a"))
    (claimed,) = await take(house)
    house.clock.move(timedelta(seconds=60))
    async with house.store.writing() as tx:
        await expire_leases(tx, SERVER.name, house.clock.now())
    (newer,) = await take(house, doubted=True)
    assert newer.action.fence == claimed.action.fence + 1
    assert not await take(house, doubted=True)
    assert await tell(house, claimed, ActionState.CONFIRMED) == set()
    assert await tell(house, newer, ActionState.CONFIRMED) == {claimed.action.id}
    assert await tell(house, newer, ActionState.FAILED) == set()


async def test_a_reading_back_that_was_abandoned_is_taken_up_again(house: House) -> None:
    await house.plan(one(house, "a"))
    (claimed,) = await take(house)
    await tell(house, claimed, ActionState.UNKNOWN)
    assert await take(house, doubted=True)
    house.clock.move(timedelta(seconds=60))
    assert await take(house, doubted=True)


async def test_the_depth_counts_what_waits(house: House) -> None:
    planned = [one(house, str(number)) for number in range(4)]
    await house.plan(*planned, replace(one(house, "x"), due_at=house.clock.now() + timedelta(hours=1)))
    first, _ = await take(house, 2)
    await tell(house, first, ActionState.DEAD)
    house.clock.move(timedelta(seconds=5))
    async with house.store.reading() as tx:
        found = await depth(tx, SERVER.name, house.clock.now())
    assert (found.due, found.waiting, found.under_way, found.dead) == (2, 1, 1, 1)
    assert found.oldest == house.clock.now() - timedelta(seconds=5)


async def test_planning_nothing_is_nothing(house: House) -> None:
    async with house.store.writing() as tx:
        await plan(tx, [], house.clock.now())
    assert not await take(house)
