"""People answer escalations by buttons: one press acts, whoever may not see the case learns nothing."""

import asyncio
from datetime import timedelta

import pytest

from bot.domain.severity import Severity
from tests.services.escalating.make import add_case, begin, escalation, on_shift, told
from tests.stage.stage import Stage


async def pressed(stage: Stage, who: str, word: str, name: str, version: str = "") -> str:
    reply = await stage.press(who, f"escalation.{word}:{name}:{version}".rstrip(":"))
    return reply.text


async def test_acknowledging_stops_it_for_four_waits_and_then_it_goes_on(stage: Stage) -> None:
    name = await begin(stage, await add_case(stage))
    (card,) = stage.cards()
    reply = await stage.press("lee", stage.button(card, "escalation.acknowledge"))
    assert reply.done
    assert "within 1 hour" in reply.text
    row = await escalation(stage, name)
    assert (row["state"], '"who": "lee"' in row["acknowledged_by"]) == ("acknowledged", True)
    await stage.pass_time(timedelta(minutes=59))
    assert len(await told(stage, name)) == 1
    await stage.pass_time(timedelta(minutes=1))
    assert len(await told(stage, name)) == 2
    assert [entry["details"]["change"] for entry in await stage.entries("escalation")] == [
        "began", "step", "acknowledged", "again",
    ]  # fmt: skip


async def test_where_the_case_has_a_time_of_its_own_the_acknowledgement_holds_until_then(stage: Stage) -> None:
    due = stage.clock.now() + timedelta(hours=2)
    name = await begin(stage, await add_case(stage, resolve_due=due))
    await pressed(stage, "lee", "acknowledge", name)
    assert (await escalation(stage, name))["due_at"] == due


async def test_the_card_says_who_looks_after_it(stage: Stage) -> None:
    name = await begin(stage, await add_case(stage))
    await pressed(stage, "lee", "acknowledge", name)
    (card,) = stage.cards()
    assert ("Looked after by", "Lee") in {(field.label, field.value) for field in card.fields}
    assert "escalation.acknowledge" not in str(card.buttons)


async def test_going_further_takes_the_next_step_now(stage: Stage) -> None:
    name = await begin(stage, await add_case(stage))
    await pressed(stage, "lee", "further", name)
    await stage.fire()
    assert (await told(stage, name))[-1][2] == "channel:leads"


async def test_what_is_resolved_tells_nobody_any_more(stage: Stage) -> None:
    name = await begin(stage, await add_case(stage))
    await pressed(stage, "lee", "resolve", name)
    await stage.pass_time(timedelta(hours=3), step=timedelta(minutes=10))
    assert len(await told(stage, name)) == 1
    assert all(not card.buttons for card in stage.cards())
    assert "has ended: Lee said that what it called for is done" in await pressed(stage, "ada", "acknowledge", name)


async def test_taking_over_claims_the_case(stage: Stage) -> None:
    case = await add_case(stage)
    name = await begin(stage, case)
    assert "is yours now" in await pressed(stage, "lee", "take_over", name)
    (row,) = await stage.rows("cases", id=case)
    assert (row["state"], row["claimed_by"]) == ("claimed", "lee")
    assert (await escalation(stage, name))["state"] == "acknowledged"


async def test_taking_over_what_nobody_claimed_in_time_ends_it(stage: Stage) -> None:
    name = await begin(stage, await add_case(stage), cause="claim")
    await pressed(stage, "lee", "take_over", name)
    assert (await escalation(stage, name))["ended_by"] == "claimed"


async def test_of_two_presses_one_acts_and_the_other_hears_that_the_card_is_old(stage: Stage) -> None:
    name = await begin(stage, await add_case(stage))
    (card,) = stage.cards()
    action = stage.button(card, "escalation.acknowledge")
    replies = await asyncio.gather(stage.press("lee", action), stage.press("ada", action))
    assert sorted(reply.done for reply in replies) == [False, True]
    (late,) = [reply.text for reply in replies if not reply.done]
    first = next(who for who, reply in zip(("Lee", "Ada"), replies, strict=True) if reply.done)
    assert late.startswith(f"This card is older than what happened since: {first} looks after case ")
    changes = [entry["details"]["change"] for entry in await stage.entries("escalation")]
    assert changes.count("acknowledged") == 1
    assert (await escalation(stage, name))["state"] == "acknowledged"


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("acknowledge", "Lee looks after case"),
        ("take_over", "Lee took over case"),
        ("further", "Lee sent the escalation of case"),
    ],
)
async def test_an_old_card_says_what_somebody_did_meanwhile(stage: Stage, word: str, said: str) -> None:
    name = await begin(stage, await add_case(stage))
    old = stage.button(stage.cards()[0], "escalation.acknowledge")
    await pressed(stage, "lee", word, name)
    late = await stage.press("ada", old)
    assert (late.done, f"since: {said} " in late.text) == (False, True), late.text


async def test_an_old_card_says_that_it_went_on_by_itself(stage: Stage) -> None:
    name = await begin(stage, await add_case(stage))
    old = stage.button(stage.cards()[0], "escalation.acknowledge")
    await stage.pass_time(timedelta(minutes=15))
    assert len(await told(stage, name)) == 2
    assert "went on by itself" in (await stage.press("lee", old)).text


async def test_what_ended_by_the_case_says_who_did_that(stage: Stage) -> None:
    await stage.give("lee", "shift.start")
    message = await stage.say("I am an outlaw")
    await stage.pass_time(timedelta(minutes=2))
    old = stage.button(stage.card_with("escalation.acknowledge"), "escalation.acknowledge")
    (case,) = await stage.rows("cases")
    said = await stage.give("lee", "case.decide", case=case["number"], verdict="no_violation")
    assert said.done, (said.text, message)
    late = await stage.press("ada", old)
    assert f"about case {case['number']} has ended: Lee resolved the case." in late.text


async def test_a_partner_is_not_told_which_of_the_own_team_was_quicker(stage: Stage) -> None:
    await on_shift(stage, "heron")
    name = await begin(stage, await add_case(stage))
    (row,) = await stage.rows("escalations")
    await pressed(stage, "lee", "acknowledge", name)
    late = await pressed(stage, "heron", "acknowledge", name, str(row["version"]))
    assert late.startswith("This card is older than what happened since: somebody else looks after case ")


@pytest.mark.parametrize("word", ["acknowledge", "take_over", "resolve", "further"])
async def test_who_may_not_see_the_case_hears_the_same_as_for_one_that_is_not_there(stage: Stage, word: str) -> None:
    await on_shift(stage, "onda")
    name = await begin(stage, await add_case(stage))
    there = await pressed(stage, "onda", word, name)
    assert there == await pressed(stage, "onda", word, "0" * 32)
    assert (await escalation(stage, name))["state"] == "running"


async def test_who_was_told_by_message_can_answer_there_whatever_the_card_shows_since(stage: Stage) -> None:
    await on_shift(stage, "heron")
    name = await begin(stage, await add_case(stage))
    (message,) = [one for one in stage.world.notices.values() if one.account == stage.ref("heron")]
    await stage.pass_time(timedelta(minutes=15))
    assert message.card is not None
    reply = await stage.press("heron", stage.button(message.card, "escalation.acknowledge"))
    assert reply.done, reply.text
    assert (await escalation(stage, name))["state"] == "acknowledged"


# --- somebody who moderates is accused


async def accusing(stage: Stage, who: str, severity: Severity = Severity.HIGH) -> str:
    of = stage.policies.governance.roster.people[who].organisation
    case = await add_case(
        stage, about="moderator", about_person=who, about_organisation=of, queue="", served_by="internal",
        severity=severity,
    )  # fmt: skip
    return await begin(stage, case, cause="report")


@pytest.mark.parametrize("severity", [Severity.HIGH, Severity.CRITICAL])
async def test_neither_the_accused_nor_their_organisation_see_or_hear_anything(
    stage: Stage, severity: Severity
) -> None:
    for person in ("robin", "heron", "mo", "lee"):
        await on_shift(stage, person)
    name = await accusing(stage, "robin", severity)
    await stage.pass_time(timedelta(hours=3), step=timedelta(minutes=5))
    nightwatch = {stage.ref(one) for one in ("robin", "merle", "heron", "finch")}
    assert not [one for one in stage.world.notices.values() if one.account in nightwatch]
    assert stage.cards() == []
    assert stage.world.pages
    for person in ("robin", "heron"):
        for word in ("acknowledge", "take_over", "resolve", "further"):
            assert await pressed(stage, person, word, name) == await pressed(stage, person, word, "0" * 32)
    assert (await pressed(stage, "lee", "acknowledge", name)).startswith("Noted")


async def test_a_lead_who_is_accused_is_left_out_and_somebody_else_answers(stage: Stage) -> None:
    name = await accusing(stage, "ada")
    assert ("contact:ada", "hidden") in {(row[2], row[4]) for row in await told(stage, name)}
    await stage.pass_time(timedelta(hours=2), step=timedelta(minutes=10))
    assert {row[2] for row in await told(stage, name) if row[4] == "told"} == {"contact:ombud"}
    assert set(stage.pager.to) == {"email:OMBUD_MAIL"}
