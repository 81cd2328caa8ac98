"""Who sees which case: what isn't somebody's to see doesn't exist for them."""

from tests.stage.stage import Stage


async def _complaint(stage: Stage, about: str) -> str:
    await stage.give("u7", "everyone.report", member=stage.member(about), statement="They insulted me.")
    (case,) = [one for one in await stage.rows("cases") if one["about"] == "moderator"]
    return str(case["number"])


async def test_a_case_about_a_moderator_is_not_there_for_them_nor_for_their_organisation(stage: Stage) -> None:
    await stage.give("robin", "shift.start")
    await stage.give("merle", "shift.start")
    number = await _complaint(stage, "robin")
    for who in ("robin", "merle", "heron"):
        nobody = (await stage.give(who, "case.show", case="ZZZZZZ")).text
        assert (await stage.give(who, "case.show", case=number)).text == nobody
        assert number not in (await stage.give(who, "case.list")).text
    assert number in (await stage.give("lee", "case.list")).text


async def test_a_case_about_a_lead_hangs_nowhere_that_the_lead_reads(stage: Stage) -> None:
    number = await _complaint(stage, "lee")
    assert not [card for card in stage.cards() if number in card.title]
    assert number not in (await stage.give("lee", "case.list")).text
    assert number in (await stage.give("ada", "case.list")).text


async def test_a_partner_sees_that_others_handle_a_case_and_not_who(stage: Stage) -> None:
    await stage.say("freecoins")
    await stage.give("robin", "shift.start")
    await stage.give("heron", "shift.start")
    await stage.give("robin", "case.next")
    (case,) = await stage.rows("cases")
    await stage.give("robin", "case.note", text="Known spammer.")
    listed = (await stage.give("heron", "case.list")).text
    assert "being handled" in listed
    assert "Robin" not in listed
    await stage.give("onda", "shift.start")
    reply = await stage.give("onda", "case.show", case=case["number"])
    assert "Nightwatch" not in str(reply)
    assert "Known spammer." not in str(reply)


async def test_a_note_is_read_by_those_it_is_meant_for(stage: Stage) -> None:
    await stage.say("you blockhead")
    await stage.give("robin", "shift.start")
    (case,) = await stage.rows("cases")
    await stage.give("lee", "case.note", text="Ours alone.", visible_to="internal", case=case["number"])
    await stage.give("lee", "case.note", text="For all.", visible_to="everyone", case=case["number"])
    shown = (await stage.give("robin", "case.show", case=case["number"])).text
    assert "For all." in shown
    assert "Ours alone." not in shown
    refused = await stage.give("robin", "case.note", text="x", visible_to="internal", case=case["number"])
    assert not refused.done


async def test_a_question_is_answered_and_whoever_asked_reads_it(stage: Stage) -> None:
    await stage.say("you blockhead")
    await stage.give("robin", "shift.start")
    await stage.give("robin", "case.next")
    stage.world.join(stage.ref("robin"))
    await stage.give("robin", "case.ask", question="Is that a quotation?")
    (card,) = [one for one in stage.cards() if one.title.startswith("Question")]
    assert card.text == "Is that a quotation?"
    form = (await stage.press("lee", stage.button(card, "Answer"))).form
    assert form is not None
    assert (await stage.press("lee", form.action, answer="No, it is not.")).done
    assert stage.notices("robin")
    assert "No, it is not." in (await stage.give("robin", "case.show")).text


async def test_looking_at_a_case_is_recorded(stage: Stage) -> None:
    await stage.say("you blockhead")
    (case,) = await stage.rows("cases")
    await stage.give("lee", "case.show", case=case["number"])
    (viewed,) = await stage.entries("viewed")
    assert (viewed["case"], viewed["actor"]["who"]) == (case["id"], "lee")
