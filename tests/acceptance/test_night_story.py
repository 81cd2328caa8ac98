"""At night: nobody answers, somebody is alone on duty, somebody is in distress."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.outcome import OutcomeKind
from bot.store.engine import Store
from tests.acceptance.stages import ALONE, BANNING, BY_EVERY_DOOR, on_stage

pytestmark = [pytest.mark.usefixtures("door"), BY_EVERY_DOOR]

#: three in the morning in Berlin, on a Wednesday
NIGHT = datetime(2026, 6, 17, 1, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


async def test_nobody_answers_and_the_path_runs_to_the_fallback(store: Store) -> None:
    async with on_stage(store, at=NIGHT) as stage:
        await stage.give("robin", "shift.start")
        asked = await stage.give("robin", "mod.ban", member=stage.joined("u1"), guideline="respect")
        assert asked.done, asked.text
        await stage.pass_time(2 * HOUR)
        assert not await stage.is_held("u1", OutcomeKind.BAN), "silence never approves"
        told = [row for row in await stage.rows("tellings") if row["outcome"] == "told"]
        assert "contact:ada" in {row["whom"] for row in told}
        keys = [(row["escalation"], row["round"], row["step"], row["whom"], row["via"]) for row in told]
        assert len(keys) == len(set(keys))
        assert "outside_hours" in {row["outcome"] for row in await stage.rows("tellings")} | {
            "outside_hours" if row["outcome"] == "digest" else "" for row in await stage.rows("tellings")
        }


async def test_the_only_night_moderator_is_not_disarmed_in_a_raid(store: Store) -> None:
    async with on_stage(store, at=NIGHT) as stage:
        await stage.give("robin", "shift.start")
        for number in range(40):
            reply = await stage.give(
                "robin", "mod.timeout", member=stage.joined(f"raider{number}"), for_="30m", guideline="respect"
            )
            assert reply.done, reply.text
        held = [number for number in range(40) if await stage.is_held(f"raider{number}", OutcomeKind.TIMEOUT)]
        assert len(held) == 40
        assert not await stage.rows("restraints")


async def test_a_hijacked_account_bans_no_more_than_its_budget_and_one_undo_takes_it_back(store: Store) -> None:
    async with on_stage(store, ALONE, BANNING) as stage:
        await stage.give("merle", "shift.start")
        await stage.give("robin", "shift.start")
        for number in range(200):
            await stage.give("robin", "mod.ban", member=stage.joined(f"victim{number}"), guideline="respect")

        async def banned() -> int:
            return [await stage.is_held(f"victim{one}", OutcomeKind.BAN) for one in range(200)].count(True)

        assert 0 < await banned() <= 5
        frozen = await stage.rows("restraints", subject="robin", kind="freeze")
        assert len(frozen) == 1
        assert any("robin" in text for texts in stage.world.pages.values() for text in texts)
        preview = await stage.give("lee", "lead.undo", by="robin", since="1h", where="leads")
        assert preview.card is not None, preview.text
        done = await stage.press("lee", preview.card.buttons[0].action)
        assert done.done, done.text
        assert await banned() == 0
        undone = [row for row in await stage.rows("decisions") if row["undoes"] is not None]
        assert len(undone) == 1


async def test_a_person_in_distress_gets_help_and_no_sanction(store: Store) -> None:
    async with on_stage(store, at=NIGHT) as stage:
        await stage.say("I am despairing", user="u7")
        await stage.say("you nitwit, leave me", user="u7")
        assert "You are not alone; here is who helps." in stage.notices("u7")[0]
        assert not await stage.is_held("u7", OutcomeKind.TIMEOUT)
        assert not await stage.rows("strikes")
        (case,) = await stage.rows("cases", care=True)
        assert case["severity"] == 4
        listed = await stage.give("onda", "case.list")
        assert case["number"] not in listed.text + (listed.card.title if listed.card else "")
        await stage.pass_time(timedelta(minutes=30))
        assert [row for row in await stage.rows("tellings") if row["outcome"] == "told"]
