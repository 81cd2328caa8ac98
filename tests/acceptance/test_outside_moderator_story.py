"""A night with an outside moderator: what they may, what they must ask for, and who stands behind it."""

from datetime import timedelta

import pytest

from bot.domain.outcome import OutcomeKind
from bot.store.engine import Store
from tests.acceptance.stages import BY_EVERY_DOOR, approval_card, on_stage

pytestmark = [pytest.mark.usefixtures("door"), BY_EVERY_DOOR]

MINUTE = timedelta(minutes=1)


async def test_an_outside_moderator_warns_asks_for_a_ban_and_a_lead_approves(store: Store) -> None:
    async with on_stage(store) as stage:
        troll = stage.joined("u1")
        await stage.say("hello everybody")
        refused = await stage.give("robin", "mod.warn", member=troll, guideline="respect")
        assert not refused.done
        assert "/shift start" in refused.text

        await stage.give("robin", "shift.start")
        warned = await stage.give("robin", "mod.warn", member=troll, guideline="respect")
        assert warned.done, warned.text
        (notice,) = stage.notices("u1")
        assert "Argue with ideas, never against people." in notice
        assert "Nightwatch, our moderation partner" in notice
        assert "Robin" not in notice

        quarantine = await stage.give("robin", "mod.quarantine", member=troll, guideline="respect")
        assert not quarantine.done
        asked = await stage.give("robin", "mod.ban", member=troll, guideline="respect")
        assert asked.done, asked.text
        assert await stage.is_held("u1", OutcomeKind.TIMEOUT)
        assert not await stage.is_held("u1", OutcomeKind.BAN)

        card = approval_card(stage)
        himself = await stage.press("robin", stage.button(card, "approval.approve"))
        assert not himself.done
        await stage.pass_time(5 * MINUTE)
        approved = await stage.press("lee", stage.button(card, "approval.approve"))
        assert approved.done, approved.text
        assert await stage.is_held("u1", OutcomeKind.BAN)
        assert not await stage.is_held("u1", OutcomeKind.TIMEOUT)

        ban = (await stage.entries("decision"))[-1]
        assert (ban["actor"]["who"], ban["actor"]["side"]) == ("lee", "internal")
        refusals = await stage.entries("refused")
        assert {entry["details"]["reason"] for entry in refusals} >= {"no_shift", "no_power"}
        assert all(entry["actor"]["organisation"] == "nightwatch" for entry in refusals)


async def test_whoever_is_on_shift_may_contain_what_is_graver_than_their_mandate_for_an_hour(store: Store) -> None:
    async with on_stage(store) as stage:
        await stage.give("robin", "shift.start")
        await stage.say("I am an outlaw", user="u2")
        (case,) = [row for row in await stage.rows("cases") if row["severity"] == 4]
        two = await stage.give(
            "robin", "mod.timeout", member=stage.joined("u2"), for_="2h", guideline="respect", case=case["number"]
        )
        assert not two.done
        one = await stage.give(
            "robin", "mod.timeout", member=stage.joined("u2"), for_="1h", guideline="respect", case=case["number"]
        )
        assert one.done, one.text
        assert await stage.is_held("u2", OutcomeKind.TIMEOUT)


async def test_two_who_press_at_once_act_once(store: Store) -> None:
    async with on_stage(store) as stage:
        await stage.give("robin", "shift.start")
        await stage.give("robin", "mod.ban", member=stage.joined("u1"), guideline="respect")
        press = stage.button(approval_card(stage), "approval.approve")
        first = await stage.press("lee", press)
        second = await stage.press("ada", press)
        assert (first.done, second.done) == (True, False)
        assert len([entry for entry in await stage.entries("decision") if entry["actor"]["who"] in ("lee", "ada")]) == 1


async def test_a_form_that_is_sent_twice_is_carried_out_once(store: Store) -> None:
    async with on_stage(store) as stage:
        await stage.give("robin", "shift.start")
        first = await stage.give("robin", "mod.warn", member=stage.joined("u1"), guideline="respect", id="same")
        second = await stage.give("robin", "mod.warn", member=stage.joined("u1"), guideline="respect", id="same")
        assert (first.done, second.done) == (True, False)
        assert len(await stage.rows("strikes")) == 1
