"""On Slack: what is copied before it goes, what members take back, who comes again, and what people do by hand."""

from datetime import timedelta

import pytest

from bot.domain.card import Card
from bot.domain.outcome import OutcomeKind
from bot.i18n import say
from bot.store.engine import Store
from tests.acceptance.stages import Opening
from tests.adapters.slack.ground import words_of
from tests.stage.policies import RESPECT
from tests.stage.slack import SlackStage, set_slack, set_slack_bot
from tests.stage.slack_workspace import CHANNELS

PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40
ON_THE_WIRE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def lines(stage: SlackStage, label: str) -> list[str]:
    return [field.value for card in stage.cards() for field in card.fields if field.label == label]


def by_hand(stage: SlackStage) -> list[Card]:
    return [card for card in stage.cards() if card.title.startswith("By hand")]


@ON_THE_WIRE
async def test_a_picture_is_copied_before_it_goes_with_its_message(store: Store) -> None:
    stage = await set_slack(store)
    try:
        user, workspace = stage.ref("u1").user, stage.side.place.workspace
        posted = stage.side.hands.say(user, CHANNELS["help"], "blockhead", files={"a.png": PICTURE})
        await stage.side.until(lambda: (CHANNELS["help"], posted) in stage.side.offered)
        await stage.settle()
        assert posted not in workspace.channels[CHANNELS["help"]].messages
        (file,) = workspace.files.values()
        assert file.deleted
        (row,) = await stage.rows("evidence")
        assert (row["missing"], row["size"]) == ("", len(PICTURE))
    finally:
        await stage.close()


@ON_THE_WIRE
async def test_who_deletes_their_own_message_leaves_the_case_and_what_they_wrote(store: Store) -> None:
    stage = await set_slack(store)
    try:
        said = await stage.say("you outlaw")
        stage.side.hands.delete(stage.ref("u1").user, CHANNELS["help"], said.ref.message)
        await stage.side.heard()
        await stage.pass_time(MINUTE)
        assert lines(stage, "Gone") == ["messages that Locum did not delete: 1"]
        (entry,) = await stage.entries("done_outside")
        assert entry["actor"] == {"kind": "outside"}
    finally:
        await stage.close()


@ON_THE_WIRE
async def test_what_locum_deletes_comes_back_as_nobodys_deed(store: Store) -> None:
    stage = await set_slack(store)
    try:
        await stage.say("you blockhead")
        await stage.side.heard()
        await stage.pass_time(MINUTE)
        assert await stage.entries("done_outside") == []
        assert lines(stage, "Gone") == []
    finally:
        await stage.close()


@ON_THE_WIRE
async def test_whoever_was_taken_out_of_the_channels_is_taken_out_again_until_it_ends(store: Store) -> None:
    stage = await set_slack_bot(store)
    try:
        # the workspace lets apps do so, and nobody is asked
        stage.side.place.workspace.may_kick = "regular"
        given = await stage.give("lee", "mod.timeout", member=stage.joined("u1"), for_="1h", guideline="respect")
        assert given.done, given.text
        assert by_hand(stage) == []
        assert await stage.is_held("u1", OutcomeKind.TIMEOUT)
        await stage.pass_time(30 * MINUTE)
        assert await stage.is_held("u1", OutcomeKind.TIMEOUT)
        await stage.pass_time(HOUR)
        assert not await stage.is_held("u1", OutcomeKind.TIMEOUT)
        assert by_hand(stage) == []
    finally:
        await stage.close()


@ON_THE_WIRE
async def test_what_the_bot_may_not_do_is_done_by_a_lead_and_recorded_as_theirs(store: Store) -> None:
    stage = await set_slack_bot(store)
    try:
        await stage.say("get freecoins")
        assert not any(stage.world.messages.values())
        assert await stage.is_held("u1", OutcomeKind.QUARANTINE)
        titles = [card.title for card in by_hand(stage)]
        assert "By hand: delete a message" in titles
        assert len(titles) >= 2
        restrictions = [one for one in await stage.entries("action") if one["details"]["kind"] == "restrict"]
        assert {one["actor"].get("who") for one in restrictions} == {"lee"}
        assert {one["details"]["outcome"] for one in restrictions} == {"confirmed"}
    finally:
        await stage.close()


@ON_THE_WIRE
async def test_an_account_that_a_lead_deactivated_is_seen_without_a_press(store: Store) -> None:
    stage = await set_slack(store)
    try:
        await stage.give("lee", "mod.ban", member=stage.joined("u1"), guideline="respect", why="enough")
        await stage.pass_time(MINUTE, step=timedelta(seconds=5))
        assert await stage.is_held("u1", OutcomeKind.BAN)
        assert [card.text for card in by_hand(stage)] == [say("hand.over")]
        assert not [one for one in await stage.entries("manual_step") if one["details"]["change"] == "done"]
        assert not await stage.entries("done_outside")
    finally:
        await stage.close()


@pytest.mark.parametrize("opening", [set_slack, set_slack_bot])
@ON_THE_WIRE
async def test_a_ban_that_purges_takes_along_what_was_written_whoever_deletes(store: Store, opening: Opening) -> None:
    purging = RESPECT.replace("{timeout: 10m}", "{ask: {ban: {purge: 1h}}}")
    stage = await opening(store, ("guidelines/respect.yaml", purging))
    try:
        await stage.say("somebody else's", user="u2")
        for text in ("a word before", "another", "you nitwit"):
            await stage.say(text)
        approved = await stage.press("lee", stage.button(stage.card_with("approval.approve"), "approval.approve"))
        assert approved.done, approved.text
        await stage.pass_time(MINUTE, step=timedelta(seconds=5))
        assert await stage.is_held("u1", OutcomeKind.BAN)
        assert [text for room in stage.world.messages.values() for text in room] == ["somebody else's"]
    finally:
        await stage.close()


@ON_THE_WIRE
async def test_staff_read_what_was_written_as_its_readers_did(store: Store) -> None:
    stage = await set_slack(store)
    try:
        await stage.say("you outlaw <of all> & more")
        (case,) = [one for one in stage.side.hands.sees(stage.side.leader, CHANNELS["leads"])
                   if stage.side.hung[CHANNELS["leads"], one["ts"]].quotes][:1]  # fmt: skip
        assert "<of all> & more" in words_of(case)
    finally:
        await stage.close()


@ON_THE_WIRE
async def test_whoever_wrote_is_told_of_it_in_the_language_of_their_client(store: Store) -> None:
    stage = await set_slack(store)
    try:
        workspace = stage.side.place.workspace
        workspace.change_user(stage.ref("u1").user, locale="de-DE")
        workspace.change_user(stage.ref("u2").user, locale="en-US")
        for user in ("u1", "u2"):
            await stage.say("you blockhead", user=user)
        assert ["Streite über Ideen" in one for one in stage.notices("u1")] == [True]
        assert ["Argue with ideas" in one for one in stage.notices("u2")] == [True]
    finally:
        await stage.close()


@ON_THE_WIRE
async def test_everybody_is_answered_in_their_own_language(store: Store) -> None:
    stage = await set_slack(store)
    try:
        given = await stage.give("robin", "mod.may", language="de")
        assert given.text == (await stage.give("robin", "mod.may", language="de")).text
        refused = await stage.give("robin", "mod.warn", member=stage.joined("u1"), guideline="respect", language="de")
        english = await stage.give("robin", "mod.warn", member=stage.joined("u1"), guideline="respect")
        assert refused.text != english.text
    finally:
        await stage.close()
