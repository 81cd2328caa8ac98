"""The end of an arrangement on the platform itself: a role of the staff doesn't outlive the contract by an hour."""

from datetime import UTC, datetime, timedelta

from bot.domain.outcome import OutcomeKind
from bot.domain.sanction import Standing
from bot.services.outside.reconciling import reconcile
from bot.store.engine import Store
from tests.acceptance.stages import on_stage
from tests.services.outside.seeing import by_hand
from tests.stage.stage import Stage

#: a minute before the last day of Nightwatch's contract is over, in Berlin
LAST_MINUTE = datetime(2026, 12, 31, 22, 59, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


async def pass_an_hour(stage: Stage) -> None:
    """Let an hour pass in which the program looks at roles every minute, as its job does."""
    for _ in range(60):
        await stage.pass_time(MINUTE)
        await reconcile(stage.store, stage.keys, stage.clock, stage.policies, stage.platform)
        await stage.perform()


async def test_a_contract_ends_at_midnight_and_within_the_hour_the_role_is_gone_and_that_is_recorded(
    store: Store,
) -> None:
    async with on_stage(store, at=LAST_MINUTE - timedelta(hours=1)) as stage:
        for person in ("robin", "lee"):
            stage.world.join(stage.ref(person))
            stage.world.hold(stage.ref(person), "5001", "chess")
        await pass_an_hour(stage)
        assert stage.world.roles[stage.ref("robin")] == {"5001", "chess"}
        await pass_an_hour(stage)
        # the staff's role is gone, what else they are on the server stays theirs
        assert stage.world.roles[stage.ref("robin")] == {"chess"}
        assert stage.world.roles[stage.ref("lee")] == {"5001", "chess"}
        (action,) = await stage.rows("actions", kind="role")
        planned = [entry for entry in await stage.entries("planned") if action["id"] in str(entry)]
        ended = [entry for entry in await stage.entries("action") if entry["action"] == action["id"]]
        assert [entry["actor"]["kind"] for entry in (*planned, *ended)] == ["scheduler", "scheduler"]
        assert ended[0]["details"]["outcome"] == "confirmed"
        (card,) = [one for one in stage.cards() if one.title == "Staff roles: Robin (Nightwatch GmbH)"]
        assert "has taken" in card.text


async def test_a_partners_moderator_who_acts_past_locum_is_seen_and_what_the_team_sets_right_by_hand_holds(
    store: Store,
) -> None:
    async with on_stage(store) as stage:
        await stage.give("lee", "mod.timeout", member=stage.joined("u1"), for_="4h", guideline="respect")
        ref = stage.ref("u1")
        # a moderator of the partner makes it longer, where no mandate is asked
        longer = Standing(held=True, until=stage.clock.now() + timedelta(days=7))
        await by_hand(stage, 1, "u1", OutcomeKind.TIMEOUT, longer, by="robin")
        assert [one.title for one in stage.cards()] == ["Acted without Locum: Robin (Nightwatch GmbH)"]
        assert len(stage.world.pages) == 1
        (changed,) = await stage.entries("sanction_changed")
        assert changed["actor"]["organisation"] == "nightwatch"
        # somebody of the own team frees the member by hand, and nothing brings the sanction back
        await by_hand(stage, 2, "u1", OutcomeKind.TIMEOUT, by="mo")
        assert [row["lifted_at"] is not None for row in await stage.rows("sanctions")] == [True]
        await stage.pass_time(timedelta(days=8), step=timedelta(hours=4))
        assert not stage.world.standing(ref, OutcomeKind.TIMEOUT).held
