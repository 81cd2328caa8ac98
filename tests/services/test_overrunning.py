"""A spent budget turns deeds into questions; whoever goes on is held, and nobody is disarmed in a raid."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest_asyncio

from bot.domain.authority import Ask, Scope, Target
from bot.domain.order import Order
from bot.domain.right import Right
from bot.domain.staff import Shift
from bot.services.authorising import DeniedError
from bot.services.moderating.ordering import Given, give_order
from bot.services.staff.knowing import find_caller
from bot.services.work import begin_work
from bot.store.accounts import add_accounts
from bot.store.columns import new_id
from bot.store.engine import Store
from bot.store.shifts import add_shift
from tests.stage.policies import COMMUNITY, ORGANISATIONS
from tests.stage.stage import CONNECTION, Stage, set_stage

_ASKS = "      asks: {kick: internal, ban: internal}\n      meanwhile: {timeout: 24h}\n      contain"
_MAY = "may: [delete, notice, warn, {timeout: {up_to: 24h}}]\n"
#: Nightwatch may ban alone: what a stolen account would want
BOLD = (
    ("organisations.yaml", ORGANISATIONS.replace(_MAY + _ASKS, _MAY.replace("warn,", "warn, ban,") + "      contain")),
    ("community.yaml", COMMUNITY.replace(", by_another_organisation: [ban]", "")),
)


@pytest_asyncio.fixture
async def stage(store: Store) -> AsyncIterator[Stage]:
    """Return a community in which Nightwatch may ban alone, five in ten minutes."""
    made = await set_stage(store, *BOLD)
    yield made
    await made.close()


@pytest_asyncio.fixture
async def careful(store: Store) -> AsyncIterator[Stage]:
    """Return one in which Nightwatch asks for bans, and members are timed out meanwhile."""
    made = await set_stage(store)
    yield made
    await made.close()


async def on_shift(stage: Stage, *people: str) -> None:
    now = stage.clock.now()
    async with stage.store.writing() as tx:
        for who in people:
            organisation = stage.policies.governance.roster.people[who].organisation
            shift = Shift(id=new_id(), person=who, organisation=organisation, start=now, until=now + timedelta(hours=9))
            await add_shift(tx, "acme", shift)


async def order(stage: Stage, who: str, right: Right, user: str, *, lasts: timedelta | None = None) -> Given | str:
    """Let somebody do something to a member, and return what became of it, or why it was denied."""
    stage.world.join(stage.ref(user))
    try:
        async with stage.store.writing() as tx:
            work = await begin_work(tx, stage.keys, stage.policies, stage.clock.now())
            caller = await find_caller(work, stage.ref(who))
            account = (await add_accounts(tx, "acme", [stage.ref(user)], work.now))[stage.ref(user)]
            asked = Order(right=right, account=account, connection=CONNECTION.name, guideline="respect", lasts=lasts)
            scope = Scope(community="acme", channel="help")
            given = await give_order(work, caller, asked, Target(account=account), scope)
            await work.finish()
    except DeniedError as error:
        return error.denial.code
    await stage.perform()
    return given


async def pages(stage: Stage, about: str) -> int:
    return len([one for one in await stage.rows("actions", kind="page") if one["key"].startswith(f"page:{about}:")])


async def test_a_hijacked_account_tries_200_bans_and_at_most_the_budget_happens(stage: Stage) -> None:
    await on_shift(stage, "robin", "merle")
    for number in range(200):
        await order(stage, "robin", Right.BAN, f"m{number}")
    assert len(await stage.rows("sanctions")) == 5
    assert len(await stage.rows("approvals")) == 5
    held = await stage.rows("restraints")
    assert [(one["subject"], one["reason"], one["until"]) for one in held] == [("robin", "budget", None)]
    assert await pages(stage, "overrun") == 1
    assert len(await stage.entries("frozen")) == 1
    assert await order(stage, "robin", Right.DELETE, "m1") == "frozen"


async def test_what_holds_while_somebody_is_asked_counts_as_well(careful: Stage) -> None:
    await on_shift(careful, "robin", "merle")
    for number in range(30):
        await order(careful, "robin", Right.BAN, f"m{number}")
    assert len(await careful.rows("sanctions", kind="timeout")) == 5
    assert [one["subject"] for one in await careful.rows("restraints")] == ["robin"]


async def test_the_only_one_on_duty_in_a_raid_keeps_what_can_be_taken_back(stage: Stage) -> None:
    await on_shift(stage, "robin")
    codes = [await order(stage, "robin", Right.BAN, f"m{number}") for number in range(20)]
    assert codes[-1] == "overrun"
    assert len(await stage.rows("sanctions", kind="ban")) == 5
    assert not await stage.rows("restraints")
    assert await pages(stage, "overrun_alone") == 1
    given = await order(stage, "robin", Right.TIMEOUT, "m50", lasts=timedelta(hours=1))
    assert isinstance(given, Given)
    assert given.actions


async def test_a_budget_is_whole_again_once_its_window_has_passed(stage: Stage) -> None:
    await on_shift(stage, "robin", "merle")
    for number in range(5):
        await order(stage, "robin", Right.BAN, f"m{number}")
    given = await order(stage, "robin", Right.BAN, "m6")
    assert isinstance(given, Given)
    assert given.approval
    stage.clock.move(timedelta(minutes=10))
    later = await order(stage, "robin", Right.BAN, "m7")
    assert isinstance(later, Given)
    assert not later.approval


async def test_a_colleague_who_finds_the_partners_budget_used_up_is_asked_to_wait_and_not_held(stage: Stage) -> None:
    await on_shift(stage, "robin", "heron")
    for number in range(12):
        await order(stage, "robin", Right.BAN, f"m{number}")
    given = await order(stage, "heron", Right.BAN, "m20")
    assert isinstance(given, Given)
    assert isinstance(given.ruling, Ask)
    assert given.ruling.code == "budget"
    assert {one["subject"] for one in await stage.rows("restraints")} == {"robin"}
