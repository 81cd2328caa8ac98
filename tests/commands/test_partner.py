"""`/partner`: seats are filled within the contract and within the lead's own rights."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from bot.store.engine import Store
from tests.services.staff.staging import change, on_stage
from tests.stage.policies import ORGANISATIONS

#: Nightwatch has one seat more than people
ROOMY = ("organisations.yaml", ORGANISATIONS.replace("wind_down: 14d, seats: 4", "wind_down: 14d, seats: 5"))


async def test_a_newcomer_observes_and_may_begin_a_shift(store: Store) -> None:
    async with on_stage(store, ROOMY) as stage:
        reply = await stage.give("heron", "partner.seat", account=stage.member("u7"), alias="Wren", languages="de, en")
        assert reply.done, reply.text
        (seat,) = await stage.rows("seats")
        assert (seat["alias"], seat["organisation"], seat["role"]) == ("Wren", "nightwatch", "moderator")
        assert (await stage.give("u7", "shift.start")).done
        proposed = await stage.give("u7", "mod.warn", member=stage.member("u1"), guideline="respect")
        assert proposed.text
        assert [row["person"] for row in await stage.rows("proposals")] == [seat["person"]]
        assert not await stage.rows("strikes")
        (entry,) = await stage.entries("seat_filled")
        assert entry["actor"]["who"] == "heron"


async def test_no_more_seats_are_filled_than_the_contract_has(store: Store) -> None:
    async with on_stage(store, ROOMY) as stage:
        assert (await stage.give("heron", "partner.seat", account=stage.member("u7"), alias="Wren")).done
        full = await stage.give("heron", "partner.seat", account=stage.member("u8"), alias="Rail")
        assert not full.done
        assert full.text.startswith("All 5 seats of the contract are taken.")
        assert len(await stage.rows("seats")) == 1


async def test_of_two_who_take_the_last_seat_one_gets_it(store: Store) -> None:
    async with on_stage(store, ROOMY) as stage:
        replies = await asyncio.gather(
            stage.give("heron", "partner.seat", account=stage.member("u7"), alias="Wren"),
            stage.give("lee", "partner.seat", account=stage.member("u8"), alias="Rail", organisation="nightwatch"),
        )
        assert sorted(reply.done for reply in replies) == [False, True]
        assert len(await stage.rows("seats")) == 1


@pytest.mark.parametrize("alias", ["Robin", "ROBIN", "Onda"])
async def test_an_alias_is_unique_in_the_community(store: Store, alias: str) -> None:
    async with on_stage(store, ROOMY) as stage:
        reply = await stage.give("heron", "partner.seat", account=stage.member("u7"), alias=alias)
        assert (reply.done, reply.text) == (
            False, f"Somebody is called {alias} already. Choose another alias.",
        )  # fmt: skip


@pytest.mark.parametrize("alias", ["@everyone", "<@900>", "*bold*", "x", "a\nb_c|", "`code`"])
async def test_an_alias_holds_nothing_that_a_platform_could_read(store: Store, alias: str) -> None:
    async with on_stage(store, ROOMY) as stage:
        reply = await stage.give("heron", "partner.seat", account=stage.member("u7"), alias=alias)
        assert not reply.done
        assert not await stage.rows("seats")


async def test_an_account_is_seated_once_at_an_organisation(store: Store) -> None:
    async with on_stage(store, ROOMY) as stage:
        reply = await stage.give("heron", "partner.seat", account=stage.member("robin"), alias="Wren")
        assert (reply.done, reply.text) == (False, "That account has a seat there already.")


async def test_a_partner_cannot_take_the_owners_rights_away_by_seating_them(store: Store) -> None:
    async with on_stage(store, ROOMY) as stage:
        reply = await stage.give("heron", "partner.seat", account=stage.member("ada"), alias="Wren")
        assert (reply.done, reply.text) == (
            False, "That account can't be seated now. Ask the community's leads.",
        )  # fmt: skip


async def test_whoever_is_suspended_does_not_come_back_under_another_seat(store: Store) -> None:
    async with on_stage(store, ROOMY) as stage:
        await stage.give("heron", "partner.seat", account=stage.member("u7"), alias="Wren")
        assert (await stage.give("lee", "lead.suspend", person="Wren", why="asked for money")).done
        assert (await stage.give("heron", "partner.unseat", person="Wren")).done
        again = await stage.give("heron", "partner.seat", account=stage.member("u7"), alias="Rail")
        assert (again.done, again.text) == (
            False, "That account can't be seated now. Ask the community's leads.",
        )  # fmt: skip


@pytest.mark.parametrize("only", ["ban 1d", "timeout 48h", "#leads", "queue care", "cases critical", "raid_mode"])
async def test_a_lead_cannot_give_more_than_they_hold(store: Store, only: str) -> None:
    async with on_stage(store, ROOMY) as stage:
        reply = await stage.give("heron", "partner.seat", account=stage.member("u7"), alias="Wren", only=only)
        if only == "ban 1d":
            # what must be asked for may be asked for
            assert reply.done
            return
        assert not reply.done
        assert "more than you hold yourself" in reply.text
        assert not await stage.rows("seats")


async def test_what_was_not_delegated_is_denied(store: Store) -> None:
    async with on_stage(store, ROOMY) as stage:
        only = "delete, timeout 1h, #help, queue scams"
        assert (await stage.give("heron", "partner.seat", account=stage.member("u7"), alias="Wren", only=only)).done
        assert (await stage.give("lee", "lead.level", person="Wren", to="trusted", why="known for years")).done
        await stage.give("u7", "shift.start")
        warned = await stage.give("u7", "mod.warn", member=stage.member("u1"), guideline="respect")
        assert (warned.done, warned.text) == (
            False, "Your mandate doesn't give you that. Use /case escalate, or see /mod may.",
        )  # fmt: skip


async def test_nobody_is_seated_in_the_wind_down(store: Store) -> None:
    async with on_stage(store, ROOMY, at=datetime(2026, 12, 20, 12, tzinfo=UTC)) as stage:
        reply = await stage.give("heron", "partner.seat", account=stage.member("u7"), alias="Wren")
        assert (reply.done, reply.text) == (
            False, "The contract of Nightwatch GmbH is about to end: nobody new is seated.",
        )  # fmt: skip


async def test_nobody_is_seated_before_the_agreement_or_after_the_end(store: Store) -> None:
    async with on_stage(store, ROOMY, at=datetime(2024, 12, 1, 12, tzinfo=UTC)) as stage:
        before = await stage.give(
            "lee", "partner.seat", account=stage.member("u7"), alias="Wren", organisation="nightwatch"
        )
        assert "no signed data agreement" in before.text
        stage.clock.move(datetime(2027, 1, 2, tzinfo=UTC) - stage.clock.now())
        after = await stage.give(
            "lee", "partner.seat", account=stage.member("u7"), alias="Wren", organisation="nightwatch"
        )
        assert "is over" in after.text
        assert not await stage.rows("seats")


async def test_letting_somebody_go_ends_their_shift_and_returns_their_cases(store: Store) -> None:
    async with on_stage(store, ROOMY) as stage:
        await stage.give("heron", "partner.seat", account=stage.member("u7"), alias="Wren")
        await stage.give("lee", "lead.level", person="Wren", to="trusted", why="known for years")
        await stage.give("u7", "shift.start")
        await stage.say("you blockhead")
        assert (await stage.give("u7", "case.next")).done
        reply = await stage.give("heron", "partner.unseat", person="Wren")
        assert reply.text == "Wren is no longer in the team. Cases that went back: 1; requests lapsed: 0."
        assert [row["claimed_by"] for row in await stage.rows("cases")] == [None]
        assert [row["ended_by"] for row in await stage.rows("shifts")] == ["seat"]
        assert "You don't moderate here" in (await stage.give("u7", "shift.start")).text


async def test_people_of_the_policies_are_not_let_go_by_command(store: Store) -> None:
    async with on_stage(store) as stage:
        reply = await stage.give("heron", "partner.unseat", person="Robin")
        assert not reply.done
        assert "stands in the policies" in reply.text


async def test_seats_never_replace_people_of_the_policies(store: Store) -> None:
    async with on_stage(store, ROOMY) as stage:
        await stage.give("heron", "partner.seat", account=stage.member("u7"), alias="Wren")
        (seat,) = await stage.rows("seats")
        crane = f'{{id: {seat["person"]}, alias: Crane, role: moderator, accounts: {{discord: "777"}}}}'
        named = f"- {crane}\n    - {{id: onda,"
        await change(stage, ("- {id: onda,", named))
        assert not (await stage.give("u7", "shift.start")).done


async def test_a_partners_lead_sees_their_own_people_alone(store: Store) -> None:
    async with on_stage(store) as stage:
        await stage.give("robin", "shift.start")
        await stage.give("lee", "lead.freeze", person="merle", why="odd")
        reply = await stage.give("heron", "partner.team")
        assert reply.text.splitlines() == [
            "Nightwatch GmbH: 4 of 4 seats taken.",
            "• Finch (finch): observing",
            "• Heron (heron): trusted",
            "• Merle (merle): supervised, account held",
            "• Robin (robin): trusted, on shift until 22:00",
        ]
        other = await stage.give("heron", "partner.team", organisation="faro")
        assert (other.done, other.text) == (False, "There is no organisation ‘faro’ that you could name here.")
        assert not (await stage.give("robin", "partner.team")).done
        assert (await stage.give("lee", "partner.team", organisation="faro")).text.startswith("Faro: 2 of 3")


async def test_a_certificate_is_recorded_by_who_led_the_partner_and_ends_the_reminders(store: Store) -> None:
    async with on_stage(store, at=datetime(2026, 12, 31, 22, 30, tzinfo=UTC)) as stage:
        early = await stage.give("heron", "partner.certificate", reference="DEL-1")
        assert (early.done, early.text) == (False, "No deletion certificate is due there.")
        await stage.pass_time(timedelta(hours=1))
        other = await stage.give("gaivota", "partner.certificate", reference="DEL-1")
        assert not other.done
        assert not (await stage.give("robin", "partner.certificate", reference="DEL-1")).done
        reply = await stage.give("heron", "partner.certificate", reference="DEL-2027-1")
        assert reply.done, reply.text
        assert len(await stage.entries("certificate")) == 1
        assert not await stage.rows("timers", kind="certificate_due")
        assert "DEL-2027-1" not in str(await stage.entries("certificate"))
