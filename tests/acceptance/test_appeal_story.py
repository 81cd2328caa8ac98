"""A member says that a decision was wrong, and somebody else looks at it."""

from datetime import timedelta

import pytest

from bot.domain.card import Card
from bot.domain.outcome import OutcomeKind
from bot.store.engine import Store
from tests.acceptance.stages import BY_EVERY_DOOR, on_stage
from tests.stage.stage import Stage

pytestmark = [pytest.mark.usefixtures("door"), BY_EVERY_DOOR]


def appeal_card(stage: Stage) -> Card:
    """Return the card of the one appeal."""
    return stage.card_with("appeal.lifted")


async def test_an_appeal_against_a_partner_is_lifted_and_everything_is_taken_back(store: Store) -> None:
    async with on_stage(store) as stage:
        await stage.give("robin", "shift.start")
        given = await stage.give("robin", "mod.timeout", member=stage.joined("u1"), for_="12h", guideline="respect")
        assert given.done, given.text
        assert "/appeal" in stage.notices("u1")[-1]
        appealed = await stage.give("u1", "everyone.appeal", statement="I never said that")
        assert appealed.done, appealed.text
        again = await stage.give("u1", "everyone.appeal", statement="really not")
        assert not again.done
        card = appeal_card(stage)
        for who in ("robin", "heron"):
            assert not (await stage.press(who, stage.button(card, "appeal.lifted"))).done
        lifted = await stage.press("lee", stage.button(card, "appeal.lifted"))
        if lifted.form is not None:
            lifted = await stage.press("lee", lifted.form.action, why="The quote was somebody else's.")
        assert lifted.done, lifted.text
        assert not await stage.is_held("u1", OutcomeKind.TIMEOUT)
        (appeal,) = await stage.rows("appeals")
        assert appeal["state"] == "lifted"
        assert len(stage.notices("u1")) >= 2
        await stage.pass_time(timedelta(minutes=5))


async def test_a_warning_can_be_appealed_against_and_its_strike_taken_back(store: Store) -> None:
    async with on_stage(store) as stage:
        await stage.give("robin", "shift.start")
        await stage.give("robin", "mod.warn", member=stage.joined("u1"), guideline="respect")
        appealed = await stage.give("u1", "everyone.appeal", statement="I only quoted somebody")
        assert appealed.done, appealed.text
        lifted = await stage.press("lee", stage.button(appeal_card(stage), "appeal.lifted"))
        if lifted.form is not None:
            lifted = await stage.press("lee", lifted.form.action, why="It was a quote.")
        assert lifted.done, lifted.text
        (strike,) = await stage.rows("strikes")
        assert strike["revoked_at"] is not None


async def test_one_outburst_of_five_insults_is_one_strike(store: Store) -> None:
    async with on_stage(store) as stage:
        for _ in range(5):
            await stage.say("you blockhead", user="u5")
            stage.clock.move(timedelta(seconds=10))
        assert len(await stage.rows("strikes")) == 1
        assert len(await stage.rows("cases")) == 1
        assert len(stage.notices("u5")) == 1
        assert not stage.world.messages or not any(stage.world.messages.values())
