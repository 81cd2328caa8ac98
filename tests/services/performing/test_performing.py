"""What was planned is performed once, in order, the gravest first."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import update

from bot.domain.action import ActionKind, ActionState, Refusal
from bot.domain.outcome import OutcomeKind
from bot.domain.severity import Severity
from bot.store.actions import Claimed
from bot.store.engine import Store, Tx
from bot.store.tables import actions
from tests.services.performing.house import STREAM, House, open_house


@pytest.fixture
async def house(store: Store) -> House:
    return await open_house(store)


async def test_what_was_planned_is_done_once_and_recorded(house: House) -> None:
    (ada,) = await house.members(1)
    found = await house.messages(ada, "u0", 3)
    planned = [house.deletion(message, ada) for message in found]
    await house.plan(*planned)
    performer = house.performer()
    assert await performer.perform_due() == 3
    assert await performer.perform_due() == 0
    assert not house.world.messages[STREAM]
    assert set((await house.states()).values()) == {ActionState.CONFIRMED}
    assert await house.ends() == {action.id: "confirmed" for action in planned}
    assert dict(house.world.by_action) == {action.id: 1 for action in planned}
    (entry, *_) = await house.entries("action")
    assert entry["actor"] == {"kind": "automation", "who": "respect/slurs"}
    assert entry["policy"] == "v1"


async def test_an_action_whose_key_is_taken_is_left_out(house: House) -> None:
    (ada,) = await house.members(1)
    (message,) = await house.messages(ada, "u0", 1)
    await house.plan(house.deletion(message, ada), house.deletion(message, ada))
    await house.plan(house.deletion(message, ada))
    assert len(await house.states()) == 1


async def test_every_kind_has_its_effect(house: House) -> None:
    (ada,) = await house.members(1)
    await house.plan(
        house.notice(ada),
        house.action(ActionKind.SLOW_MODE, f"channel:{house.channel}", channel=house.channel, every=30),
        house.action(ActionKind.RAID_MODE, "connection:discord/1", on=1),
    )
    await house.drain(house.performer())
    (posted,) = house.world.notices.values()
    assert posted.account is not None
    assert posted.account.user == "u0"
    assert posted.text
    assert house.world.slow == {STREAM: 30}
    assert house.world.closed == {"": 1}
    await house.plan(house.action(ActionKind.KICK, f"account:{ada}", account=ada))
    await house.drain(house.performer())
    assert not house.world.members
    assert set((await house.states()).values()) == {ActionState.CONFIRMED}


async def test_the_gravest_goes_first_and_sanctions_go_before_deletions(house: House) -> None:
    house.limits = replace(house.limits, batch=1)
    ada, bob = await house.members(2)
    low, high = await house.messages(ada, "u0", 2)
    await house.plan(house.deletion(low, ada, Severity.LOW), house.deletion(high, ada, Severity.HIGH))
    await house.impose(bob, OutcomeKind.TIMEOUT, timedelta(hours=1))
    middle = (await house.messages(bob, "u1", 1))[0]
    await house.plan(house.deletion(middle, bob, Severity.MEDIUM))
    performer = house.performer()
    while await performer.perform_due():
        pass
    assert [(kind, target) for kind, target, _ in house.world.log] == [
        (ActionKind.DELETE, "10/mu0.1"),
        (ActionKind.RESTRICT, "u1/timeout"),
        (ActionKind.DELETE, "10/mu1.2"),
        (ActionKind.DELETE, "10/mu0.0"),
    ]


async def test_a_target_is_asked_for_one_thing_at_a_time_in_the_order_of_planning(house: House) -> None:
    ada, bob = await house.members(2)
    first, second, other = house.notice(ada), house.notice(ada), house.notice(bob)
    await house.plan(first, second, other)
    assert await house.performer().perform_due() == 2
    assert [name for _, _, name in house.world.log] == [first.id, other.id]
    await house.performer().perform_due()
    assert [name for _, _, name in house.world.log][-1] == second.id


async def test_what_is_not_allowed_any_more_is_refused_and_recorded(house: House) -> None:
    (ada,) = await house.members(1)
    action = house.notice(ada)
    await house.plan(action)

    async def ended(_tx: Tx, claimed: Sequence[Claimed], _now: datetime) -> dict[int, Refusal]:
        return {one.number: Refusal(reason="mandate_ended") for one in claimed}

    await house.performer(allowed=ended).perform_due()
    assert (await house.row(action))["reason"] == "mandate_ended"
    assert await house.ends() == {action.id: "refused"}
    assert not house.platform.asked


async def test_what_was_forgotten_ends_without_being_asked_for(house: House) -> None:
    action = house.deletion("0" * 32)
    await house.plan(action)
    await house.performer().perform_due()
    row = await house.row(action)
    assert (row["state"], row["reason"]) == ("failed", "forgotten")
    assert not house.platform.asked


async def test_a_damaged_row_keeps_no_other_from_being_performed(house: House) -> None:
    (ada,) = await house.members(1)
    damaged = [
        house.action(ActionKind.SLOW_MODE, "channel:x", channel="what?"),
        house.action(ActionKind.NOTICE, "account:y"),
        house.notice(ada),
        house.notice(ada),
    ]
    sound = house.notice(ada)
    await house.plan(*damaged, sound)
    async with house.store.writing() as tx:
        await tx.execute(update(actions).where(actions.c.id == damaged[2].id).values(details="{", target="z"))
        await tx.execute(update(actions).where(actions.c.id == damaged[3].id).values(kind="what?"))
    await house.drain(house.performer())
    assert await house.ends() == {**{one.id: "dead" for one in damaged}, sound.id: "confirmed"}
    assert len(house.platform.asked) == 1
    assert len(await house.pages()) == 4


async def test_a_commit_wakes_the_performer_and_it_stops_when_told(house: House) -> None:
    house.limits = replace(house.limits, sweep=60.0)
    (ada,) = await house.members(1)
    performer = house.performer()
    running = asyncio.create_task(performer.run())
    await asyncio.sleep(0)
    await house.plan(house.notice(ada))
    performer.wake()
    async with asyncio.timeout(120):
        await house.world.reached.wait()
        performer.stop()
        await running
    assert set((await house.states()).values()) == {ActionState.CONFIRMED}


async def test_numbers_say_how_it_goes(house: House) -> None:
    ada, bob = await house.members(2)
    late = replace(house.notice(bob), due_at=house.clock.now() + timedelta(hours=1))
    await house.plan(house.notice(ada), late)
    house.clock.move(timedelta(seconds=30))
    performer = house.performer()
    before = await performer.numbers()
    assert (before.depth.due, before.oldest, before.depth.waiting) == (1, 30.0, 1)
    await performer.perform_due()
    after = await performer.numbers()
    assert (after.depth.due, after.oldest, after.depth.dead) == (0, 0.0, 0)
    assert after.outcomes == {(ActionKind.NOTICE, ActionState.CONFIRMED): 1}


@pytest.mark.parametrize("together", [1, 2, 100])
async def test_outcomes_that_are_written_down_in_parts_are_each_written_down_once(house: House, together: int) -> None:
    (ada,) = await house.members(1)
    planned = [house.deletion(message, ada) for message in await house.messages(ada, "u0", 5)]
    await house.plan(*planned)
    performer = house.performer(limits=replace(house.limits, together=together))
    assert await performer.perform_due() == 5
    assert await performer.perform_due() == 0
    assert await house.ends() == {action.id: "confirmed" for action in planned}
    assert dict(house.world.by_action) == {action.id: 1 for action in planned}
