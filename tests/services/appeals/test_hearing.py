"""Appeals: once a decision, heard by somebody else, and what comes of them."""

import asyncio
from datetime import timedelta

from bot.domain.actor import OPERATOR, OUTSIDE
from bot.domain.card import Card
from bot.domain.message import AccountRef
from bot.domain.staff import Level
from bot.services.appeals.codes import appeal_code
from bot.services.appeals.moving import return_appeals
from bot.services.moderating.undoing import take_back
from bot.services.subjects.erasing import erase
from bot.services.work import begin_work
from bot.store.appeals import move_appeals
from bot.store.levels import decide_level
from tests.services.approvals.house import House


async def timeout(house: House, who: str = "robin", lasts: str = "4h", user: str = "u1") -> None:
    stage = house.stage
    stage.world.join(stage.ref(user))
    reply = await stage.give(
        who, "mod.timeout", member=stage.member(user), guideline="respect", **{"for": lasts}
    )  # fmt: skip
    assert reply.done, reply.text


async def appeal(house: House, user: str = "u1") -> None:
    reply = await house.stage.give(user, "everyone.appeal", statement="it was a joke among friends")
    assert reply.done, reply.text


def card_of(house: House) -> Card:
    (found,) = [card for card in house.stage.cards() if card.title.startswith("Appeal")]
    return found


async def test_an_appeal_against_a_partners_timeout_is_lifted_and_reversed_and_the_member_is_told(
    house: House,
) -> None:
    stage = house.stage
    await timeout(house)
    assert await house.holding("timeout")
    await appeal(house)
    reply = await stage.press("lee", stage.button(card_of(house), "Take back"))
    assert reply.done, reply.text
    assert not await house.holding("timeout")
    assert all(row["revoked_at"] is not None for row in await stage.rows("strikes"))
    (row,) = await stage.rows("appeals")
    (decided,) = await stage.rows("decisions", id=row["decision"])
    assert row["state"] == "lifted"
    assert decided["undone_at"] is not None
    assert stage.notices()[-1].startswith("Your appeal was heard: what was done to you was taken back")
    (case,) = await stage.rows("cases", about="appeal")
    assert (case["state"], case["verdict"]) == ("resolved", "no_violation")


async def test_the_card_shows_what_the_member_says_and_what_was_decided_by_whom(house: House) -> None:
    await timeout(house)
    await appeal(house)
    card = card_of(house)
    said = {field.label: field.value for field in card.fields}
    assert said["Decided by"] == "Robin, Nightwatch GmbH (trusted)"
    assert said["To be heard by"] == "Acme association"
    assert said["What holds"].startswith("timeout until")
    assert [quote.text for quote in card.quotes] == ["it was a joke among friends"]
    assert [button.label for button in card.buttons] == ["Stands", "Make shorter", "Take back"]
    assert card.due_at == house.stage.clock.now() + timedelta(days=7)


async def test_the_deciding_organisation_neither_hears_it_nor_learns_of_it(house: House) -> None:
    stage = house.stage
    await house.begin_shift("heron")
    await timeout(house)
    await appeal(house)
    action = stage.button(card_of(house), "Stands")
    for who in ("robin", "heron", "gaivota", "u7"):
        reply = await stage.press(who, action)
        missing = await stage.press(who, f"appeal.stands:{'0' * 32}:1")
        assert reply.text == missing.text == "There is no such appeal here."
    (case,) = await stage.rows("cases", about="appeal")
    shown = await stage.give("heron", "case.show", case=case["number"])
    absent = await stage.give("heron", "case.show", case="ZZZZZZ")
    assert (shown.done, shown.text) == (absent.done, absent.text)


async def test_whoever_decided_doesnt_hear_it_and_another_lead_does(house: House) -> None:
    stage = house.stage
    await timeout(house, "lee")
    await appeal(house)
    reply = await stage.press("lee", stage.button(card_of(house), "Stands"))
    assert not reply.done
    assert reply.text.startswith("You had a part in this decision")
    assert await house.refused() == ["own_decision"]
    assert (await stage.press("ada", stage.button(card_of(house), "Stands"))).done


async def test_neither_who_asked_for_a_ban_nor_who_approved_it_hears_the_appeal(house: House) -> None:
    stage = house.stage
    async with stage.store.writing() as tx:
        await decide_level(tx, "acme", "lee", Level.SUPERVISED, actor=OPERATOR, at=stage.clock.now())
    await house.ask_for_ban("lee")
    assert (await stage.press("ada", stage.button(house.card(), "Approve"))).done
    await appeal(house)
    for who in ("lee", "ada"):
        assert not (await stage.press(who, stage.button(card_of(house), "Take back"))).done
    assert await house.refused() == ["own_decision", "own_decision"]
    assert await house.holding("ban")


async def test_what_automation_decided_is_heard_by_the_communitys_leads(house: House) -> None:
    stage = house.stage
    await stage.say("you nitwit", user="u3")
    assert await house.holding("timeout")
    await appeal(house, "u3")
    assert (await stage.press("lee", stage.button(card_of(house), "Take back"))).done
    assert not await house.holding("timeout")


async def test_a_decision_that_stands_is_told_and_changes_nothing(house: House) -> None:
    stage = house.stage
    await timeout(house)
    await appeal(house)
    assert (await stage.press("lee", stage.button(card_of(house), "Stands"))).done
    assert await house.holding("timeout")
    assert "the decision stands" in stage.notices()[-1]
    assert card_of(house).buttons == ()


async def test_a_sanction_is_made_shorter_without_a_moment_of_freedom_in_between(house: House) -> None:
    stage = house.stage
    await timeout(house, lasts="4h")
    start = stage.clock.now()
    await stage.pass_time(timedelta(hours=1))
    await appeal(house)
    asked = await stage.press("lee", stage.button(card_of(house), "Make shorter"))
    assert asked.form is not None
    assert (await stage.press("lee", asked.form.action, **{"for": "2h"})).done
    (held,) = [row for row in await stage.rows("sanctions") if row["lifted_at"] is None]
    assert held["until"] == start + timedelta(hours=2)
    assert "for less long" in stage.notices()[-1]
    await stage.pass_time(timedelta(hours=1, minutes=1))
    assert not await house.holding("timeout")


async def test_a_longer_time_is_no_reduction(house: House) -> None:
    stage = house.stage
    await timeout(house, lasts="4h")
    await appeal(house)
    reply = await stage.press("lee", stage.button(card_of(house), "Make shorter"), **{"for": "5h"})
    assert not reply.done
    assert (await stage.rows("appeals"))[0]["state"] == "open"


async def test_what_was_made_shorter_isnt_appealed_against_again(house: House) -> None:
    stage = house.stage
    await timeout(house)
    await appeal(house)
    await stage.press("lee", stage.button(card_of(house), "Make shorter"), **{"for": "2h"})
    reply = await stage.give("u1", "everyone.appeal", statement="still wrong")
    assert not reply.done


async def test_each_decision_is_appealed_against_once_and_within_the_window(house: House) -> None:
    stage = house.stage
    await timeout(house)
    await appeal(house)
    again = await stage.give("u1", "everyone.appeal", statement="and another thing")
    assert (again.done, again.text.startswith("There is nothing that you could appeal against now")) == (False, True)
    await timeout(house, user="u2")
    stage.clock.move(timedelta(days=184))
    late = await stage.give("u2", "everyone.appeal", statement="much later")
    assert not late.done
    assert len(await stage.rows("appeals")) == 1


async def test_an_interim_measure_isnt_what_an_appeal_is_against(house: House) -> None:
    await house.ask_for_ban()
    reply = await house.stage.give("u1", "everyone.appeal", statement="not me")
    assert not reply.done


async def test_a_code_works_once_for_its_own_member_however_it_is_typed(house: House) -> None:
    stage = house.stage
    await timeout(house)
    (decided,) = [row for row in await stage.rows("decisions") if row["person"] == "robin"]
    code = appeal_code(stage.keys, decided["id"])
    assert code not in repr(await stage.rows("appeal_codes"))
    other = await stage.give("u9", "everyone.appeal", statement="for a friend", code=code)
    unknown = await stage.give("u1", "everyone.appeal", statement="a guess", code="K7Q2-MX4T-9RWA")
    assert (other.done, other.text) == (unknown.done, unknown.text)
    assert (await stage.give("u1", "everyone.appeal", statement="a joke", code=code.lower().replace("-", " "))).done
    used = await stage.give("u1", "everyone.appeal", statement="a joke", code=code)
    assert (used.done, used.text) == (
        False, "This was appealed against already, and each decision can be appealed against once.",
    )  # fmt: skip


async def test_without_words_the_command_asks_for_them(house: House) -> None:
    reply = await house.stage.give("u1", "everyone.appeal")
    assert reply.form is not None
    assert [one.name for one in reply.form.fields] == ["statement", "code"]


async def test_what_the_member_says_is_sealed(house: House) -> None:
    stage = house.stage
    await timeout(house)
    await appeal(house)
    for table in ("appeals", "cases", "actions", "decisions"):
        assert "friends" not in repr(await stage.rows(table))
    assert "friends" not in repr(await stage.entries("appeal_opened"))


async def test_of_two_who_hear_at_once_exactly_one_decides(house: House) -> None:
    stage = house.stage
    await timeout(house)
    await appeal(house)
    card = card_of(house)
    replies = await asyncio.gather(
        stage.press("lee", stage.button(card, "Take back")), stage.press("ada", stage.button(card, "Stands"))
    )
    assert sorted(reply.done for reply in replies) == [False, True]
    first = next(who for who, reply in zip(("Lee", "Ada"), replies, strict=True) if reply.done)
    assert f"the appeal was heard by {first}, " in next(reply.text for reply in replies if not reply.done)
    assert len(await stage.entries("appeal_closed")) == 1
    (row,) = await stage.rows("appeals")
    assert await house.holding("timeout") is (row["state"] == "stands")


async def test_of_two_appeals_at_once_one_is_opened(house: House) -> None:
    stage = house.stage
    await timeout(house)
    replies = await asyncio.gather(
        *(stage.give("u1", "everyone.appeal", statement=f"try {number}") for number in range(2))
    )
    assert sorted(reply.done for reply in replies) == [False, True]
    assert len(await stage.rows("appeals")) == 1


async def test_an_appeal_that_nobody_hears_begins_the_path_and_stays_open(house: House) -> None:
    stage = house.stage
    await timeout(house)
    await appeal(house)
    await stage.pass_time(timedelta(days=7, hours=1), step=timedelta(hours=6))
    (row,) = await stage.rows("appeals")
    (path,) = await stage.rows("escalations", cause="appeal")
    assert (row["state"], path["subject"]) == ("open", row["id"])
    assert "Nobody has heard this appeal in time" in card_of(house).text


async def test_the_appeal_of_somebody_who_was_forgotten_is_moot(house: House) -> None:
    stage = house.stage
    await timeout(house, lasts="10m")
    await appeal(house)
    await stage.pass_time(timedelta(minutes=11))
    ref: AccountRef = stage.ref("u1")
    await erase(stage.store, stage.keys, stage.clock, "acme", ref)
    await stage.pass_time(timedelta(days=7), step=timedelta(hours=6))
    (row,) = await stage.rows("appeals")
    assert row["state"] == "moot"
    assert not await stage.rows("escalations", cause="appeal")


async def test_what_was_taken_back_meanwhile_is_moot(house: House) -> None:
    stage = house.stage
    await timeout(house)
    await appeal(house)
    async with stage.store.writing() as tx:
        work = await begin_work(tx, stage.keys, stage.policies, stage.clock.now())
        from_appeal = (await stage.rows("appeals"))[0]["decision"]
        await take_back(work, OPERATOR, [from_appeal], why="undo")
        await work.finish()
    await stage.perform()
    reply = await stage.press("lee", stage.button(card_of(house), "Stands"))
    assert reply.text == "There was nothing left to hear, so the appeal is closed."
    assert (await stage.rows("appeals"))[0]["state"] == "moot"


async def test_what_a_partner_was_to_hear_goes_to_the_own_team_when_it_ends(house: House) -> None:
    stage = house.stage
    await timeout(house)
    await appeal(house)
    (row,) = await stage.rows("appeals")
    old = stage.button(card_of(house), "Stands")
    async with stage.store.writing() as tx:
        await move_appeals(tx, [row["id"]], "faro")
        work = await begin_work(tx, stage.keys, stage.policies, stage.clock.now())
        assert await return_appeals(work, OUTSIDE, "nightwatch") == 0
        assert await return_appeals(work, OUTSIDE, "faro") == 1
        await work.finish()
    (row,) = await stage.rows("appeals")
    assert row["heard_by"] == "internal"
    assert len(await stage.entries("appeal_moved")) == 1
    assert "the appeal is to be heard by Acme association now" in (await stage.press("lee", old)).text


async def test_an_old_card_says_how_an_appeal_was_heard_and_by_whom(house: House) -> None:
    stage = house.stage
    await timeout(house)
    await appeal(house)
    old = stage.button(card_of(house), "Stands")
    assert (await stage.press("lee", stage.button(card_of(house), "Take back"))).done
    late = await stage.press("ada", old)
    assert not late.done
    assert "heard by Lee, Acme association (trusted), and the decision was taken back" in late.text
    german = await stage.give("ada", "appeal.stands", language="de", subject=old.split(":")[1], version="1")
    assert "Über den Einspruch hat Lee, Acme association" in german.text


async def test_an_old_card_says_that_nothing_was_left_to_hear(house: House) -> None:
    stage = house.stage
    await timeout(house, lasts="10m")
    await appeal(house)
    old = stage.button(card_of(house), "Stands")
    await stage.pass_time(timedelta(minutes=11))
    await erase(stage.store, stage.keys, stage.clock, "acme", stage.ref("u1"))
    await stage.pass_time(timedelta(minutes=2))
    assert "since: there is nothing left to hear" in (await stage.press("lee", old)).text


async def test_an_appeal_ends_with_the_erasure_of_its_member_and_not_only_when_it_falls_due(house: House) -> None:
    stage = house.stage
    await timeout(house, lasts="10m")
    await appeal(house)
    await stage.pass_time(timedelta(minutes=11))
    await erase(stage.store, stage.keys, stage.clock, "acme", stage.ref("u1"))
    await stage.fire()
    (row,) = await stage.rows("appeals")
    assert row["state"] == "moot"
    (case,) = await stage.rows("cases", id=row["case"])
    assert case["state"] == "resolved"
    assert not card_of(house).buttons
