"""Verdicts: a case ends once, with everything that hangs on it."""

import asyncio
from datetime import timedelta

from tests.stage.stage import Stage


async def _number(stage: Stage) -> str:
    (case,) = await stage.rows("cases")
    return str(case["number"])


async def test_no_violation_takes_back_what_automation_did_and_says_sorry(stage: Stage) -> None:
    await stage.say("you blockhead")
    before = len(stage.notices())
    assert (await stage.give("lee", "case.decide", verdict="no_violation", case=await _number(stage))).done
    assert all(one["revoked_at"] is not None for one in await stage.rows("strikes"))
    assert len(stage.notices()) == before + 1
    (closed,) = await stage.entries("case_closed")
    assert closed["details"]["verdict"] == "no_violation"
    assert closed["details"]["rules"] == ["respect/slur"]


async def test_a_hacked_account_keeps_no_strike_and_stays_contained(stage: Stage) -> None:
    await stage.say("you blockhead")
    await stage.say("freecoins for all")
    number = next(one["number"] for one in await stage.rows("cases"))
    assert (await stage.give("lee", "case.decide", verdict="hacked_account", case=number)).done
    assert all(one["revoked_at"] is not None for one in await stage.rows("strikes"))
    assert [one["lifted_at"] for one in await stage.rows("sanctions", kind="quarantine")] == [None]


async def test_a_button_does_what_it_says_and_closes_the_case(stage: Stage) -> None:
    await stage.say("you nitwit")
    (card,) = stage.cards()
    assert (await stage.press("lee", stage.button(card, "Warn"))).done
    (case,) = await stage.rows("cases")
    assert (case["state"], case["verdict"]) == ("resolved", "violation")
    assert len(await stage.rows("strikes")) == 1
    (card,) = stage.cards()
    assert not card.buttons


async def test_what_is_closed_is_closed_once(stage: Stage) -> None:
    await stage.give("mo", "shift.start")
    await stage.say("you blockhead")
    (card,) = stage.cards()
    press = stage.button(card, "No violation")
    replies = await asyncio.gather(stage.press("lee", press), stage.press("mo", press))
    assert sorted(reply.done for reply in replies) == [False, True]
    assert len(await stage.entries("case_closed")) == 1


async def test_an_action_that_somebody_has_to_approve_keeps_the_case_open(stage: Stage) -> None:
    await stage.say("you blockhead")
    await stage.give("robin", "shift.start")
    await stage.give("robin", "case.next")
    reply = await stage.give("robin", "case.decide", verdict="violation", action="ban")
    assert "Somebody else has to say yes" in reply.text
    (case,) = await stage.rows("cases")
    assert case["state"] == "claimed"
    assert len(await stage.rows("approvals", state="open")) == 1


async def test_somebody_who_observes_proposes_and_is_compared_later(stage: Stage) -> None:
    await stage.say("you blockhead")
    await stage.give("finch", "shift.start")
    number = await _number(stage)
    assert "proposal" in (await stage.give("finch", "case.decide", verdict="violation", case=number)).text
    await stage.give("lee", "case.decide", verdict="violation", case=number)
    (proposal,) = await stage.rows("proposals")
    assert proposal["compared"] == "same"


async def test_two_cases_about_one_member_become_one(stage: Stage) -> None:
    await stage.say("you blockhead")
    await stage.pass_time(timedelta(minutes=5))
    await stage.say("freecoins")
    one, other = await stage.rows("cases")
    assert (await stage.give("lee", "case.merge", case=one["number"], to=other["number"])).done
    assert [row["merged_into"] for row in await stage.rows("cases", id=one["id"])] == [other["id"]]
    await stage.give("lee", "case.decide", verdict="no_violation", case=other["number"])
    assert all(row["revoked_at"] is not None for row in await stage.rows("strikes"))


async def test_nobody_else_decides_a_case_that_somebody_works_on(stage: Stage) -> None:
    await stage.say("you blockhead")
    await stage.give("robin", "shift.start")
    await stage.give("robin", "case.next")
    await stage.give("mo", "shift.start")
    reply = await stage.give("mo", "case.decide", verdict="violation", case=await _number(stage))
    assert "being handled" in reply.text
