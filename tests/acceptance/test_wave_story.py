"""A scam wave begins on Discord and goes on in Slack: one community, one case, each member's own matter."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest

from bot.domain.outcome import OutcomeKind
from bot.store.engine import Store
from tests.acceptance.stages import on_stage
from tests.stage.discord import DiscordStage
from tests.stage.policies import COMMUNITY
from tests.stage.second import Second, open_second
from tests.stage.slack_side import SlackSide, begin, open_side
from tests.stage.slack_workspace import CHANNELS, HERE
from tests.stage.stage import Stage

BAIT = "Dear members, claim your freecoins before tonight, only for this community"
LINK = "https://coins.example/claim/77"

#: one channel on both platforms, and one in Slack that no partner was given
PLACES = (
    "community.yaml",
    COMMUNITY.replace(
        'help:   {discord: "4101"}',
        f'help:   {{discord: "4101", slack: {HERE.workspace}/{CHANNELS["help"]}}}\n'
        f"  lounge: {{slack: {HERE.workspace}/{CHANNELS['elsewhere']}}}",
    ),
)
#: the doors through which a story comes in: both halves over the wire, or neither
DOORS = pytest.mark.parametrize(
    ("door", "database"), [("core", "sqlite"), ("core", "postgresql"), ("discord", "sqlite")], indirect=True
)


@asynccontextmanager
async def in_slack(stage: Stage) -> AsyncIterator[Second | SlackSide]:
    """Connect the community to Slack as well: over the wire where the rest of its story comes over the wire."""
    slack: Second | SlackSide
    if isinstance(stage, DiscordStage):
        slack = await open_side(stage)
        await begin(slack)
    else:
        slack = await open_second(stage, HERE, CHANNELS)
    try:
        yield slack
    finally:
        await slack.close()


def _said(stage: Stage, name: str) -> str:
    """Return what the one case's card in the leads' channel says under a label."""
    (card,) = [card for card in stage.cards() if card.title.startswith("Case")]
    return next((field.value for field in card.fields if field.label == name), "")


@pytest.mark.usefixtures("door")
@DOORS
async def test_a_wave_that_begins_on_discord_is_recognised_in_slack_in_one_case(store: Store) -> None:
    async with on_stage(store, PLACES) as stage, in_slack(stage) as slack:
        await stage.say(f"{BAIT} {LINK}", user="u1")
        await slack.say(f"{BAIT}!!", user="kim", where="help")
        await slack.say(f"my freecoins are here: {LINK}", user="sam", where="elsewhere")
        await stage.fire()
        (case,) = await stage.rows("cases")
        assert case["account"] is None
        assert _said(stage, "Wave") == "3 members, 2 platforms"
        assert _said(stage, "Members").count("(Slack): message deleted, quarantine") == 2
        assert not [one for held in slack.messages.values() for one in held]
        assert await stage.is_held("u1", OutcomeKind.QUARANTINE)
        for user in ("kim", "sam"):
            assert await slack.is_held(user, OutcomeKind.QUARANTINE)


@pytest.mark.usefixtures("door")
@DOORS
async def test_that_it_was_none_takes_back_what_was_done_to_each_on_their_own_platform(store: Store) -> None:
    async with on_stage(store, PLACES) as stage, in_slack(stage) as slack:
        await stage.say(BAIT, user="u1")
        await slack.say(BAIT, user="kim", where="help")
        await stage.fire()
        (case,) = await stage.rows("cases")
        done = await stage.give("lee", "case.decide", where="leads", case=case["number"], verdict="no_violation")
        assert done.done, done.text
        await slack.perform()
        assert not await stage.is_held("u1", OutcomeKind.QUARANTINE)
        assert not await slack.is_held("kim", OutcomeKind.QUARANTINE)
        assert stage.notices("u1")
        assert slack.notices("kim")


@pytest.mark.usefixtures("door")
@DOORS
async def test_a_partner_sees_of_a_wave_what_was_written_in_its_channels(store: Store) -> None:
    async with on_stage(store, PLACES) as stage, in_slack(stage) as slack:
        await stage.say(BAIT, user="u1")
        await slack.say(f"{BAIT} from the lounge", user="sam", where="elsewhere")
        await stage.fire()
        (case,) = await stage.rows("cases")
        await stage.give("robin", "shift.start")
        theirs = str((await stage.give("robin", "case.show", case=case["number"])).card)
        whole = str((await stage.give("lee", "case.show", where="leads", case=case["number"])).card)
        assert "1 member, 1 platform" in theirs
        assert "from the lounge" not in theirs
        assert "2 members, 2 platforms" in whole
        assert "from the lounge" in whole


@pytest.mark.usefixtures("door")
@DOORS
async def test_a_member_of_a_wave_is_acted_on_by_name_under_its_case(store: Store) -> None:
    async with on_stage(store, PLACES) as stage, in_slack(stage) as slack:
        for user in ("u1", "u2"):
            await stage.say(BAIT, user=user)
        await slack.say("good morning everybody", user="joe", where="help")
        await stage.fire()
        (case,) = await stage.rows("cases")
        member = stage.joined("u2")
        done = await stage.give(
            "lee", "mod.ban", where="leads", member=member, guideline="respect", case=case["number"], why="Scam."
        )
        assert done.done, done.text
        await stage.pass_time(timedelta(minutes=2), step=timedelta(seconds=5))
        assert await stage.is_held("u2", OutcomeKind.BAN)
        assert not await stage.is_held("u1", OutcomeKind.BAN)
        assert len(await stage.rows("cases")) == 1
        other = stage.joined("u9")
        refused = await stage.give(
            "lee", "mod.ban", where="leads", member=other, guideline="respect", case=case["number"]
        )
        assert not refused.done


async def test_a_wave_lends_a_partner_no_right_over_whom_it_met_elsewhere(store: Store) -> None:
    async with on_stage(store) as stage:
        await stage.say(BAIT, user="u1", where="elsewhere")
        await stage.pass_time(timedelta(minutes=1))
        await stage.say(BAIT, user="u2")
        (case,) = await stage.rows("cases")
        await stage.give("robin", "shift.start")
        tried = {
            user: await stage.give(
                "robin", "mod.warn", member=stage.joined(user), guideline="respect", case=case["number"], why="Scam."
            )
            for user in ("u1", "u2")
        }
        assert {user: reply.done for user, reply in tried.items()} == {"u1": False, "u2": True}


async def test_a_wave_that_goes_on_elsewhere_takes_from_a_partner_nobody_whom_it_met_in_its_channels(
    store: Store,
) -> None:
    async with on_stage(store) as stage:
        await stage.say(BAIT, user="u1")
        await stage.pass_time(timedelta(minutes=1))
        await stage.say(BAIT, user="u2", where="elsewhere")
        (case,) = await stage.rows("cases")
        await stage.give("robin", "shift.start")
        warned = await stage.give(
            "robin", "mod.warn", member=stage.joined("u1"), guideline="respect", case=case["number"], why="Scam."
        )
        assert warned.done, warned.text


async def test_a_partner_takes_nothing_back_from_members_whom_it_does_not_see(store: Store) -> None:
    async with on_stage(store) as stage:
        await stage.say(BAIT, user="u1", where="elsewhere")
        await stage.say(BAIT, user="u2")
        (case,) = await stage.rows("cases")
        await stage.give("robin", "shift.start")
        for verdict in ("no_violation", "hacked_account"):
            refused = await stage.give("robin", "case.decide", case=case["number"], verdict=verdict)
            assert not refused.done
        assert await stage.is_held("u1", OutcomeKind.QUARANTINE)
        decided = await stage.give("robin", "case.decide", case=case["number"], verdict="violation")
        assert decided.done, decided.text


async def test_one_member_of_a_wave_is_cleared_and_the_case_goes_on(store: Store) -> None:
    async with on_stage(store) as stage:
        for user in ("u1", "u2", "u3"):
            await stage.say(BAIT, user=user)
        (case,) = await stage.rows("cases")
        verdict = {"case": case["number"], "verdict": "no_violation"}
        cleared = await stage.give("lee", "case.decide", where="leads", **verdict, member=stage.joined("u2"))
        assert cleared.done, cleared.text
        held = {user: await stage.is_held(user, OutcomeKind.QUARANTINE) for user in ("u1", "u2", "u3")}
        assert held == {"u1": True, "u2": False, "u3": True}
        (case,) = await stage.rows("cases")
        assert (case["account"], case["verdict"]) == (None, None)
        assert (await stage.entries("case_changed"))[-1]["details"]["change"] == "cleared"
        # nobody else is cleared under it, nor punished
        for wrong in ({"member": stage.joined("u9")}, {"member": stage.joined("u1"), "verdict": "violation"}):
            assert not (await stage.give("lee", "case.decide", where="leads", **{**verdict, **wrong})).done


async def test_of_a_wave_one_hacked_account_loses_its_strikes_alone(store: Store) -> None:
    async with on_stage(store) as stage:
        for user in ("u1", "u2"):
            await stage.say("you blockhead, you and everybody else who came here", user=user)
        (case,) = await stage.rows("cases")
        cleared = await stage.give(
            "lee", "case.decide", where="leads", case=case["number"], verdict="hacked_account",
            member=stage.joined("u2"),
        )  # fmt: skip
        assert cleared.done, cleared.text
        assert sorted(one["revoked_at"] is None for one in await stage.rows("strikes")) == [False, True]
