"""`/lead`: levels, freezes and suspensions, and second looks."""

from datetime import timedelta

import pytest

from bot.store.engine import Store
from tests.services.staff.staging import change, on_stage


async def test_a_level_is_a_leads_recorded_decision(store: Store) -> None:
    async with on_stage(store) as stage:
        reply = await stage.give("lee", "lead.level", person="merle", to="trusted", why="three good months")
        assert reply.text == "Merle is now trusted; before: supervised."
        (entry,) = await stage.entries("level_decided")
        assert (entry["details"]["before"], entry["details"]["level"]) == ("supervised", "trusted")
        assert "three good months" not in str(entry)
        again = await stage.give("lee", "lead.level", person="merle", to="trusted", why="again")
        assert (again.done, again.text) == (False, "Merle is at that level already.")


@pytest.mark.parametrize("who", ["heron", "mo", "robin", "u1"])
async def test_nobody_but_a_lead_decides_about_levels(store: Store, who: str) -> None:
    async with on_stage(store) as stage:
        assert not (await stage.give(who, "lead.level", person="merle", to="trusted", why="nice")).done
        assert not await stage.entries("level_decided")


@pytest.mark.parametrize("whom", ["lee", "ada"])
async def test_no_lead_decides_about_themselves_or_whoever_stands_above(store: Store, whom: str) -> None:
    async with on_stage(store) as stage:
        assert not (await stage.give("lee", "lead.level", person=whom, to="observing", why="x")).done
        assert len(await stage.entries("refused")) == 1


async def test_policies_never_raise_a_level(store: Store) -> None:
    async with on_stage(store) as stage:
        await change(
            stage,
            (
                "alias: Merle, role: moderator, starts_as: supervised",
                "alias: Merle, role: moderator, starts_as: trusted",
            ),
        )
        team = await stage.give("heron", "partner.team")
        assert "• Merle (merle): supervised" in team.text.splitlines()
        await change(
            stage,
            (
                "alias: Merle, role: moderator, starts_as: supervised",
                "alias: Merle, role: moderator, starts_as: observing",
            ),
        )
        team = await stage.give("heron", "partner.team")
        assert "• Merle (merle): observing" in team.text.splitlines()


async def test_a_leads_promotion_outlives_other_policies(store: Store) -> None:
    async with on_stage(store) as stage:
        await stage.give("lee", "lead.level", person="merle", to="trusted", why="good")
        await change(stage, ("name: Faro\n", "name: Faro Lda\n"))
        assert "• Merle (merle): trusted" in (await stage.give("heron", "partner.team")).text.splitlines()


async def test_anyone_on_shift_holds_a_colleagues_account_for_half_an_hour(store: Store) -> None:
    async with on_stage(store) as stage:
        unready = await stage.give("robin", "lead.freeze", person="merle", why="posts like a bot")
        assert (unready.done, unready.text) == (
            False, "Only whoever is on shift can do that. Start one: /shift start.",
        )  # fmt: skip
        await stage.give("merle", "shift.start")
        await stage.give("robin", "shift.start")
        reply = await stage.give("robin", "lead.freeze", person="merle", why="posts like a bot")
        assert reply.done, reply.text
        held = await stage.give("merle", "mod.warn", member=stage.member("u1"), guideline="respect")
        assert held.text.startswith("Your account is held for now.")
        (card,) = stage.cards()
        assert card.title == "Account held: Merle (Nightwatch GmbH)"
        await stage.pass_time(timedelta(minutes=31))
        assert not (
            await stage.give("merle", "mod.warn", member=stage.member("u1"), guideline="respect")
        ).text.startswith("Your account")


async def test_holding_an_account_gives_its_cases_back(store: Store) -> None:
    async with on_stage(store) as stage:
        await stage.give("robin", "shift.start")
        await stage.say("you blockhead")
        assert (await stage.give("robin", "case.next")).done
        await stage.give("lee", "lead.freeze", person="robin", why="stolen", **{"for": "4h"})
        assert [row["claimed_by"] for row in await stage.rows("cases")] == [None]


async def test_only_a_lead_holds_for_longer(store: Store) -> None:
    async with on_stage(store) as stage:
        await stage.give("robin", "shift.start")
        longer = await stage.give("robin", "lead.freeze", person="merle", why="odd", **{"for": "1d"})
        assert not longer.done
        assert not await stage.rows("restraints")
        assert (await stage.give("lee", "lead.freeze", person="merle", why="odd", **{"for": "1d"})).done
        again = await stage.give("robin", "lead.freeze", person="merle", why="odd")
        assert again.text == "Merle's account is held for as long already."


async def test_a_stolen_account_cannot_disarm_everybody(store: Store) -> None:
    async with on_stage(store) as stage:
        await stage.give("robin", "shift.start")
        assert not (await stage.give("robin", "lead.freeze", person="robin", why="me")).done
        assert not (await stage.give("robin", "lead.freeze", person="ada", why="her")).done
        assert not (await stage.give("robin", "lead.freeze", person="heron", why="the boss")).done
        for person in ("merle", "finch"):
            assert (await stage.give("robin", "lead.freeze", person=person, why="x")).done
            assert (await stage.give("lee", "lead.unfreeze", person=person)).done
        third = await stage.give("robin", "lead.freeze", person="merle", why="x")
        assert not third.done
        assert "a lead can hold more" in third.text


async def test_a_lead_ends_a_freeze_and_a_colleague_does_not(store: Store) -> None:
    async with on_stage(store) as stage:
        await stage.give("lee", "lead.freeze", person="merle", why="odd")
        await stage.give("robin", "shift.start")
        assert not (await stage.give("robin", "lead.unfreeze", person="merle")).done
        assert (await stage.give("lee", "lead.unfreeze", person="merle")).text == "Merle's account is free again."
        assert (await stage.give("lee", "lead.unfreeze", person="merle")).text == "That account isn't held."
        assert (await stage.give("merle", "shift.start")).done


async def test_loading_policies_never_lifts_a_freeze(store: Store) -> None:
    async with on_stage(store) as stage:
        await stage.give("lee", "lead.freeze", person="merle", why="odd", **{"for": "1d"})
        await change(stage, ("name: Faro\n", "name: Faro Lda\n"))
        assert "account held" in (await stage.give("heron", "partner.team")).text


async def test_suspending_a_partner_is_one_operation_and_its_cases_go_to_others(store: Store) -> None:
    async with on_stage(store) as stage:
        for person in ("robin", "merle"):
            await stage.give(person, "shift.start")
        await stage.say("you blockhead")
        await stage.give("robin", "case.next")
        await stage.give("robin", "mod.ban", member=stage.member("u5"), guideline="respect")
        reply = await stage.give("lee", "lead.suspend", organisation="nightwatch", why="sold an account")
        assert reply.done, reply.text
        (entry,) = await stage.entries("suspended")
        said = entry["details"]
        assert (said["cases"], said["requests"], said["shifts"]) == (1, 1, 2)
        (case,) = await stage.rows("cases", queue="hate")
        assert (case["claimed_by"], case["served_by"]) == (None, "internal")
        denied = await stage.give("robin", "shift.start")
        assert denied.text.startswith("Your rights are suspended.")
        again = await stage.give("lee", "lead.suspend", organisation="nightwatch", why="again")
        assert not again.done
        restored = await stage.give("lee", "lead.restore", organisation="nightwatch", why="cleared up")
        assert restored.text == "Nightwatch GmbH has all rights again. Cases that went to others stay there."
        (case,) = await stage.rows("cases", queue="hate")
        assert case["claimed_by"] is None
        assert (await stage.give("robin", "shift.start")).done


async def test_suspending_one_person_leaves_the_others_their_rights(store: Store) -> None:
    async with on_stage(store) as stage:
        assert (await stage.give("lee", "lead.suspend", person="robin", why="rude")).done
        assert not (await stage.give("robin", "shift.start")).done
        assert (await stage.give("merle", "shift.start")).done
        neither = await stage.give("lee", "lead.suspend", why="x")
        assert neither.text == "Name either a person or an organisation."
        assert not (await stage.give("lee", "lead.suspend", organisation="internal", why="x")).done
        assert not (await stage.give("heron", "lead.suspend", person="robin", why="x")).done


async def test_what_sampled_people_do_is_looked_at_again_by_somebody_else(store: Store) -> None:
    async with on_stage(store) as stage:
        await stage.give("lee", "lead.level", person="robin", to="sampled", why="start")
        await stage.give("robin", "shift.start")
        for number in range(24):
            await stage.give("robin", "mod.warn", member=stage.member(f"m{number}"), guideline="respect")
        rows = await stage.rows("reviews")
        assert 0 < len(rows) < 24
        assert not (await stage.give("robin", "lead.review")).done
        shown = await stage.give("lee", "lead.review")
        assert shown.card is not None
        noted = await stage.press("lee", stage.button(shown.card, "Wrong"))
        assert noted.text.startswith("Noted as wrong.")
        late = await stage.press("ada", stage.button(shown.card, "Right"))
        assert not late.done
        (entry,) = await stage.entries("reviewed")
        assert entry["details"]["result"] == "wrong"


async def test_everybody_may_know_who_stands_behind_and_never_an_account(store: Store) -> None:
    async with on_stage(store) as stage:
        reply = await stage.give("u1", "everyone.team", language="de")
        assert reply.text.splitlines() == [
            "Um diese Community kümmern sich:",
            "• das Acme-Team: Ada, Lee, Mo",
            "• Faro, unsere Freunde in Portugal: Gaivota, Onda",
            "• Nightwatch, unser Moderationspartner: Finch, Heron, Merle, Robin",
        ]
