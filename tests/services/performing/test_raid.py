"""A raid from the first message to the last deletion: what a ban takes along is not asked for once more."""

import asyncio
from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.domain.action import ActionKind, ActionState
from bot.domain.outcome import OutcomeKind
from bot.domain.place import stream_of
from bot.domain.sanction import FREE
from bot.services.performing import Needs, Performer, through_platform
from bot.store.engine import Store
from bot.store.leases import take
from bot.store.tables import actions
from tests.fakes.platform import FakePlatform
from tests.services.intake.house import CONNECTION, SECOND, House, author, build, channel, policies_of

RULES = """\
guideline: respect
title: {en: Be respectful}
text: {en: Be kind}
rules:
  - {id: raid, when: {words: [cheapcoins]}, severity: high, then: [delete, {ban: {purge: 1h}}]}
"""
RAIDERS, EACH = 60, 20


@pytest.fixture
async def house(store: Store) -> House:
    return await build(store, policies=policies_of(("guidelines/respect.yaml", RULES), live=True))


async def performer_of(house: House, platform: FakePlatform) -> Performer:
    async with house.store.writing() as tx:
        lease = await take(tx, f"connection/{CONNECTION.name}", "one", 3600)
    assert lease is not None
    needs = Needs(
        store=house.store, keys=house.keys, clock=house.clock, lease=lease, policies=lambda _: house.policies,
        chance=lambda: 0.0,
    )  # fmt: skip
    return Performer(needs, through_platform(platform), community="acme")


def raid(house: House) -> None:
    """Let every raider write in turn, as often as they can before anybody reacts."""
    for _ in range(EACH):
        for number in range(RAIDERS):
            house.say("get cheapcoins here", user=f"r{number}")
        house.clock.move(SECOND / 10)


async def ends(house: House) -> Counter[tuple[str, str]]:
    async with house.store.reading() as tx:
        return Counter((row.kind, row.state) for row in await tx.execute(select(actions.c.kind, actions.c.state)))


async def work_off(house: House, performer: Performer) -> None:
    while await performer.perform_due():
        pass
    house.clock.move(SECOND)
    while await performer.perform_due():
        pass


@pytest.mark.parametrize("beside", [True, False])
async def test_a_raids_messages_go_with_the_bans_and_few_are_deleted_one_by_one(house: House, beside: bool) -> None:
    platform = house.platform
    performer = await performer_of(house, platform)
    await house.open()
    raid(house)
    if beside:  # what is judged first is performed while the rest still waits
        assert house.task is not None
        while house.health.waiting:
            await performer.perform_due()
            await asyncio.sleep(0)
    await house.settle()
    await work_off(house, performer)
    assert not house.world.messages[stream_of(channel())]
    asked = Counter(effect.kind for effect in platform.asked)
    assert asked[ActionKind.RESTRICT] == RAIDERS
    assert asked[ActionKind.DELETE] <= RAIDERS * EACH // 20
    found = await ends(house)
    assert {state for _, state in found} <= {ActionState.CONFIRMED.value, ActionState.SUPERSEDED.value}
    assert found["delete", "confirmed"] + found["delete", "superseded"] == RAIDERS * EACH
    await house.close()


async def test_what_is_judged_only_after_the_ban_is_not_asked_for_once_more(house: House) -> None:
    platform = house.platform
    performer = await performer_of(house, platform)
    await house.open()
    house.say("get cheapcoins here")
    more = [house.message("get cheapcoins here") for _ in range(5)]
    house.world.post(*more)
    await house.settle()
    await work_off(house, performer)
    assert not house.world.messages[stream_of(channel())]
    assert house.intake is not None
    await house.intake.judge(more)
    await work_off(house, performer)
    assert (await ends(house))["delete", "superseded"] == 6
    assert [effect.kind for effect in platform.asked] == [ActionKind.RESTRICT]
    await house.close()


async def test_what_somebody_writes_after_a_ban_has_ended_or_wrote_long_before_is_deleted_for_itself(
    house: House,
) -> None:
    platform = house.platform
    performer = await performer_of(house, platform)
    await house.open()
    old = house.message("get cheapcoins here", at=house.clock.now() - timedelta(minutes=70))
    house.world.post(old)
    house.say("get cheapcoins here")
    await house.settle()
    await work_off(house, performer)
    assert [one.ref for one in house.world.messages[stream_of(channel())].values()] == [old.ref]
    assert house.intake is not None
    await house.intake.judge([old])
    house.clock.move(timedelta(minutes=5))
    account = author().account
    assert account is not None
    house.world.natively(account, OutcomeKind.BAN, FREE)
    house.say("get cheapcoins here")
    await house.settle()
    await work_off(house, performer)
    assert not house.world.messages[stream_of(channel())]
    await house.close()
