"""Claims: one case is one person's for a while, and the same two never act on it."""

import asyncio
from datetime import timedelta

from tests.stage.stage import Stage


async def test_a_finding_opens_a_case_with_everything_that_it_is_given(stage: Stage) -> None:
    await stage.say("you blockhead")
    (case,) = await stage.rows("cases")
    assert (case["guideline"], case["connection"], case["served_by"]) == ("respect", "discord/W1", "internal")
    assert case["claim_due"] - case["opened_at"] == timedelta(minutes=15)
    assert case["resolve_due"] - case["opened_at"] == timedelta(hours=2)


async def test_the_turn_is_that_of_the_first_organisation_with_somebody_on_duty(stage: Stage) -> None:
    await stage.say("you blockhead")
    await stage.give("robin", "shift.start")
    assert [one["served_by"] for one in await stage.rows("cases")] == ["nightwatch"]
    await stage.give("robin", "shift.end")
    assert [one["served_by"] for one in await stage.rows("cases")] == ["internal"]


async def test_next_gives_the_gravest_case_and_then_the_oldest(stage: Stage) -> None:
    await stage.say("you nitwit", user="u1")
    await stage.say("you blockhead", user="u2")
    await stage.say("you blockhead", user="u3")
    await stage.give("robin", "shift.start")
    cases = {one["id"]: one for one in await stage.rows("cases")}
    order = []
    for _ in range(3):
        await stage.give("robin", "case.next")
        held = [one for one in await stage.rows("cases", claimed_by="robin") if one["id"] not in order]
        order += [one["id"] for one in held]
    assert [cases[one]["severity"] for one in order] == [3, 3, 2]
    assert (await stage.give("robin", "case.next")).text == "No case waits for you now."


async def test_of_two_who_press_at_once_one_acts_and_the_other_is_told_who_that_was(stage: Stage) -> None:
    await stage.give("mo", "shift.start")
    await stage.say("you blockhead")
    (card,) = stage.cards()
    press = stage.button(card, "Claim")
    replies = await asyncio.gather(stage.press("lee", press), stage.press("mo", press))
    (late,) = [reply for reply in replies if not reply.done]
    (case,) = await stage.rows("cases")
    alias = stage.policies.governance.roster.people[case["claimed_by"]].alias
    assert late.text.startswith(f"This card is older than what happened since: {alias} works on case ")
    assert case["version"] == 2
    assert len([one for one in await stage.entries("case_changed") if one["details"]["change"] == "claimed"]) == 1


async def test_an_old_card_says_that_its_case_waits_again_or_is_closed(stage: Stage) -> None:
    await stage.say("you blockhead")
    (card,) = stage.cards()
    press = stage.button(card, "Claim")
    await stage.press("lee", press)
    await stage.give("lee", "case.release")
    assert "waits in its queue now" in (await stage.press("lee", press)).text
    await stage.give("lee", "case.next")
    assert "is yours, and went on" in (await stage.press("lee", press)).text
    assert (await stage.give("lee", "case.decide", verdict="no_violation")).done
    assert "is closed already" in (await stage.press("lee", press)).text


async def test_a_claim_ends_and_the_case_goes_back_to_its_queue(stage: Stage) -> None:
    await stage.say("you blockhead")
    await stage.give("lee", "case.next")
    await stage.pass_time(timedelta(minutes=31))
    (case,) = await stage.rows("cases")
    assert (case["state"], case["claimed_by"]) == ("open", None)
    assert "claim_ended" in [one["details"]["change"] for one in await stage.entries("case_changed")]


async def test_working_on_a_case_renews_the_claim(stage: Stage) -> None:
    await stage.say("you blockhead")
    await stage.give("lee", "case.next")
    await stage.pass_time(timedelta(minutes=20))
    await stage.give("lee", "case.note", text="Seen before.")
    await stage.pass_time(timedelta(minutes=20))
    (case,) = await stage.rows("cases")
    assert case["claimed_by"] == "lee"


async def test_who_skips_a_case_is_not_offered_it_again_in_the_shift(stage: Stage) -> None:
    await stage.say("you blockhead")
    await stage.give("robin", "shift.start")
    (case,) = await stage.rows("cases")
    assert (await stage.give("robin", "case.skip", case=case["number"])).done
    assert (await stage.give("robin", "case.next")).text == "No case waits for you now."
    await stage.give("mo", "shift.start")
    assert "is yours now" in (await stage.give("mo", "case.next")).text


async def test_a_queue_by_choice_is_given_to_those_who_chose_it_and_only_so_often(stage: Stage) -> None:
    for user in ("u1", "u2", "u3"):
        await stage.say("despairing", user=user)
    await stage.give("mo", "shift.start")
    assert (await stage.give("mo", "case.next", queue="care")).text == "No case waits for you now."
    assert (await stage.give("mo", "shift.choose", queue="care")).done
    assert [bool((await stage.give("mo", "case.next", queue="care")).card) for _ in range(3)] == [True, True, False]


async def test_a_case_is_handed_over_with_a_note(stage: Stage) -> None:
    await stage.say("you blockhead")
    await stage.give("robin", "shift.start")
    await stage.give("merle", "shift.start")
    await stage.give("robin", "case.next")
    assert (await stage.give("robin", "case.pass", to="Merle", note="Look at the reply.")).done
    (case,) = await stage.rows("cases")
    assert case["claimed_by"] == "merle"
    assert "Look at the reply." in (await stage.give("merle", "case.show")).text


async def test_a_case_that_nobody_claims_in_time_begins_its_path(stage: Stage) -> None:
    await stage.say("you blockhead")
    await stage.pass_time(timedelta(minutes=16))
    assert [one["cause"] for one in await stage.rows("escalations")] == ["claim"]


async def test_cases_of_a_suspended_partner_come_back(stage: Stage) -> None:
    await stage.say("you blockhead")
    await stage.give("robin", "shift.start")
    await stage.give("robin", "case.next")
    assert (await stage.give("lee", "lead.suspend", organisation="nightwatch", why="Looking into it.")).done
    (case,) = await stage.rows("cases")
    assert (case["state"], case["served_by"]) == ("open", "internal")


async def test_a_burst_of_cases_is_one_digest(stage: Stage) -> None:
    for number in range(9):
        await stage.say("you blockhead", user=f"x{number}")
    titles = [card.title for card in stage.cards()]
    assert len(titles) == 6
    assert titles[-1] == "4 new cases in hate"
