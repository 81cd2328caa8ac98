"""What is to be copied is written once, what never may be stays so, and what waits is let go by nothing else."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import delete, update

from bot.domain.action import ActionState
from bot.domain.evidence import Media
from bot.services.record import keys_of_subjects
from bot.store import retention, tables
from bot.store.columns import new_id
from bot.store.copies import (
    Copy,
    CopyState,
    copies_of,
    end_copy,
    forget_copies,
    trim_copies,
    waiting_copies,
    want_copies,
)
from bot.store.engine import Store
from bot.store.evidence import Kept, add_evidence, expire_evidence
from tests.services.performing.house import COMMUNITY, SERVER, House, open_house

SECOND, DAY = timedelta(seconds=1), timedelta(days=1)


async def wanted(house: House, **more: object) -> Copy:
    """Have a message copied, and return the copy."""
    (account,) = await house.members(1)
    (message,) = await house.messages(account, f"u{len(house.world.members) - 1}", 1)
    made = Copy(message=message, connection=SERVER.name, account=account, until=house.clock.now() + 10 * SECOND)
    made = replace(made, **more)  # type: ignore[arg-type]  # a test's shorthand
    async with house.store.writing() as tx:
        await want_copies(tx, COMMUNITY, [made])
    return made


async def state(house: House, copy: Copy) -> CopyState:
    async with house.store.reading() as tx:
        return (await copies_of(tx, [copy.message]))[copy.message].state


async def test_what_never_may_be_copied_stays_so_whatever_is_wanted_later(store: Store) -> None:
    house = await open_house(store)
    copy = await wanted(house)
    for wish in (CopyState.NEVER, CopyState.WAITING):
        async with store.writing() as tx:
            await want_copies(tx, COMMUNITY, [replace(copy, state=wish)])
        assert await state(house, copy) is CopyState.NEVER
    async with store.reading() as tx:
        assert await waiting_copies(tx, SERVER.name, most=10) == []


async def test_what_has_the_least_time_left_is_copied_first_and_of_its_own_connection_alone(store: Store) -> None:
    house = await open_house(store)
    now = house.clock.now()
    late, soon = await wanted(house, until=now + 20 * SECOND), await wanted(house, until=now + SECOND)
    await wanted(house, connection="discord/2")
    async with store.reading() as tx:
        found = await waiting_copies(tx, SERVER.name, most=10)
    assert [one.message for _, one in found] == [soon.message, late.message]


@pytest.mark.parametrize("tried", [False, True])
async def test_what_waited_is_due_at_once_unless_it_was_tried_before(store: Store, tried: bool) -> None:
    house = await open_house(store)
    copy = await wanted(house)
    deletion = replace(house.deletion(copy.message), due_at=copy.until)
    await house.plan(deletion)
    if tried:
        async with store.writing() as tx:
            await tx.execute(update(tables.actions).values(fence=1))
    async with store.writing() as tx:
        await end_copy(tx, replace(copy, actions=(deletion.id,)), house.clock.now())
    assert (await house.row(deletion))["due_at"] == (copy.until if tried else house.clock.now())
    assert (await house.states())[deletion.id] is ActionState.PLANNED


async def test_of_a_forgotten_member_nothing_more_is_copied(store: Store) -> None:
    house = await open_house(store)
    gone, other = await wanted(house), await wanted(house)
    async with store.writing() as tx:
        await forget_copies(tx, gone.account)
    assert (await state(house, gone), await state(house, other)) == (CopyState.NEVER, CopyState.WAITING)


async def test_it_is_remembered_that_a_message_never_may_be_copied_for_as_long_as_it_can_be_found(store: Store) -> None:
    house = await open_house(store)
    copy = await wanted(house, state=CopyState.NEVER)
    async with store.writing() as tx:
        assert await trim_copies(tx, COMMUNITY, house.clock.now() + 400 * DAY, 10) == 0
        await tx.execute(update(tables.messages).values(message=None))
        assert await trim_copies(tx, COMMUNITY, house.clock.now() + 400 * DAY, 10) == 1
        assert await copies_of(tx, [copy.message]) == {}


async def test_a_key_is_kept_while_a_file_is_sealed_under_it(store: Store) -> None:
    house = await open_house(store)
    copy = await wanted(house)
    kept = Kept(
        id=new_id(), message=copy.message, account=copy.account, place=0, media=Media.TEXT, size=1, missing=None,
        until=house.clock.now() + DAY, sealed=b"sealed",
    )  # fmt: skip
    async with store.writing() as tx:
        await keys_of_subjects(tx, house.keys, COMMUNITY, [copy.account])
        await add_evidence(tx, COMMUNITY, [kept])
        await tx.execute(delete(tables.sealed_values))
        assert await retention.drop_unused_keys(tx, COMMUNITY, 10) == 0
        assert await expire_evidence(tx, COMMUNITY, house.clock.now(), 10) == 0
        assert await expire_evidence(tx, COMMUNITY, house.clock.now() + DAY, 10) == 1
        assert await retention.drop_unused_keys(tx, COMMUNITY, 10) == 1
