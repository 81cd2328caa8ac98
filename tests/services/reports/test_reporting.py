"""Reports: a receipt at once, an outcome at the end, and the reporter's name nowhere."""

from typing import Any

from tests.stage.stage import Stage


async def test_a_report_has_a_receipt_and_an_outcome_in_the_reporters_language(stage: Stage) -> None:
    message = await stage.say("quite rude, really", user="u1")
    stage.world.join(stage.ref("u7"))
    reply = await stage.give(
        "u7", "everyone.report", language="de", message=message, guideline="respect", statement="Das war gemein."
    )
    (case,) = await stage.rows("cases")
    assert case["number"] in reply.text
    await stage.give("lee", "case.decide", verdict="violation", case=case["number"])
    (told,) = stage.notices("u7")
    assert told.startswith("Danke für deine Meldung")
    assert [one["state"] for one in await stage.rows("reports")] == ["upheld"]


async def test_the_reporter_is_shown_to_nobody(stage: Stage) -> None:
    message = await stage.say("quite rude, really", user="u1")
    await stage.give("robin", "shift.start")
    await stage.give("u7", "everyone.report", message=message, guideline="respect", statement="My words alone.")
    (report,) = await stage.rows("reports")
    (case,) = await stage.rows("cases")
    shown = await stage.give("robin", "case.show", case=case["number"])
    handle = report["reporter"][:8].upper()
    everything = str(shown) + str(stage.cards()) + str(await stage.entries("reported"))
    assert handle not in everything
    assert report["reporter"] not in everything
    assert "My words alone." not in str(shown) + str(stage.cards())
    own = (await stage.give("lee", "case.show", case=case["number"])).card
    assert own is not None
    assert [one.author for one in own.quotes if one.text == "My words alone."] == ["Somebody who reported it"]
    assert handle not in str(own)


async def test_many_reports_on_one_member_are_one_case_and_one_card(stage: Stage) -> None:
    for number, guideline in enumerate(("respect", "", "support", "respect")):
        named: dict[str, Any] = {"guideline": guideline} if guideline else {}
        await stage.give(f"r{number}", "everyone.report", member=stage.member("u1"), **named)
    assert len(await stage.rows("cases")) == 1
    assert len(await stage.rows("reports")) == 4
    assert len(stage.cards()) == 1


async def test_a_report_about_a_message_that_a_case_holds_joins_it(stage: Stage) -> None:
    message = await stage.say("you blockhead")
    await stage.give("u7", "everyone.report", message=message)
    (case,) = await stage.rows("cases")
    (report,) = await stage.rows("reports")
    assert report["case"] == case["id"]


async def test_whoever_reports_falsely_counts_for_less(stage: Stage) -> None:
    for user in ("u1", "u2", "u3"):
        await stage.give("u7", "everyone.report", member=stage.member(user))
        number = next(one["number"] for one in await stage.rows("cases", state="open"))
        await stage.give("lee", "case.decide", verdict="no_violation", case=number)
    await stage.give("u7", "everyone.report", member=stage.member("u4"))
    assert [one["weight"] for one in await stage.rows("reports", state="open")] == [40]
    (case,) = await stage.rows("cases", state="open")
    assert case["severity"] == 1


async def test_a_report_of_the_gravest_sort_copies_nothing(stage: Stage) -> None:
    message = await stage.say("nothing to see", user="u1")
    await stage.give("u7", "everyone.report", message=message, guideline="support")
    (entry,) = await stage.entries("reported")
    assert "evidence" not in entry["details"]
    assert entry["details"]["message"]


async def test_an_organisation_can_be_reported_and_does_not_see_it(stage: Stage) -> None:
    await stage.give("robin", "shift.start")
    await stage.give("u7", "everyone.report", organisation="Nightwatch GmbH", statement="They ignore us.")
    (case,) = await stage.rows("cases")
    assert (case["about"], case["about_organisation"]) == ("organisation", "nightwatch")
    assert case["number"] not in (await stage.give("robin", "case.list")).text
    assert case["number"] in (await stage.give("lee", "case.list")).text


async def test_nobody_reports_themselves_or_without_end(stage: Stage) -> None:
    assert not (await stage.give("u7", "everyone.report", member=stage.member("u7"))).done
    for number in range(10):
        assert (await stage.give("u7", "everyone.report", member=stage.member(f"x{number}"))).done
    assert not (await stage.give("u7", "everyone.report", member=stage.member("x11"))).done
