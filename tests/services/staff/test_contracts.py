"""Contracts as time passes: each date has its effect once, however often the program starts."""

from datetime import UTC, datetime, timedelta

from bot.services.staff.contracts import plan_contracts
from bot.store.engine import Store
from tests.services.staff.staging import change, on_stage, working
from tests.stage.policies import COMMUNITY, ORGANISATIONS, policies_of

#: half an hour before the last day of Nightwatch's contract is over, in Berlin
LATE = datetime(2026, 12, 31, 22, 30, tzinfo=UTC)
#: half an hour before its wind-down begins
WINDING = datetime(2026, 12, 17, 22, 30, tzinfo=UTC)
ROOMY = ("organisations.yaml", ORGANISATIONS.replace("wind_down: 14d, seats: 4", "wind_down: 14d, seats: 5"))


async def test_at_the_end_everything_returns_with_a_report(store: Store) -> None:
    async with on_stage(store, ROOMY, at=LATE - timedelta(days=30)) as stage:
        await stage.give("heron", "partner.seat", account=stage.member("u7"), alias="Wren")
        stage.clock.move(timedelta(days=30))
        await stage.give("robin", "shift.start")
        await stage.give("robin", "mod.timeout", member=stage.member("u4"), guideline="respect", **{"for": "10h"})
        await stage.give("robin", "mod.ban", member=stage.member("u5"), guideline="respect")
        await stage.pass_time(timedelta(minutes=31))
        (entry,) = await stage.entries("contract_ended")
        said = entry["details"]
        assert (said["organisation"], said["contract"]) == ("nightwatch", "DPA-1")
        assert (said["requests"], said["shifts"], said["seats"]) == (1, 1, 1)
        assert said["decisions"] >= 2
        assert said["sanctions"] >= 1
        (card,) = [one for one in stage.cards() if one.title == "Nightwatch GmbH: the contract is over"]
        assert {one.label: one.value for one in card.fields}["Seats emptied"] == "1"
        assert [row["ended_at"] is not None for row in await stage.rows("seats")] == [True]
        (due,) = await stage.rows("timers", kind="certificate_due")
        assert due["due_at"] - stage.clock.now() > timedelta(days=29)


async def test_a_start_after_the_end_reports_nothing_again(store: Store) -> None:
    async with on_stage(store, at=LATE) as stage:
        await stage.pass_time(timedelta(minutes=31))
        for _ in range(2):
            async with working(stage) as work:
                await plan_contracts(work)
            await stage.pass_time(timedelta(minutes=1))
        assert len(await stage.entries("contract_ended")) == 1
        # the other partner's contract runs on
        assert [row["subject"] for row in await stage.rows("timers", kind="contract_ends")] == ["faro"]


async def test_an_end_that_came_while_nothing_ran_is_made_up(store: Store) -> None:
    async with on_stage(store, at=LATE + timedelta(days=3)) as stage:
        await stage.pass_time(timedelta(minutes=1))
        assert len(await stage.entries("contract_ended")) == 1
        assert not await stage.entries("wind_down")


async def test_a_changed_date_moves_what_is_to_happen(store: Store) -> None:
    async with on_stage(store, at=LATE) as stage:
        await change(stage, ("until: 2026-12-31", "until: 2027-01-31"))
        await stage.pass_time(timedelta(minutes=31))
        assert not await stage.entries("contract_ended")
        assert (await stage.give("robin", "shift.start")).done
        await change(stage, ("until: 2026-12-31", "until: 2026-12-30"))
        await stage.pass_time(timedelta(minutes=1))
        assert len(await stage.entries("contract_ended")) == 1


async def test_in_the_wind_down_nothing_waits_for_the_partner_any_more(store: Store) -> None:
    async with on_stage(store, at=WINDING) as stage:
        await stage.give("robin", "shift.start")
        await stage.say("you blockhead")
        (case,) = await stage.rows("cases")
        assert case["served_by"] == "nightwatch"
        await stage.pass_time(timedelta(minutes=31))
        (case,) = await stage.rows("cases")
        assert case["served_by"] == "internal"
        assert len(await stage.entries("wind_down")) == 1
        assert any(card.title == "Nightwatch GmbH: the contract winds down" for card in stage.cards())


async def test_a_partner_taken_out_of_the_policies_is_treated_as_one_whose_contract_is_over(store: Store) -> None:
    async with on_stage(store) as stage:
        await stage.give("onda", "shift.start")
        without = ORGANISATIONS[: ORGANISATIONS.index("- id: faro")]
        queues = COMMUNITY.replace("[nightwatch, faro]", "[nightwatch]")
        stage.policies = policies_of(("organisations.yaml", without), ("community.yaml", queues))
        async with working(stage) as work:
            await plan_contracts(work)
        assert [row["ended_by"] for row in await stage.rows("shifts")] == ["contract"]
        (entry,) = await stage.entries("contract_ended")
        assert entry["details"]["organisation"] == "faro"


async def test_a_certificate_that_is_missing_is_paged_about_every_week(store: Store) -> None:
    async with on_stage(store, at=LATE) as stage:
        await stage.pass_time(timedelta(minutes=31))
        await stage.pass_time(timedelta(days=29), step=timedelta(days=1))
        pages = [row for row in await stage.rows("actions", kind="page") if '"certificate"' in row["details"]]
        assert not pages
        await stage.pass_time(timedelta(days=9), step=timedelta(days=1))
        pages = [row for row in await stage.rows("actions", kind="page") if '"certificate"' in row["details"]]
        assert len(pages) == 2
        assert (await stage.give("lee", "partner.certificate", reference="DEL-1")).done
        await stage.pass_time(timedelta(days=9), step=timedelta(days=1))
        pages = [row for row in await stage.rows("actions", kind="page") if '"certificate"' in row["details"]]
        assert len(pages) == 2
