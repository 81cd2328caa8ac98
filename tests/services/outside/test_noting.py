"""What is done on the platform itself is recorded once, attributed, told to leads where due, and respected."""

import asyncio
from datetime import datetime, timedelta

import pytest

from bot.domain.outcome import OutcomeKind
from bot.domain.outside import DeedKind
from bot.domain.place import Stream
from bot.domain.sanction import Standing
from bot.services.retention import Limits, retain_handler, retain_timer
from bot.store.engine import Store
from tests.services.outside.seeing import by_hand, deed, noting, see, standing
from tests.services.staff.staging import on_stage
from tests.stage.stage import CONNECTION, Stage

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
GOOD = Standing(held=True)


def until(at: datetime) -> Standing:
    return Standing(held=True, until=at)


async def timed_out(stage: Stage, lasts: str = "4h") -> None:
    given = await stage.give("lee", "mod.timeout", member=stage.joined("u1"), for_=lasts, guideline="respect")
    assert given.done, given.text


async def ends_of(stage: Stage) -> list[datetime | None]:
    return [row["until"] for row in await stage.rows("sanctions") if row["lifted_at"] is None]


async def test_a_deed_is_recorded_for_the_person_and_the_organisation_that_did_it(store: Store) -> None:
    async with on_stage(store) as stage:
        await see(stage, deed(stage, 1, by="mo", member="u1"))
        (entry,) = await stage.entries("done_outside")
        assert (entry["actor"]["kind"], entry["actor"]["who"]) == ("person", "mo")
        assert (entry["actor"]["organisation"], entry["actor"]["side"]) == ("internal", "internal")
        assert (entry["details"]["deed"], entry["policy"]) == ("kick", stage.policies.version)
        assert {row["user"] for row in await stage.rows("accounts", id=entry["details"]["account"])} == {"u1"}


async def test_a_deed_of_somebody_else_is_recorded_for_whoever_acts_outside(store: Store) -> None:
    async with on_stage(store) as stage:
        await see(stage, deed(stage, 1, by="u9", member="u1"), deed(stage, 2))
        known, unknown = await stage.entries("done_outside")
        assert known["actor"] == unknown["actor"] == {"kind": "outside"}
        assert {row["user"] for row in await stage.rows("accounts", id=known["details"]["by"])} == {"u9"}
        assert "by" not in unknown["details"]
        assert "account" not in unknown["details"]


async def test_a_deed_that_is_told_twice_is_recorded_once(store: Store) -> None:
    async with on_stage(store) as stage:
        one = deed(stage, 1, by="robin", member="u1")
        await see(stage, one, one)
        assert len(await stage.entries("done_outside")) == 1
        assert len(stage.world.pages) == 1


async def test_entries_name_channels_and_roles_as_the_policies_do(store: Store) -> None:
    async with on_stage(store) as stage:
        help_ = Stream(platform=CONNECTION.platform, workspace="W1", channel="4101")
        elsewhere = Stream(platform=CONNECTION.platform, workspace="W1", channel="4999")
        await see(
            stage,
            deed(stage, 1, DeedKind.DELETION, by="mo", stream=help_, count=3),
            deed(stage, 2, DeedKind.DELETION, by="mo", stream=elsewhere),
            deed(stage, 3, DeedKind.ROLES, by="mo", given=frozenset({"5001"}), taken=frozenset({"77"})),
        )
        listed, unlisted, roles = [entry["details"] for entry in await stage.entries("done_outside")]
        assert (listed["channel"], listed["count"]) == ("help", 3)
        assert "channel" not in unlisted
        assert (roles["given"], roles["taken"]) == (["staff"], ["77"])


async def test_what_one_of_a_partners_people_does_outside_raises_one_alarm_an_hour_and_one_card(store: Store) -> None:
    async with on_stage(store) as stage:
        await see(stage, deed(stage, 1, by="robin", member="u1"), deed(stage, 2, DeedKind.ROLES, by="robin"))
        stage.clock.move(HOUR / 2)
        await see(stage, deed(stage, 3, by="robin", member="u2"))
        (page,) = stage.world.pages.values()
        assert "robin" in page[0]
        (card,) = stage.cards()
        assert card.title == "Acted without Locum: Robin (Nightwatch GmbH)"
        fields = {field.label: field.value for field in card.fields}
        assert (fields["Members removed"], fields["Roles given or taken"]) == ("2", "1")
        stage.clock.move(HOUR * 2)
        await see(stage, deed(stage, 4, by="robin", member="u3"))
        assert len(stage.world.pages) == 2
        assert len(stage.cards()) == 2


async def test_the_own_teams_people_and_strangers_raise_no_alarm(store: Store) -> None:
    async with on_stage(store) as stage:
        await see(stage, deed(stage, 1, by="mo", member="u1"), deed(stage, 2, by="u9", member="u1"))
        assert not stage.world.pages
        assert not stage.cards()


async def test_roles_that_people_give_themselves_are_noted_of_staff_alone(store: Store) -> None:
    async with on_stage(store) as stage:
        given = frozenset({"7"})
        await see(stage, deed(stage, 1, DeedKind.ROLES, by="u9", member="u9", given=given))
        assert await stage.entries("done_outside") == []
        await see(stage, deed(stage, 2, DeedKind.ROLES, by="robin", member="robin", given=given))
        (entry,) = await stage.entries("done_outside")
        assert entry["actor"]["who"] == "robin"
        assert len(stage.world.pages) == 1


async def test_a_ban_that_was_lifted_by_hand_is_over_and_comes_back_by_nothing(store: Store) -> None:
    async with on_stage(store) as stage:
        given = await stage.give("lee", "mod.ban", member=stage.joined("u1"), for_="7d", guideline="respect")
        assert given.done, given.text
        card = [one for one in stage.cards() if any(b.action.startswith("approval.approve") for b in one.buttons)]
        if card:
            await stage.press("ada", stage.button(card[-1], "approval.approve"))
        assert stage.world.standing(stage.ref("u1"), OutcomeKind.BAN).held
        stage.clock.move(HOUR)
        await by_hand(stage, 1, "u1", OutcomeKind.BAN)
        (ended,) = await stage.entries("sanction_ended")
        assert (ended["actor"]["who"], ended["details"]["reason"]) == ("lee", "lifted")
        await stage.pass_time(8 * DAY, step=DAY)
        assert not stage.world.standing(stage.ref("u1"), OutcomeKind.BAN).held


async def test_a_lengthened_timeout_ends_with_what_was_set_by_hand(store: Store) -> None:
    async with on_stage(store) as stage:
        await timed_out(stage)
        stage.clock.move(HOUR)
        later = stage.clock.now() + DAY
        await by_hand(stage, 1, "u1", OutcomeKind.TIMEOUT, until(later), by="u9")
        assert await ends_of(stage) == [later]
        (entry,) = await stage.entries("sanction_changed")
        assert (entry["actor"]["kind"], entry["details"]["until"]) == ("outside", later.isoformat())
        await stage.pass_time(timedelta(hours=5), step=HOUR)
        assert stage.world.standing(stage.ref("u1"), OutcomeKind.TIMEOUT) == until(later)
        await stage.pass_time(DAY, step=HOUR)
        assert await ends_of(stage) == []


async def test_a_shortened_timeout_ends_with_what_was_set_by_hand(store: Store) -> None:
    async with on_stage(store) as stage:
        await timed_out(stage)
        stage.clock.move(HOUR)
        sooner = stage.clock.now() + HOUR
        await by_hand(stage, 1, "u1", OutcomeKind.TIMEOUT, until(sooner))
        assert await ends_of(stage) == [sooner]
        await stage.pass_time(HOUR)
        assert await ends_of(stage) == []
        assert not stage.world.standing(stage.ref("u1"), OutcomeKind.TIMEOUT).held


async def test_of_a_sanction_longer_than_the_platform_holds_only_what_stood_there_is_made_shorter(store: Store) -> None:
    async with on_stage(store) as stage:
        stage.platform.longest_of = {**stage.platform.longest_of, OutcomeKind.TIMEOUT: timedelta(hours=2)}
        await timed_out(stage, "10h")
        end = stage.clock.now() + timedelta(hours=10)
        stage.clock.move(HOUR)
        # two hours stood there: three from now on make that longer, and the whole no shorter
        await by_hand(stage, 1, "u1", OutcomeKind.TIMEOUT, until(stage.clock.now() + 3 * HOUR))
        assert await ends_of(stage) == [end]
        assert not await stage.entries("sanction_changed")


async def test_what_was_done_by_hand_before_a_sanction_was_decided_does_not_touch_it(store: Store) -> None:
    async with on_stage(store) as stage:
        before = stage.clock.now()
        stage.clock.move(HOUR)
        await timed_out(stage)
        end = stage.clock.now() + timedelta(hours=4)
        await see(stage, standing(stage, 1, OutcomeKind.TIMEOUT, member="u1", by="lee", at=before))
        assert await ends_of(stage) == [end]
        assert stage.world.standing(stage.ref("u1"), OutcomeKind.TIMEOUT).held


async def test_a_sanction_that_was_set_by_hand_alone_stays_theirs(store: Store) -> None:
    async with on_stage(store) as stage:
        stage.world.join(stage.ref("u1"))
        await by_hand(stage, 1, "u1", OutcomeKind.BAN, GOOD)
        assert not await stage.rows("sanctions")
        assert not await stage.rows("decisions")
        assert stage.world.standing(stage.ref("u1"), OutcomeKind.BAN).held


async def test_a_member_banned_again_by_hand_after_a_lift_by_hand_stays_banned(store: Store) -> None:
    async with on_stage(store) as stage:
        await timed_out(stage)
        stage.clock.move(HOUR)
        later = stage.clock.now() + DAY
        stage.world.natively(stage.ref("u1"), OutcomeKind.TIMEOUT, until(later))
        lifted = standing(stage, 1, OutcomeKind.TIMEOUT, member="u1", by="lee")
        set_again = standing(stage, 2, OutcomeKind.TIMEOUT, until(later), member="u1", by="lee")
        # the first is told while the second stands already
        await see(stage, lifted)
        await see(stage, set_again)
        assert await ends_of(stage) == []
        assert stage.world.standing(stage.ref("u1"), OutcomeKind.TIMEOUT) == until(later)


async def test_a_connection_is_watched_from_the_first_look_on_and_then_from_the_newest_deed_on(store: Store) -> None:
    async with on_stage(store) as stage:
        first = stage.clock.now()
        assert await noting(stage).until() == first
        stage.clock.move(HOUR)
        # nothing was done since: what will be done while nobody listens is still to be told
        assert await noting(stage).until() == first
        await see(stage, deed(stage, 1, by="mo"))
        assert await noting(stage).until() == first + HOUR


async def test_deeds_are_forgotten_after_days_but_not_from_when_on_a_connection_is_watched(store: Store) -> None:
    async with on_stage(store) as stage:
        await noting(stage).until()
        await see(stage, deed(stage, 1, by="mo"), deed(stage, 2, by="mo"))
        stage.clock.move(HOUR)
        await see(stage, deed(stage, 3, by="mo"))
        newest = stage.clock.now()
        stage.clock.move(9 * DAY)
        async with stage.store.writing() as tx:
            handler = retain_handler(stage.keys, Limits())
            await handler(tx, [retain_timer("acme", stage.clock.now())], stage.clock.now())
        assert len(await stage.rows("deeds")) == 1
        assert await noting(stage).until() == newest


@pytest.mark.parametrize("kind", DeedKind)
async def test_no_entry_and_no_row_keeps_an_id_of_the_platform(store: Store, kind: DeedKind) -> None:
    async with on_stage(store) as stage:
        sanction = OutcomeKind.BAN if kind is DeedKind.STANDING else None
        one = deed(stage, 814220091188, kind, by="u814220091188", member="u814220091189", sanction=sanction)
        await see(stage, one)
        assert "81422009118" not in str(await stage.entries("done_outside"))
        assert "81422009118" not in str(await stage.rows("deeds"))


async def test_a_deed_that_two_processes_tell_at_once_is_recorded_once(store: Store) -> None:
    async with on_stage(store) as stage:
        one = deed(stage, 1, by="robin", member="u1")
        await asyncio.gather(*(noting(stage).note(one) for _ in range(5)))
        await stage.perform()
        assert len(await stage.entries("done_outside")) == 1
        assert len(stage.world.pages) == 1
        assert len(stage.cards()) == 1
