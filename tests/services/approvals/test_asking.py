"""What is held for approval: who asks, what holds meanwhile, and what the card says."""

from datetime import timedelta

from tests.services.approvals.house import House

SECOND = 1_000_000


async def test_an_outside_moderator_asks_the_interim_holds_a_lead_approves_and_the_ban_happens_once(
    house: House,
) -> None:
    stage = house.stage
    asked = await house.ask_for_ban()
    assert asked.done, asked.text
    assert not await house.holding("ban")
    assert await house.holding("timeout")
    reply = await stage.press("lee", stage.button(house.card(), "Approve"))
    assert reply.done, reply.text
    (ban,) = await stage.rows("sanctions", kind="ban")
    assert not await house.holding("timeout")
    (row,) = await house.requests()
    assert row["state"] == "approved"
    (decided,) = await stage.rows("decisions", id=ban["decision"])
    assert (decided["person"], decided["organisation"]) == ("lee", "internal")
    assert house.card().buttons == ()
    assert "Lee" in {field.label: field.value for field in house.card().fields}["Answer"]


async def test_the_interim_measure_is_no_strike_and_ends_no_later_than_its_permission_allows(house: House) -> None:
    stage = house.stage
    await house.ask_for_ban()
    (held,) = await stage.rows("sanctions")
    assert held["until"] - held["start"] == timedelta(hours=24)
    assert not await stage.rows("strikes")
    await stage.pass_time(timedelta(hours=25), step=timedelta(hours=1))
    assert not await house.holding("timeout")
    (row,) = await house.requests()
    assert row["state"] == "open"


async def test_what_was_asked_for_a_shorter_time_isnt_held_longer_meanwhile(house: House) -> None:
    await house.ask_for_ban(**{"for": "2h"})
    (held,) = await house.stage.rows("sanctions")
    assert held["until"] - held["start"] == timedelta(hours=2)


async def test_who_asks_for_the_same_again_joins_the_first_request(house: House) -> None:
    await house.ask_for_ban()
    await house.ask_for_ban()
    assert len(await house.requests()) == 1
    assert len(await house.stage.rows("sanctions")) == 1


async def test_somebody_else_who_asks_for_the_same_makes_a_request_of_their_own_and_no_second_measure(
    house: House,
) -> None:
    await house.begin_shift("heron")
    await house.ask_for_ban()
    await house.ask_for_ban("heron")
    assert len(await house.requests(state="open")) == 2
    assert len(await house.stage.rows("sanctions")) == 1


async def test_the_card_says_who_asks_for_what_why_what_holds_and_what_happens_without_an_answer(
    house: House,
) -> None:
    stage = house.stage
    await stage.say("you blockhead")
    await house.ask_for_ban(**{"for": "30d"})
    card = house.card()
    said = {field.label: field.value for field in card.fields}
    assert said["Asked by"] == "Robin, Nightwatch GmbH (trusted)"
    assert said["Asked for"] == "Ban for 30 days"
    assert said["Guideline"] == "Be respectful"
    assert said["Their reason"] == "third time this week"
    assert said["Meanwhile"].startswith("Timeout until 2026-06-18 12:00")
    assert "Nothing happens by itself" in card.text
    assert card.due_at == stage.clock.now() + timedelta(minutes=30)
    assert [quote.text for quote in card.quotes] == ["you blockhead"]
    assert card.quotes[0].marks == ((4, 13),)
    assert [button.label for button in card.buttons] == ["Approve", "Change", "Refuse", "Take over"]


async def test_the_reason_is_sealed_and_stands_in_no_row_and_no_entry(house: House) -> None:
    stage = house.stage
    await house.ask_for_ban(why="because of xyzzy")
    for table in ("approvals", "decisions", "actions", "cases"):
        assert "xyzzy" not in repr(await stage.rows(table))
    for kind in ("decision", "approval_asked"):
        assert "xyzzy" not in repr(await stage.entries(kind))


async def test_the_member_is_told_that_it_holds_only_for_now(house: House) -> None:
    await house.ask_for_ban()
    (notice,) = house.stage.notices()
    assert "That holds only while somebody looks at what happened." in notice


async def test_a_supervised_moderator_is_held_for_what_the_mandate_allows(house: House) -> None:
    stage = house.stage
    await house.begin_shift("merle")
    stage.world.join(stage.ref("u1"))
    await stage.give("merle", "mod.timeout", member=stage.member("u1"), guideline="respect", **{"for": "10m"})
    (row,) = await house.requests()
    assert (row["cause"], row["person"]) == ("supervised", "merle")
    (held,) = await stage.rows("sanctions")
    assert held["until"] - held["start"] == timedelta(minutes=10)


async def test_whoever_is_on_shift_may_contain_any_severity_for_an_hour_and_no_longer(house: House) -> None:
    stage = house.stage
    await stage.say("outlaw", user="u2")
    (case,) = await stage.rows("cases")
    given = {"member": stage.member("u2"), "guideline": "respect", "case": case["number"]}
    reply = await stage.give("robin", "mod.timeout", **given, **{"for": "2h"})
    assert not reply.done
    assert not await house.holding("timeout")
    reply = await stage.give("robin", "mod.timeout", **given, **{"for": "1h"})
    assert reply.done, reply.text
    assert await house.holding("timeout")


async def test_what_a_rule_asks_for_happens_once_a_lead_approves(house: House) -> None:
    stage = house.stage
    await stage.say("outlaw", user="u2")
    (held,) = await stage.rows("actions", state="held")
    reply = await stage.press("lee", stage.button(house.card(), "Approve"))
    assert reply.done, reply.text
    (ended,) = await stage.rows("actions", id=held["id"])
    assert (ended["state"], ended["reason"]) == ("superseded", "approved")
    (ban,) = await stage.rows("sanctions", kind="ban")
    assert ban["until"] - ban["start"] == timedelta(days=30)


async def test_what_a_rule_asks_for_and_a_lead_refuses_never_happens(house: House) -> None:
    stage = house.stage
    await stage.say("outlaw", user="u2")
    await stage.press("lee", stage.button(house.card(), "Refuse"), why="a joke among friends")
    (ended,) = await stage.rows("actions", reason="refused")
    assert ended["state"] == "superseded"
    assert not await stage.rows("sanctions", kind="ban")
