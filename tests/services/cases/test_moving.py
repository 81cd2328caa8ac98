"""Cases move: given back, escalated, merged, and resolved late; each change is one person's, and recorded."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy import update

from bot.store.engine import Store
from bot.store.tables import escalations
from tests.stage.policies import COMMUNITY
from tests.stage.stage import Stage, set_stage


async def _case(stage: Stage) -> dict[str, Any]:
    return (await stage.rows("cases"))[-1]


async def test_whoever_works_on_a_case_gives_it_back_and_it_is_due_to_be_claimed_again(stage: Stage) -> None:
    await stage.say("you blockhead")
    await stage.give("robin", "shift.start")
    await stage.give("robin", "case.next")
    await stage.pass_time(timedelta(minutes=14))
    assert (await stage.give("robin", "case.release")).done
    case = await _case(stage)
    assert (case["state"], case["claimed_by"], case["claimed_until"]) == ("open", None, None)
    assert case["claim_due"] - stage.clock.now() == timedelta(minutes=15)
    assert "released" in [one["details"]["change"] for one in await stage.entries("case_changed")]
    await stage.pass_time(timedelta(minutes=16))
    assert [one["cause"] for one in await stage.rows("escalations")] == ["claim"]


async def test_somebody_elses_case_is_given_back_by_a_lead_alone(stage: Stage) -> None:
    await stage.say("you blockhead")
    await stage.give("robin", "shift.start")
    await stage.give("mo", "shift.start")
    await stage.give("robin", "case.next")
    number = (await _case(stage))["number"]
    refused = await stage.give("mo", "case.release", case=number)
    assert (refused.done, "being handled" in refused.text) == (False, True)
    assert (await stage.give("lee", "case.release", case=number)).done
    assert (await _case(stage))["state"] == "open"
    again = await stage.give("lee", "case.release", case=number)
    assert (again.done, "nothing to give back" in again.text) == (False, True)


async def test_an_escalated_case_begins_its_path_once_and_says_why_to_those_who_may_read_it(stage: Stage) -> None:
    await stage.say("you blockhead")
    await stage.give("robin", "shift.start")
    await stage.give("robin", "case.next")
    assert (await stage.give("robin", "case.escalate", why="He threatens somebody.")).done
    assert (await stage.give("robin", "case.escalate", why="And again.")).done
    assert [one["cause"] for one in await stage.rows("escalations")] == ["person"]
    (begun,) = [one for one in await stage.entries("escalation") if one["details"]["change"] == "began"]
    assert (begun["actor"]["kind"], begun["actor"]["who"]) == ("person", "robin")
    number = (await _case(stage))["number"]
    assert "He threatens somebody." in (await stage.give("lee", "case.show", case=number)).text
    await stage.give("onda", "shift.start")
    assert "threatens" not in str(await stage.give("onda", "case.show", case=number))


async def test_a_case_that_nobody_resolves_in_time_begins_its_path_though_somebody_has_it(stage: Stage) -> None:
    await stage.say("you blockhead")
    await stage.give("robin", "shift.start")
    await stage.give("robin", "case.next")
    for _ in range(6):
        await stage.pass_time(timedelta(minutes=20))
        await stage.give("robin", "case.note", text="Still at it.")
    await stage.pass_time(timedelta(minutes=1))
    assert [one["cause"] for one in await stage.rows("escalations")] == ["resolve"]
    assert (await _case(stage))["claimed_by"] == "robin"


async def test_a_case_that_is_resolved_in_time_begins_no_path(stage: Stage) -> None:
    await stage.say("you blockhead")
    await stage.give("lee", "case.next")
    await stage.give("lee", "case.decide", verdict="violation")
    await stage.pass_time(timedelta(hours=3), step=timedelta(minutes=10))
    assert not await stage.rows("escalations")


async def test_a_message_is_in_its_category_later_too_and_nobody_acts_where_that_is_unknown(store: Store) -> None:
    by_category = COMMUNITY.replace('gaming: {discord: "4102"', 'gaming: {discord_category: "4200"')
    stage = await set_stage(store, ("community.yaml", by_category))
    await stage.give("robin", "shift.start")
    listed = replace(stage.channel("elsewhere"), id="4777", category="4200")
    for user, channel in (("u1", listed), ("u2", stage.channel("elsewhere"))):
        message = replace(stage.message("you nitwit", user=user), channel=channel)
        stage.world.join(stage.ref(user))
        stage.intake.offer(message)
        await stage.settle()
    there, elsewhere = sorted(await stage.rows("cases"), key=lambda row: row["opened_at"])
    if (await stage.rows("accounts", id=there["account"]))[0]["user"] != "u1":
        there, elsewhere = elsewhere, there
    given = {"verdict": "violation", "action": "warn"}
    refused = await stage.give("robin", "case.decide", case=elsewhere["number"], **given)
    assert not refused.done
    reply = await stage.give("robin", "case.decide", case=there["number"], **given)
    assert reply.done, reply.text
    await stage.close()


async def test_the_claimed_case_that_is_merged_away_is_nobodys_any_more(stage: Stage) -> None:
    await stage.say("you blockhead")
    await stage.pass_time(timedelta(minutes=5))
    await stage.say("freecoins")
    await stage.give("robin", "shift.start")
    await stage.give("robin", "case.next")
    one, other = sorted(await stage.rows("cases"), key=lambda row: row["state"] != "claimed")
    assert (await stage.give("lee", "case.merge", case=one["number"], to=other["number"])).done
    (merged,) = await stage.rows("cases", id=one["id"])
    assert (merged["state"], merged["claimed_by"]) == ("resolved", None)
    await stage.pass_time(timedelta(minutes=31))
    assert [row["state"] for row in await stage.rows("cases", id=one["id"])] == ["resolved"]


async def test_of_a_claim_and_a_merge_at_once_neither_is_lost(stage: Stage) -> None:
    await stage.say("you blockhead")
    await stage.pass_time(timedelta(minutes=5))
    await stage.say("freecoins")
    await stage.give("mo", "shift.start")
    one, other = await stage.rows("cases")
    claimed, merged, back = await asyncio.gather(
        stage.give("mo", "case.claim", case=one["number"]),
        stage.give("lee", "case.merge", case=one["number"], to=other["number"]),
        stage.give("ada", "case.merge", case=other["number"], to=one["number"]),
    )
    assert merged.done != back.done
    open_ones = await stage.rows("cases", merged_into=None)
    assert len(open_ones) == 1
    if claimed.done:
        assert [row["claimed_by"] for row in await stage.rows("cases", state="claimed")] in (["mo"], [])


async def _two(stage: Stage) -> tuple[str, str]:
    """Return the numbers of two cases about one member, of which Robin works on the first."""
    await stage.say("you blockhead")
    await stage.pass_time(timedelta(minutes=5))
    await stage.say("freecoins")
    await stage.give("robin", "shift.start")
    await stage.give("merle", "shift.start")
    one, other = sorted(await stage.rows("cases"), key=lambda row: row["queue"])
    assert (await stage.give("robin", "case.claim", case=one["number"])).done
    return one["number"], other["number"]


async def test_a_case_that_somebody_works_on_is_merged_by_them_or_a_lead(stage: Stage) -> None:
    one, other = await _two(stage)
    await stage.give("mo", "shift.start")
    refused = await stage.give("mo", "case.merge", case=one, to=other)
    assert (refused.done, "being handled" in refused.text) == (False, True)
    assert (await stage.give("robin", "case.merge", case=one, to=other)).done


async def test_what_waits_for_a_yes_goes_along_with_its_case_and_ends_with_the_one_that_took_it_up(
    stage: Stage,
) -> None:
    one, other = await _two(stage)
    asked = await stage.give("robin", "case.decide", verdict="violation", action="ban", why="Third time.", case=one)
    assert "Somebody else has to say yes" in asked.text
    assert (await stage.give("robin", "case.note", text="Known from elsewhere.", case=one)).done
    assert (await stage.give("lee", "case.merge", case=one, to=other)).done
    (kept,) = await stage.rows("cases", number=other)
    assert [(row["case"], row["state"]) for row in await stage.rows("approvals")] == [(kept["id"], "open")]
    assert "Known from elsewhere." in (await stage.give("lee", "case.show", case=other)).text
    await stage.pass_time(timedelta(minutes=31))
    late = await stage.rows("escalations", cause="approval")
    assert [row["case"] for row in late] == [kept["id"]]
    assert (await stage.give("lee", "case.decide", verdict="no_violation", case=other)).done
    assert [row["state"] for row in await stage.rows("approvals")] == ["lapsed"]
    assert not [row for row in await stage.rows("sanctions") if row["lifted_at"] is None]


async def test_a_verdict_that_waited_for_a_yes_lapses_when_its_case_is_merged_away(stage: Stage) -> None:
    one, other = await _two(stage)
    await stage.give("robin", "case.release", case=one)
    asked = await stage.give("merle", "case.decide", verdict="violation", case=one)
    assert "Somebody else has to say yes" in asked.text, asked.text
    card = stage.card_with("approval.approve")
    assert (await stage.give("lee", "case.merge", case=one, to=other)).done
    assert [row["state"] for row in await stage.rows("approvals")] == ["lapsed"]
    reply = await stage.press("lee", stage.button(card, "Approve"))
    assert (reply.done, reply.text.count("\n")) == (False, 0)
    assert [row["state"] for row in await stage.rows("cases", number=other)] == ["open"]


async def test_a_card_offers_no_button_that_can_only_fail(stage: Stage) -> None:
    one, _ = await _two(stage)
    card = (await stage.give("merle", "case.show", case=one)).card
    assert card is not None
    assert [button.action.partition(":")[0] for button in card.buttons] == ["case.lead"]
    assert not card.choices
    own = (await stage.give("robin", "case.show", case=one)).card
    assert own is not None
    assert own.choices


async def test_what_a_reporter_wrote_is_data_and_the_own_teams_alone(stage: Stage) -> None:
    await stage.say("you nitwit")
    link = "**look** <https://evil.example|here> @everyone"
    await stage.give("u7", "everyone.report", member=stage.member("u1"), guideline="respect", statement=link)
    (case,) = await stage.rows("cases")
    shown = await stage.give("lee", "case.show", case=case["number"])
    assert shown.card is not None
    assert link in [quote.text for quote in shown.card.quotes]
    assert link not in shown.text
    await stage.give("robin", "shift.start")
    assert "evil.example" not in str(await stage.give("robin", "case.show", case=case["number"]))


async def test_a_partners_lead_takes_no_case_from_the_own_team_by_the_button_of_an_old_message(stage: Stage) -> None:
    await stage.say("you blockhead")
    await stage.give("heron", "shift.start")
    await stage.pass_time(timedelta(minutes=16))
    (escalation,) = await stage.rows("escalations")
    (case,) = await stage.rows("cases")
    async with stage.store.writing() as tx:
        await tx.execute(update(escalations).values(cause="person"))
    assert (await stage.give("lee", "case.claim", case=case["number"])).done
    refused = await stage.press("heron", f"escalation.take_over:{escalation['id']}")
    assert (refused.done, "being handled" in refused.text) == (False, True)
    assert [row["claimed_by"] for row in await stage.rows("cases")] == ["lee"]
