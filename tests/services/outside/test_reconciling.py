"""Whoever no longer moderates for a partner holds no role of the staff for longer than an hour."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.action import ActionKind
from bot.ports import PlatformUnavailableError
from bot.services.retention import Limits, retain_handler, retain_timer
from bot.store.engine import Store
from tests.fakes.platform import FaultKind
from tests.services.outside.seeing import deed, look_at_roles, see
from tests.services.staff.staging import change, on_stage
from tests.stage.policies import ORGANISATIONS
from tests.stage.stage import Stage

HOUR = timedelta(hours=1)
#: a minute before the last day of Nightwatch's contract is over, in Berlin
LAST_MINUTE = datetime(2026, 12, 31, 22, 59, tzinfo=UTC)
MERLE = next(line for line in ORGANISATIONS.splitlines(keepends=True) if "id: merle" in line)


async def hold(stage: Stage, *people: str) -> None:
    """Let people hold the staff's role and another one, and be known to Locum."""
    for one in people:
        stage.world.join(stage.ref(one))
        stage.world.hold(stage.ref(one), "5001", "regular")
    await look_at_roles(stage)


def roles(stage: Stage, who: str) -> set[str]:
    return set(stage.world.roles[stage.ref(who)])


async def test_nobody_loses_a_role_whose_rights_hold(store: Store) -> None:
    async with on_stage(store) as stage:
        await hold(stage, "robin", "lee")
        await stage.pass_time(2 * HOUR, step=HOUR)
        assert not await look_at_roles(stage)
        assert roles(stage, "robin") == {"5001", "regular"}
        assert not await stage.rows("actions")


async def test_people_of_an_ended_contract_lose_the_staffs_roles_and_no_others(store: Store) -> None:
    async with on_stage(store, at=LAST_MINUTE) as stage:
        await hold(stage, "robin", "onda", "lee")
        stage.clock.move(timedelta(minutes=1))
        assert await look_at_roles(stage)
        assert roles(stage, "robin") == {"regular"}
        assert roles(stage, "onda") == roles(stage, "lee") == {"5001", "regular"}


async def test_it_is_planned_recorded_and_done_by_the_scheduler_and_told_to_leads(store: Store) -> None:
    async with on_stage(store, at=LAST_MINUTE) as stage:
        await hold(stage, "robin")
        stage.clock.move(timedelta(minutes=1))
        await look_at_roles(stage)
        (action,) = await stage.rows("actions", kind="role")
        entries = [*await stage.entries("planned"), *await stage.entries("action")]
        mine = [one for one in entries if action["id"] in str(one)]
        assert [one["actor"] for one in mine] == [{"kind": "scheduler", "who": "reconcile_roles"}] * 2
        assert mine[-1]["details"]["outcome"] == "confirmed"
        await look_at_roles(stage)
        (card,) = [one for one in stage.cards() if one.title == "Staff roles: Robin (Nightwatch GmbH)"]
        assert "the contract is over" in card.text
        assert "has taken" in card.text
        assert "'910'" not in str(await stage.entries("planned"))


async def test_the_suspended_lose_them_and_so_does_everybody_of_a_suspended_partner(store: Store) -> None:
    async with on_stage(store) as stage:
        await hold(stage, "robin", "merle", "onda")
        await stage.give("lee", "lead.suspend", person="robin", why="look")
        await look_at_roles(stage)
        assert roles(stage, "robin") == {"regular"}
        assert roles(stage, "merle") == roles(stage, "onda") == {"5001", "regular"}
        await stage.give("lee", "lead.suspend", organisation="nightwatch", why="look")
        await look_at_roles(stage)
        assert roles(stage, "merle") == {"regular"}
        assert roles(stage, "onda") == {"5001", "regular"}


async def test_whom_the_policies_no_longer_name_loses_them_once(store: Store) -> None:
    async with on_stage(store) as stage:
        await hold(stage, "robin", "merle")
        merle = stage.ref("merle")
        await change(stage, (MERLE, ""))
        await look_at_roles(stage)
        assert set(stage.world.roles[merle]) == {"regular"}
        await look_at_roles(stage)
        (card,) = [one for one in stage.cards() if one.title.startswith("Staff roles: merle")]
        assert "no longer named" in card.text
        # what somebody gives them after that is for somebody else to say
        stage.clock.move(HOUR)
        await look_at_roles(stage)
        stage.world.hold(merle, "5001")
        stage.clock.move(2 * HOUR)
        assert not await look_at_roles(stage)
        assert set(stage.world.roles[merle]) == {"5001"}


async def test_whoever_gets_a_role_back_while_the_contract_is_over_loses_it_within_the_hour(store: Store) -> None:
    async with on_stage(store, at=LAST_MINUTE + HOUR) as stage:
        await hold(stage, "robin")
        await look_at_roles(stage)
        await look_at_roles(stage)
        assert roles(stage, "robin") == {"regular"}
        stage.world.hold(stage.ref("robin"), "5001")
        assert not await look_at_roles(stage)
        stage.clock.move(HOUR)
        assert await look_at_roles(stage)
        assert roles(stage, "robin") == set()


async def test_what_the_platform_does_not_let_locum_take_is_a_card_to_the_leads(store: Store) -> None:
    async with on_stage(store, at=LAST_MINUTE) as stage:
        await hold(stage, "robin")
        stage.platform.fail(FaultKind.FORBIDDEN, times=None, of=ActionKind.ROLE)
        stage.clock.move(timedelta(minutes=1))
        await look_at_roles(stage)
        await look_at_roles(stage)
        (card,) = [one for one in stage.cards() if one.title.startswith("Staff roles")]
        assert "couldn't take them (missing_permission)" in card.text
        assert {field.value for field in card.fields} == {"5001"}
        # it isn't tried every hour, and it is tried again
        stage.clock.move(2 * HOUR)
        assert not await look_at_roles(stage)
        stage.platform.mend()
        stage.clock.move(timedelta(days=1))
        assert await look_at_roles(stage)
        assert roles(stage, "robin") == {"regular"}


async def test_a_role_is_not_taken_from_whoever_was_restored_meanwhile(store: Store) -> None:
    async with on_stage(store) as stage:
        await hold(stage, "robin")
        await stage.give("lee", "lead.suspend", person="robin", why="look")
        stage.platform.fail(FaultKind.RETRY_AFTER, times=1, of=ActionKind.ROLE, after=60.0)
        await look_at_roles(stage)
        await stage.give("lee", "lead.restore", person="robin", why="fine")
        stage.clock.move(timedelta(minutes=2))
        await stage.perform()
        (action,) = await stage.rows("actions", kind="role")
        assert (action["state"], action["reason"]) == ("refused", "restored")
        assert roles(stage, "robin") == {"5001", "regular"}


async def test_somebody_with_another_seat_keeps_their_role(store: Store) -> None:
    async with on_stage(store, at=LAST_MINUTE) as stage:
        seated = await stage.give("gaivota", "partner.seat", account=stage.member("robin"), alias="Wren")
        assert seated.done, seated.text
        await hold(stage, "robin")
        stage.clock.move(HOUR)
        assert not await look_at_roles(stage)
        assert roles(stage, "robin") == {"5001", "regular"}


async def test_a_platform_that_does_not_answer_is_asked_the_next_time(store: Store) -> None:
    async with on_stage(store, at=LAST_MINUTE) as stage:
        await hold(stage, "robin")
        stage.clock.move(timedelta(minutes=1))
        stage.platform.role_faults.append(PlatformUnavailableError())
        with pytest.raises(PlatformUnavailableError):
            await look_at_roles(stage)
        assert not await stage.rows("actions", kind="role")
        assert await look_at_roles(stage)
        assert roles(stage, "robin") == {"regular"}


async def test_whose_roles_are_looked_after_is_not_forgotten_for_being_quiet(store: Store) -> None:
    async with on_stage(store, at=datetime(2026, 6, 14, 3, 0, tzinfo=UTC)) as stage:
        await hold(stage, "robin")
        await see(stage, deed(stage, 1, by="u9"))
        before = await stage.rows("partner_accounts", person="robin")
        stage.clock.move(timedelta(days=56))
        async with stage.store.writing() as tx:
            await retain_handler(stage.keys, Limits())(tx, [retain_timer("acme", stage.clock.now())], stage.clock.now())
        await look_at_roles(stage)
        assert await stage.rows("partner_accounts", person="robin") == before
        # of whom nothing is left is
        assert not await stage.rows("accounts", user="u9")
