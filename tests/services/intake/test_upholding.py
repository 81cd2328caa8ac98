"""Sanctions for which a platform has no word are upheld: what the member writes meanwhile is deleted, and no more."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.action import ActionKind
from bot.domain.outcome import OutcomeKind
from bot.store.decisions import decided
from bot.store.engine import Store
from tests.fakes.platform import FaultKind
from tests.services.staff.staging import on_stage
from tests.stage.stage import Stage

MINUTE = timedelta(minutes=1)


@pytest.fixture
async def stage(store: Store) -> AsyncIterator[Stage]:
    async with on_stage(store) as made:
        made.platform.upheld = frozenset({OutcomeKind.TIMEOUT, OutcomeKind.QUARANTINE})
        yield made


async def silence(stage: Stage, user: str = "u1", lasts: str = "4h") -> None:
    given = await stage.give("lee", "mod.timeout", member=stage.joined(user), for_=lasts, guideline="respect")
    assert given.done, given.text
    stage.clock.move(MINUTE)


async def lift(stage: Stage) -> None:
    (sanction,) = await stage.rows("sanctions")
    given = await stage.give("lee", "mod.lift", sanction=sanction["id"][:8], why="enough")
    assert given.done, given.text


async def test_what_a_member_writes_under_an_upheld_sanction_is_deleted(stage: Stage) -> None:
    await silence(stage)
    message = await stage.say("hello again")
    assert stage.world.find(message.ref) is None


async def test_nothing_is_decided_by_it_anew(stage: Stage) -> None:
    await silence(stage)
    before = [len(await stage.rows(table)) for table in ("decisions", "cases", "strikes", "sanctions")]
    told = len(stage.notices())
    for number in range(5):
        await stage.say(f"hello {number}")
    assert [len(await stage.rows(table)) for table in ("decisions", "cases", "strikes", "sanctions")] == before
    assert len(stage.notices()) == told


async def test_it_is_recorded_as_what_upholds_the_decision_that_imposed_it(stage: Stage) -> None:
    await silence(stage)
    await stage.say("hello again")
    (sanction,) = await stage.rows("sanctions")
    planned = [
        one for one in await stage.entries("planned")
        if any(action["kind"] == "delete" for action in one["details"]["actions"])
    ]  # fmt: skip
    assert [one["details"]["decision"] for one in planned] == [sanction["decision"]]
    assert planned[0]["actor"] == {"kind": "scheduler", "who": "uphold"}
    ended = [one for one in await stage.entries("action") if one["details"]["kind"] == "delete"]
    assert [(one["actor"]["who"], one["details"]["outcome"]) for one in ended] == [("uphold", "confirmed")]


async def test_where_the_platform_has_a_word_for_it_nothing_is_deleted(store: Store) -> None:
    async with on_stage(store) as stage:
        await silence(stage)
        message = await stage.say("hello again")
        assert stage.world.find(message.ref) is not None


async def test_other_members_write_as_ever(stage: Stage) -> None:
    await silence(stage)
    message = await stage.say("hello", user="u2")
    assert stage.world.find(message.ref) is not None


async def test_what_was_written_before_stays_and_goes_once_it_is_edited(stage: Stage) -> None:
    message = await stage.say("hello")
    stage.clock.move(MINUTE)
    await silence(stage)
    assert stage.world.find(message.ref) is not None
    edited = replace(message, text="hello, and more", edited_at=stage.clock.now())
    stage.world.edit(edited)
    stage.intake.offer(edited)
    await stage.settle()
    assert stage.world.find(message.ref) is None


async def test_once_it_is_over_nothing_more_is_deleted(stage: Stage) -> None:
    await silence(stage, lasts="1h")
    await stage.pass_time(timedelta(hours=2))
    message = await stage.say("hello again")
    assert stage.world.find(message.ref) is not None


async def test_once_it_is_lifted_nothing_more_is_deleted(stage: Stage) -> None:
    await silence(stage)
    await lift(stage)
    message = await stage.say("hello again")
    assert stage.world.find(message.ref) is not None


async def test_what_still_waits_to_be_deleted_stays_once_it_is_lifted(stage: Stage) -> None:
    await silence(stage)
    stage.platform.fail(FaultKind.RETRY_AFTER, of=ActionKind.DELETE, after=600, times=None)
    message = await stage.say("hello again")
    await lift(stage)
    stage.platform.mend()
    await stage.pass_time(timedelta(minutes=15))
    assert stage.world.find(message.ref) is not None
    deletions = await stage.rows("actions", kind="delete")
    assert [(row["state"], row["reason"]) for row in deletions] == [("superseded", "sanction_over")]


async def late(stage: Stage, after: timedelta) -> bool:
    """Have a message judged so long after it was written, and return whether it still stands."""
    message = stage.message("hello again")
    stage.world.post(message)
    stage.clock.move(after)
    stage.intake.offer(message)
    await stage.settle()
    return stage.world.find(message.ref) is not None


async def test_what_is_read_back_long_after_it_was_written_is_deleted_while_the_sanction_holds(stage: Stage) -> None:
    await silence(stage)
    assert not await late(stage, timedelta(minutes=31))


async def test_what_is_read_back_once_the_sanction_is_over_stays(stage: Stage) -> None:
    await silence(stage, lasts="1h")
    assert await late(stage, timedelta(hours=2))


async def test_what_a_rule_has_deleted_is_deleted_once(stage: Stage) -> None:
    await silence(stage)
    await stage.say("you blockhead")
    assert len(await stage.rows("actions", kind="delete")) == 1


async def test_a_message_that_comes_twice_is_deleted_once(stage: Stage) -> None:
    await silence(stage)
    message = await stage.say("hello again")
    await stage.intake.judge([message], again=True)
    await stage.perform()
    assert len(await stage.rows("actions", kind="delete")) == 1


async def test_budgets_of_automation_do_not_stop_it(stage: Stage) -> None:
    await silence(stage)
    for number in range(20):
        await stage.say(f"hello {number}")
    assert not [row for row in await stage.rows("spendings") if row["power"] == "delete"]
    assert len(await stage.rows("actions", kind="delete", state="confirmed")) == 20


async def test_what_cannot_be_deleted_is_shown(stage: Stage) -> None:
    await silence(stage)
    stage.platform.fail(FaultKind.FORBIDDEN, of=ActionKind.DELETE, times=None)
    await stage.say("hello again")
    await stage.say("and again")
    assert len([page for page in stage.world.pages.values() if "delete" in str(page)]) == 1


async def test_it_outlasts_the_mandate_of_whoever_imposed_it(stage: Stage) -> None:
    await silence(stage)
    await stage.give("ada", "lead.suspend", person="lee", why="asked to leave")
    message = await stage.say("hello again")
    assert stage.world.find(message.ref) is None


async def test_the_leads_channel_is_left_alone(stage: Stage) -> None:
    await silence(stage)
    message = await stage.say("hello again", where="leads")
    assert stage.world.find(message.ref) is not None


async def test_the_notice_says_honestly_what_happens(stage: Stage) -> None:
    await silence(stage)
    assert "What you write here is removed until" in stage.notices()[0]
    assert "write here again" not in stage.notices()[0]


async def test_the_notice_of_the_decision_counts_no_upholding(stage: Stage) -> None:
    await stage.say("freecoins for you")
    stage.clock.move(MINUTE)
    await stage.say("hello again")
    await stage.say("and again")
    async with stage.store.reading() as tx:
        (row,) = await stage.rows("sanctions")
        assert (await decided(tx, [row["decision"]]))[row["decision"]].deletions == 1
