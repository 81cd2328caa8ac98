"""Who may answer, what may be answered, and that two who answer at once don't both act."""

import asyncio
from dataclasses import replace
from datetime import timedelta

from bot.domain.message import AccountRef, PlatformName
from bot.services.approvals.answerable import is_same_human
from bot.services.staff.knowing import Caller
from bot.store.engine import Store
from tests.services.approvals.house import House, open_house
from tests.stage.policies import ORGANISATIONS, policies_of

#: Nightwatch's people ask their own lead about removals
OWN_LEAD = ORGANISATIONS.replace(
    """      may: [delete, notice, warn, {timeout: {up_to: 24h}}]
      asks: {kick: internal, ban: internal}""",
    """      may: [delete, notice, warn, {timeout: {up_to: 24h}}]
      asks: {kick: nightwatch, ban: nightwatch}""",
    1,
)
PEOPLE = policies_of().governance.roster.people


async def test_nobody_approves_their_own_request_and_the_attempt_is_recorded(house: House) -> None:
    await house.ask_for_ban()
    reply = await house.stage.press("robin", house.stage.button(house.card(), "Approve"))
    assert (reply.done, reply.text) == (False, "You asked for this yourself: somebody else has to answer.")
    assert await house.refused() == ["own_request"]
    assert not await house.holding("ban")


async def test_a_colleague_of_the_asker_cannot_answer(house: House) -> None:
    await house.begin_shift("heron")
    await house.ask_for_ban()
    reply = await house.stage.press("heron", house.stage.button(house.card(), "Approve"))
    assert not reply.done
    assert not await house.holding("ban")
    assert len(await house.refused()) == 1


async def test_to_another_partner_a_request_doesnt_exist(house: House) -> None:
    await house.begin_shift("gaivota")
    await house.ask_for_ban()
    action = house.stage.button(house.card(), "Approve")
    reply = await house.stage.press("gaivota", action)
    missing = await house.stage.press("gaivota", f"approval.approve:{'0' * 32}:1")
    assert reply.text == missing.text == "There is no such request here."


async def test_a_lead_of_the_own_team_asked_by_nobody_is_a_member_of_the_internal_team_who_cannot_answer(
    house: House,
) -> None:
    await house.begin_shift("mo")
    await house.ask_for_ban()
    reply = await house.stage.press("mo", house.stage.button(house.card(), "Approve"))
    assert not reply.done
    assert not await house.holding("ban")


async def test_a_partners_lead_who_is_named_answers_for_removals(store: Store) -> None:
    house = await open_house(store, ("organisations.yaml", OWN_LEAD))
    await house.begin_shift("robin")
    await house.begin_shift("heron")
    stage = house.stage
    stage.world.join(stage.ref("u1"))
    await stage.give("robin", "mod.kick", member=stage.member("u1"), guideline="respect")
    (row,) = await house.requests()
    assert row["whom"] == "nightwatch"
    reply = await stage.press("heron", stage.button(house.card(), "Approve"))
    assert reply.done, reply.text
    assert len(await stage.rows("actions", kind="kick")) == 1
    await stage.close()


async def test_where_another_organisation_must_decide_no_partner_is_asked_about_its_own_people(store: Store) -> None:
    house = await open_house(store, ("organisations.yaml", OWN_LEAD))
    await house.begin_shift("robin")
    await house.begin_shift("heron")
    await house.ask_for_ban()
    (row,) = await house.requests()
    assert (row["whom"], row["another"]) == ("internal", True)
    reply = await house.stage.press("heron", house.stage.button(house.card(), "Approve"))
    assert not reply.done
    await house.stage.close()


def test_one_human_is_known_in_another_organisations_seat() -> None:
    robin = PEOPLE["robin"]
    elsewhere = replace(PEOPLE["onda"], accounts=robin.accounts)
    ref = AccountRef(platform=PlatformName.DISCORD, workspace="W1", user="910")
    assert is_same_human(Caller(account="a", ref=ref, person=elsewhere), robin)
    other = AccountRef(platform=PlatformName.DISCORD, workspace="W1", user="920")
    assert not is_same_human(Caller(account="b", ref=other, person=PEOPLE["onda"]), robin)


async def test_of_two_who_answer_at_once_exactly_one_acts(house: House) -> None:
    stage = house.stage
    await house.ask_for_ban()
    action = stage.button(house.card(), "Approve")
    replies = await asyncio.gather(stage.press("lee", action), stage.press("ada", action))
    assert sorted(reply.done for reply in replies) == [False, True]
    assert len(await stage.rows("sanctions", kind="ban")) == 1
    assert len(await stage.entries("approval_answered")) == 1


async def test_one_approves_while_another_refuses_and_only_one_of_both_is_true(house: House) -> None:
    stage = house.stage
    await house.ask_for_ban()
    card = house.card()
    await asyncio.gather(
        stage.press("lee", stage.button(card, "Approve")),
        stage.press("ada", stage.button(card, "Refuse"), why="no reason for it"),
    )
    (row,) = await house.requests()
    assert await house.holding("ban") is (row["state"] == "approved")
    assert not await house.holding("timeout")


async def test_a_card_that_is_older_than_what_happened_does_nothing(house: House) -> None:
    stage = house.stage
    await house.ask_for_ban()
    card = house.card()
    await stage.press("lee", stage.button(card, "Refuse"), why="not enough for a ban")
    reply = await stage.press("ada", stage.button(card, "Approve"))
    assert (reply.done, reply.text.startswith("This card is older")) == (False, True)
    assert not await house.holding("ban")


async def test_refusing_asks_for_a_reason_ends_the_interim_and_tells_the_asker_and_the_member(house: House) -> None:
    stage = house.stage
    await house.ask_for_ban()
    asked = await stage.press("lee", stage.button(house.card(), "Refuse"))
    assert asked.form is not None
    assert await house.holding("timeout")
    reply = await stage.press("lee", asked.form.action, why="not enough for a ban")
    assert reply.done, reply.text
    assert not await house.holding("timeout")
    assert {field.label: field.value for field in house.card().fields}["In their words"] == "not enough for a ban"
    (note,) = await stage.rows("notes")
    assert (note["person"], note["visible_to"]) == ("lee", "everyone")
    assert stage.notices()[-1].startswith("A restriction that held while somebody looked at what happened has ended.")


async def test_something_milder_can_be_approved_instead(house: House) -> None:
    stage = house.stage
    await house.ask_for_ban()
    asked = await stage.press("lee", stage.button(house.card(), "Change"))
    assert asked.form is not None
    reply = await house.send("lee", asked.form.action, action="timeout", **{"for": "7d"})
    assert reply.done, reply.text
    assert not await house.holding("ban")
    held = [row for row in await stage.rows("sanctions") if row["lifted_at"] is None]
    assert [row["until"] - row["start"] for row in held] == [timedelta(days=7)]
    (row,) = await house.requests()
    assert row["state"] == "changed"


async def test_nothing_stronger_or_longer_can_be_approved_instead(house: House) -> None:
    stage = house.stage
    await house.ask_for_ban(**{"for": "30d"})
    change = stage.button(house.card(), "Change")
    for given in ({"action": "ban", "for": "60d"}, {"action": "ban"}, {"action": "timeout"}):
        reply = await house.send("lee", change, **given)
        assert not reply.done
    assert not await house.holding("ban")
    (row,) = await house.requests()
    assert row["state"] == "open"


async def test_taking_over_claims_the_case_and_leaves_the_decision_open(house: House) -> None:
    stage = house.stage
    await house.ask_for_ban()
    reply = await stage.press("lee", stage.button(house.card(), "Take over"))
    assert reply.done, reply.text
    (row,) = await house.requests()
    (case,) = await stage.rows("cases")
    assert (row["state"], case["claimed_by"], case["state"]) == ("taken_over", "lee", "claimed")
    assert not await house.holding("ban")
    assert await house.holding("timeout")


async def test_nobody_approves_against_a_member_who_complained_about_them(house: House) -> None:
    stage = house.stage
    stage.world.join(stage.ref("u1"))
    await stage.give("lee", "mod.timeout", member=stage.member("u1"), guideline="respect", **{"for": "1h"})
    await stage.give("u1", "everyone.appeal", statement="that wasn't me")
    await house.ask_for_ban()
    reply = await stage.press("lee", stage.button(house.card(), "Approve"))
    assert not reply.done
    assert "complaint" in await house.refused()
    assert (await stage.press("ada", stage.button(house.card(), "Approve"))).done
