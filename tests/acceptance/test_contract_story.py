"""The end of an arrangement: rights end at the instant, and what was open returns to the owner."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.outcome import OutcomeKind
from bot.services.staff.contracts import plan_contracts
from bot.services.work import begin_work
from bot.store.engine import Store
from tests.acceptance.stages import BY_EVERY_DOOR, approval_card, on_stage
from tests.stage.stage import Stage

pytestmark = [pytest.mark.usefixtures("door"), BY_EVERY_DOOR]

#: a minute before the last day of Nightwatch's contract is over, in Berlin
LAST_MINUTE = datetime(2026, 12, 31, 22, 59, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


async def plan_all_contracts(stage: Stage) -> None:
    """Let the program do what it does at every start: see to it that the ends of contracts are noticed."""
    async with stage.store.writing() as tx:
        work = await begin_work(tx, stage.keys, stage.policies, stage.clock.now())
        await plan_contracts(work)
        await work.finish()


async def test_a_contract_ends_between_two_clicks(store: Store) -> None:
    async with on_stage(store, at=LAST_MINUTE) as stage:
        await stage.give("robin", "shift.start")
        before = await stage.give("robin", "mod.timeout", member=stage.joined("u1"), for_="1h", guideline="respect")
        assert before.done, before.text
        stage.clock.move(MINUTE)
        after = await stage.give("robin", "mod.timeout", member=stage.joined("u2"), for_="1h", guideline="respect")
        assert not after.done
        assert "Nightwatch GmbH" in after.text
        assert await stage.is_held("u1", OutcomeKind.TIMEOUT)
        assert not await stage.is_held("u2", OutcomeKind.TIMEOUT)
        assert (await stage.entries("refused"))[-1]["details"]["reason"] == "contract_ended"


async def test_what_was_decided_and_not_yet_done_when_the_contract_ends_is_refused(store: Store) -> None:
    async with on_stage(store, at=LAST_MINUTE) as stage:
        await stage.give("robin", "shift.start")
        stage.waiting = True
        given = await stage.give("robin", "mod.timeout", member=stage.joined("u1"), for_="1h", guideline="respect")
        assert given.done, given.text
        stage.clock.move(MINUTE)
        await stage.perform()
        assert not await stage.is_held("u1", OutcomeKind.TIMEOUT)
        ends = [entry for entry in await stage.entries("action") if entry["details"]["outcome"] == "refused"]
        assert [entry["details"]["reason"] for entry in ends] == ["contract_ended"]


async def test_at_the_end_requests_lapse_and_cases_return(store: Store) -> None:
    async with on_stage(store, at=LAST_MINUTE) as stage:
        await plan_all_contracts(stage)
        await stage.give("robin", "shift.start")
        await stage.say("you blockhead", user="u3")
        claimed = await stage.give("robin", "case.next")
        # the contract winds down: nothing new is claimed
        assert not claimed.done
        await stage.give("robin", "mod.ban", member=stage.joined("u1"), guideline="respect")
        card = approval_card(stage)
        await stage.pass_time(2 * MINUTE)
        (approval,) = await stage.rows("approvals")
        assert approval["state"] == "lapsed"
        late = await stage.press("lee", stage.button(card, "approval.approve"))
        assert not late.done
        assert not await stage.is_held("u1", OutcomeKind.BAN)
        assert {row["served_by"] for row in await stage.rows("cases")} == {"internal"}
        assert not [row for row in await stage.rows("shifts") if row["ended_at"] is None]
        assert len(await stage.entries("contract_ended")) == 1
