"""Taking back: whatever was done in whatever order, it comes back once, and the ledger says the same as the rows."""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
import pytest_asyncio

from bot.domain.order import Order
from bot.domain.outcome import OutcomeKind
from bot.domain.right import Right
from bot.domain.verdict import Verdict
from bot.services.ledger.verifying import verify
from bot.services.moderating.carrying_out import carry_out
from bot.services.moderating.undoing import Undone, take_back
from bot.services.staff.knowing import find_caller
from bot.services.work import begin_work
from bot.store.accounts import add_accounts
from bot.store.engine import Store
from tests.stage.stage import Stage, set_stage


@pytest_asyncio.fixture
async def stage(store: Store) -> AsyncIterator[Stage]:
    stage = await set_stage(store)
    yield stage
    await stage.close()


async def do(stage: Stage, *rights: Right, **more: Any) -> list[str]:
    """Let a lead do things to a member, and return the decisions."""
    stage.world.join(stage.ref("u1"))
    made = []
    for right in rights:
        async with stage.store.writing() as tx:
            work = await begin_work(tx, stage.keys, stage.policies, stage.clock.now())
            caller = await find_caller(work, stage.ref("lee"))
            account = (await add_accounts(tx, "acme", [stage.ref("u1")], stage.clock.now()))[stage.ref("u1")]
            order = replace(Order(right=right, account=account, guideline="respect"), **more)
            made.append((await carry_out(work, caller.actor(), order)).decision)
            await work.finish()
    await stage.perform()
    return made


async def undo(stage: Stage, decisions: list[str], why: str = "undo") -> Undone:
    async with stage.store.writing() as tx:
        work = await begin_work(tx, stage.keys, stage.policies, stage.clock.now())
        caller = await find_caller(work, stage.ref("ada"))
        undone = await take_back(work, caller.actor(), decisions, why=why, reason="@here a mistake")
        await work.finish()
    await stage.perform()
    return undone


@pytest.mark.parametrize("why", ["undo", "no_violation", "appeal", "refused"])
async def test_all_that_was_done_comes_back_and_the_member_is_told_once(stage: Stage, why: str) -> None:
    made = await do(stage, Right.TIMEOUT, Right.WARN, Right.BAN, Right.QUARANTINE)
    before = len(stage.notices("u1"))
    undone = await undo(stage, made, why)
    assert (undone.sanctions, undone.members) == (len(await stage.rows("sanctions")), 1)
    assert undone.strikes == len(await stage.rows("strikes"))
    for kind in (OutcomeKind.TIMEOUT, OutcomeKind.QUARANTINE, OutcomeKind.BAN):
        assert not stage.world.standing(stage.ref("u1"), kind).held
    assert all(row["revoked_at"] is not None for row in await stage.rows("strikes"))
    assert len(stage.notices("u1")) == before + 1
    assert await undo(stage, made, why) == Undone()


async def test_one_decision_is_taken_back_and_the_other_still_holds(stage: Stage) -> None:
    first, _ = await do(stage, Right.TIMEOUT, Right.TIMEOUT)
    await undo(stage, [first])
    assert stage.world.standing(stage.ref("u1"), OutcomeKind.TIMEOUT).held


async def test_taking_back_is_itself_never_taken_back(stage: Stage) -> None:
    made = await do(stage, Right.WARN)
    undone = await undo(stage, made)
    assert await undo(stage, [undone.decision]) == Undone()


async def test_what_watches_only_has_nothing_to_take_back(stage: Stage) -> None:
    await stage.say("a goose")
    shadow = [row["id"] for row in await stage.rows("decisions", mode="shadow")]
    assert shadow
    assert await undo(stage, shadow) == Undone()


async def test_a_hacked_account_gets_no_strike_and_a_case_gives_one(stage: Stage) -> None:
    await do(stage, Right.TIMEOUT, verdict=Verdict.HACKED_ACCOUNT)
    assert not await stage.rows("strikes")
    await stage.say("you blockhead")
    (case,) = await stage.rows("cases")
    await do(stage, Right.TIMEOUT, case=case["id"])
    assert len(await stage.rows("strikes")) == 1


async def test_the_ledger_says_the_same_as_the_rows_afterwards(stage: Stage) -> None:
    made = await do(stage, Right.NOTICE, Right.TIMEOUT, Right.WARN, Right.WARN, Right.KICK, Right.BAN)
    await undo(stage, made)
    report = await verify(stage.store, "acme", logs=[])
    assert report.problems == ()
    assert report.looked["rows"] > 0
