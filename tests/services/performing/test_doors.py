"""Doors that a platform opens by itself are closed once more for as long as raid mode lasts, and no longer."""

from datetime import timedelta

from bot.domain.action import ActionKind
from bot.domain.outcome import OutcomeKind
from bot.store.engine import Store
from tests.services.staff.staging import change, on_stage
from tests.stage.stage import Stage

HOUR = timedelta(hours=1)


def closings(stage: Stage) -> list[int]:
    return [one.amount for one in stage.platform.asked if one.kind is ActionKind.RAID_MODE]


async def closed_for(stage: Stage, lasts: str) -> None:
    stage.platform.longest_of = {**stage.platform.longest_of, OutcomeKind.RAID_MODE: timedelta(hours=24)}
    given = await stage.give("lee", "lead.raid", state="on", for_=lasts)
    assert given.done, given.text


async def test_raid_mode_outlasts_what_a_platform_holds_by_itself(store: Store) -> None:
    async with on_stage(store) as stage:
        await closed_for(stage, "3d")
        await stage.pass_time(71 * HOUR, step=HOUR)
        # an hour before each end
        assert closings(stage) == [1, 1, 1, 1]
        renewed = [entry for entry in await stage.entries("planned") if entry["actor"].get("who") == "raid_mode_renews"]
        assert len(renewed) == 3
        await stage.pass_time(72 * HOUR, step=HOUR)
        assert closings(stage) == [1, 1, 1, 1, 0]
        assert stage.world.closed.get("", 0) == 0


async def test_doors_that_somebody_opened_stay_open(store: Store) -> None:
    async with on_stage(store) as stage:
        await closed_for(stage, "3d")
        await stage.give("lee", "lead.raid", state="off")
        await stage.pass_time(48 * HOUR, step=HOUR)
        assert closings(stage) == [1, 0]


async def test_a_platform_that_keeps_doors_closed_is_not_asked_again(store: Store) -> None:
    async with on_stage(store) as stage:
        given = await stage.give("lee", "lead.raid", state="on", for_="3d")
        assert given.done, given.text
        await stage.pass_time(71 * HOUR, step=HOUR)
        assert closings(stage) == [1]


async def test_doors_that_are_closed_without_an_end_stay_so_too(store: Store) -> None:
    async with on_stage(store) as stage:
        stage.platform.longest_of = {**stage.platform.longest_of, OutcomeKind.RAID_MODE: timedelta(hours=24)}
        given = await stage.give("lee", "lead.raid", state="on")
        assert given.done, given.text
        await stage.pass_time(96 * HOUR, step=HOUR)
        assert closings(stage) == [1, 1, 1, 1, 1]


async def test_who_may_no_longer_close_doors_is_no_reason_to_open_them(store: Store) -> None:
    async with on_stage(store) as stage:
        await closed_for(stage, "3d")
        # whoever closed them moderates no longer
        await change(stage, ("{id: lee, alias: Lee, role: lead,", "{id: leo, alias: Leo, role: lead,"))
        await stage.pass_time(30 * HOUR, step=HOUR)
        assert closings(stage) == [1, 1]


async def test_doors_that_staff_opened_on_the_platform_itself_stay_open(store: Store) -> None:
    async with on_stage(store) as stage:
        await closed_for(stage, "3d")
        stage.world.closed[""] = 0
        await stage.pass_time(71 * HOUR, step=HOUR)
        assert closings(stage) == [1]
        (left,) = await stage.rows("actions", kind="raid_mode", state="superseded")
        assert left["reason"] == "opened_outside"
        (ended,) = [one for one in await stage.entries("action") if one["action"] == left["id"]]
        assert (ended["actor"]["who"], ended["details"]["outcome"]) == ("raid_mode_renews", "superseded")
        # nor is anything opened in the end that somebody closed by then
        stage.world.closed[""] = 1
        await stage.pass_time(4 * HOUR, step=HOUR)
        assert stage.world.closed[""] == 1


async def test_doors_that_the_platform_opened_by_itself_meanwhile_are_closed_again(store: Store) -> None:
    async with on_stage(store) as stage:
        await closed_for(stage, "3d")
        stage.world.closed[""] = 0
        # nothing ran for longer than the platform holds them
        await stage.pass_time(30 * HOUR, step=30 * HOUR)
        assert closings(stage) == [1, 1]


async def test_where_nobody_can_tell_how_doors_stand_they_are_closed_once_more(store: Store) -> None:
    async with on_stage(store) as stage:
        await closed_for(stage, "3d")
        stage.platform.can_read_states = False
        await stage.pass_time(30 * HOUR, step=HOUR)
        assert closings(stage) == [1, 1]
