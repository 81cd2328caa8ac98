"""Members stand on the platform as the active sanctions and others want it, whatever happens on the way."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.domain.message import AccountRef, PlatformName
from bot.domain.outcome import OutcomeKind
from bot.domain.sanction import FREE, Standing, union, wanted
from bot.services.performing import renew
from bot.services.performing.asking import Answered
from bot.services.performing.settling import Ended
from bot.services.sanctioning import expiring
from bot.services.timing import sweep
from bot.store.engine import Store
from bot.store.sanctions import active_sanctions
from tests.fakes.platform import FaultKind
from tests.services.performing.house import COMMUNITY, House, open_house
from tests.services.performing.imposing import lift

DAY = timedelta(days=1)
TIMEOUT, BAN = OutcomeKind.TIMEOUT, OutcomeKind.BAN


@pytest.fixture
async def house(store: Store) -> House:
    return await open_house(store)


def ref(number: int = 0) -> AccountRef:
    return AccountRef(platform=PlatformName.DISCORD, workspace="1", user=f"u{number}")


async def lift_it(house: House, *sanctions: str) -> None:
    async with house.store.writing() as tx:
        await lift(tx, house.keys, COMMUNITY, sanctions, house.clock.now())


async def test_the_longest_of_several_holds_and_none_ends_early(house: House) -> None:
    (ada,) = await house.members(1)
    performer = house.performer()
    start = house.clock.now()
    await house.impose(ada, TIMEOUT, 2 * DAY)
    await house.impose(ada, TIMEOUT, 5 * DAY)
    await house.drain(performer)
    house.clock.move(start + 2 * DAY - house.clock.now())
    await house.expire()
    await house.drain(performer)
    assert house.world.standing(ref(), TIMEOUT) == Standing(held=True, until=start + 5 * DAY)
    house.clock.move(start + 5 * DAY - house.clock.now())
    await house.expire()
    await house.drain(performer)
    assert house.world.standing(ref(), TIMEOUT) == FREE
    assert [entry["actor"] for entry in await house.entries("sanction_ended")] == [
        {"kind": "scheduler", "who": "expire"}
    ] * 2


async def test_a_ban_ends_by_the_schedulers_act(house: House) -> None:
    (ada,) = await house.members(1)
    performer = house.performer()
    sanction = await house.impose(ada, BAN, 7 * DAY)
    await house.drain(performer)
    assert house.world.standing(ref(), BAN).held
    house.clock.move(7 * DAY)
    await house.expire()
    await house.drain(performer)
    assert not house.world.standing(ref(), BAN).held
    ends = [entry for entry in await house.entries("action") if entry["actor"]["kind"] == "scheduler"]
    assert len(ends) == 1
    assert [entry["details"]["sanction"] for entry in await house.entries("sanction_ended")] == [sanction.id]


async def test_what_somebody_extended_is_left_until_its_own_end(house: House) -> None:
    (ada,) = await house.members(1)
    performer = house.performer()
    await house.impose(ada, TIMEOUT, 2 * DAY)
    await house.drain(performer)
    theirs = Standing(held=True, until=house.clock.now() + 9 * DAY)
    house.world.natively(ref(), TIMEOUT, theirs)
    longer = await house.impose(ada, TIMEOUT, 12 * DAY)
    await house.drain(performer)
    await lift_it(house, longer.id)
    house.clock.move(2 * DAY)
    await house.expire()
    await house.drain(performer)
    assert house.world.standing(ref(), TIMEOUT) == theirs


async def test_somebody_elses_ban_is_not_lifted_with_ours(house: House) -> None:
    (ada,) = await house.members(1)
    house.world.natively(ref(), BAN, Standing(held=True))
    await house.impose(ada, BAN, DAY)
    performer = house.performer()
    await house.drain(performer)
    house.clock.move(DAY)
    await house.expire()
    await house.drain(performer)
    assert house.world.standing(ref(), BAN).held
    assert not house.platform.asked


async def test_a_lifted_sanction_ends_at_once_on_the_word_of_who_lifted_it(house: House) -> None:
    (ada,) = await house.members(1)
    performer = house.performer()
    sanction = await house.impose(ada, TIMEOUT, 2 * DAY)
    await house.drain(performer)
    await lift_it(house, sanction.id)
    await lift_it(house, sanction.id)
    await house.drain(performer)
    assert house.world.standing(ref(), TIMEOUT) == FREE
    house.clock.move(3 * DAY)
    await house.expire()
    (ended,) = await house.entries("sanction_ended")
    assert (ended["actor"], ended["details"]["reason"]) == ({"kind": "operator"}, "lifted")
    assert [entry["actor"] for entry in await house.entries("action")][-1] == {"kind": "operator"}


async def test_what_a_platform_cant_hold_in_one_piece_is_renewed_before_it_ends(house: House) -> None:
    (ada,) = await house.members(1)
    performer = house.performer()
    start = house.clock.now()
    await house.impose(ada, TIMEOUT, 70 * DAY)
    await house.drain(performer)
    assert house.world.standing(ref(), TIMEOUT).until == start + 28 * DAY
    handlers = {"expire": expiring(house.keys), "renew": renew(house.keys)}
    while house.clock.now() < start + 70 * DAY:
        assert house.world.standing(ref(), TIMEOUT).held
        house.clock.move(timedelta(minutes=30))
        if house.clock.now() < start + 70 * DAY:
            swept = await sweep(house.store, house.clock, handlers)
            assert not swept.failed
            while swept.fired and await performer.perform_due():
                pass
    assert len(house.platform.asked) == 3
    await sweep(house.store, house.clock, handlers)
    await house.drain(performer)
    assert house.world.standing(ref(), TIMEOUT) == FREE
    assert "renew" in {entry["actor"].get("who") for entry in await house.entries("planned")}


async def test_where_a_platform_cant_tell_it_is_asked_all_the_same(house: House) -> None:
    (ada,) = await house.members(1)
    house.platform.can_tell_standings = False
    performer = house.performer()
    await house.impose(ada, BAN, DAY)
    await house.drain(performer)
    assert house.world.standing(ref(), BAN).held
    house.clock.move(DAY)
    await house.expire()
    await house.drain(performer)
    assert not house.world.standing(ref(), BAN).held


async def test_a_platform_that_cant_be_looked_at_is_asked_later(house: House) -> None:
    (ada,) = await house.members(1)
    house.platform.latency = 3600
    await house.impose(ada, BAN, DAY)
    performer = house.performer()
    await performer.perform_due()
    assert not house.platform.asked
    house.platform.latency = 0
    await house.drain(performer)
    assert house.world.standing(ref(), BAN).held


async def test_a_sanction_is_not_lost_in_the_union_that_was_shown_before_it(house: House) -> None:
    """What is planned while the platform is asked is performed as well."""
    (ada,) = await house.members(1)
    performer = house.performer()
    start = house.clock.now()
    await house.impose(ada, TIMEOUT, DAY)
    settle = performer._settle

    async def meanwhile(answered: Sequence[Answered]) -> Ended:
        await house.impose(ada, TIMEOUT, 3 * DAY)
        house.clock.move(timedelta(seconds=1))
        return await settle(answered)

    performer._settle = meanwhile  # type: ignore[method-assign]  # what happens just before
    await performer.perform_due()
    performer._settle = settle  # type: ignore[method-assign]  # put back
    await house.drain(performer)
    assert house.world.standing(ref(), TIMEOUT).until == start + 3 * DAY


@dataclass(frozen=True)
class Step:
    what: str
    number: int


STEPS = st.lists(
    st.builds(
        Step,
        st.sampled_from(["impose", "impose", "lift", "native", "free", "pass", "perform", "perform", "fault", "die"]),
        st.integers(1, 40),
    ),
    max_size=14,
)
FAULTS = (FaultKind.ACTED, FaultKind.REFUSED, FaultKind.ACTED_SILENT, FaultKind.RETRY_AFTER, FaultKind.BROKEN)


async def take_step(house: House, member: tuple[str, AccountRef], step: Step, theirs: Standing) -> Standing:
    """Do one thing, and return what somebody else wants of the member afterwards."""
    account, who = member
    now = house.clock.now()
    if step.what == "impose":
        await house.impose(account, TIMEOUT, None if step.number == 40 else step.number * DAY)
    elif step.what == "lift":
        async with house.store.reading() as tx:
            found = (await active_sanctions(tx, [account], now)).get(account, [])
        if found:
            await lift_it(house, found[step.number % len(found)].id)
    elif step.what in {"native", "free"}:
        # no end that one of ours could have
        until = now + min(step.number, 27) * DAY + timedelta(minutes=7, seconds=step.number)
        theirs = Standing(held=True, until=until) if step.what == "native" else FREE
        house.world.natively(who, TIMEOUT, theirs)
    elif step.what == "pass":
        house.clock.move(step.number * timedelta(hours=9, seconds=13))
        swept = await sweep(house.store, house.clock, {"expire": expiring(house.keys), "renew": renew(house.keys)})
        assert not swept.failed
    elif step.what == "perform":
        await house.performer().perform_due()
    elif step.what == "fault":
        house.platform.fail(FAULTS[step.number % len(FAULTS)])
    else:
        dying = house.performer()

        async def killed(*_: object) -> None:
            raise KeyboardInterrupt

        setattr(dying, ["_settle", "_noted"][step.number % 2], killed)
        try:
            await dying.perform_due()
        except KeyboardInterrupt:
            house.clock.move(timedelta(minutes=2))
    return theirs


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
async def test_in_the_end_the_platform_is_at_the_union(house: House, steps: list[Step]) -> None:
    who = ref(len(house.world.members))
    (account,) = await house.members(1)
    theirs = FREE
    for step in steps:
        theirs = await take_step(house, (account, who), step, theirs)
    house.platform.mend()
    await house.drain(house.performer())
    # one more look, for what others did after the last one
    passing = await house.impose(account, TIMEOUT, timedelta(hours=1))
    await lift_it(house, passing.id)
    await house.drain(house.performer())
    now = house.clock.now()
    async with house.store.reading() as tx:
        active = (await active_sanctions(tx, [account], now)).get(account, [])
    goal = wanted(active, TIMEOUT, now)
    if theirs.until is not None and theirs.until <= now:
        theirs = FREE
    expected, shown = union(goal, theirs), house.world.standing(who, TIMEOUT)
    assert shown.held == expected.held, (shown, expected)
    if shown.held:
        assert shown.until is not None
        latest = now + 28 * DAY
        until = latest if expected.until is None else min(expected.until, latest)
        assert timedelta(0) <= shown.until - until + timedelta(minutes=10) <= timedelta(minutes=11), (shown, expected)
    # every action came to one end
    await house.ends()


async def test_what_arrives_late_is_still_known_as_ours(house: House) -> None:
    (ada,) = await house.members(1)
    performer = house.performer()
    await house.impose(ada, TIMEOUT, DAY)
    house.platform.fail(FaultKind.SILENT)
    await performer.perform_due()
    house.clock.move(timedelta(seconds=5))
    await performer.perform_due()
    # after reading back said that it wasn't done
    house.world.act(house.platform.asked[0])
    longer = await house.impose(ada, TIMEOUT, 2 * DAY)
    await lift_it(house, longer.id)
    house.clock.move(timedelta(seconds=5))
    await house.drain(performer)
    house.clock.move(DAY / 2)
    async with house.store.reading() as tx:
        (left,) = (await active_sanctions(tx, [ada], house.clock.now()))[ada]
    await lift_it(house, left.id)
    await house.drain(performer)
    assert house.world.standing(ref(), TIMEOUT) == FREE
