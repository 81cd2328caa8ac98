"""Changes of policies: saving changes nothing, a named lead applies, refuses, rolls back, turns live."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest_asyncio

from bot.domain.card import Card
from bot.domain.command import Reply
from bot.store.engine import Store
from bot.store.policy_proposals import ProposalState, newest_proposal
from bot.store.tripped import trip, tripped
from tests.stage.files import changed, loaded_of
from tests.stage.saving import keep_policies, save, swap, weigh
from tests.stage.stage import Stage, set_stage

RESPECT = "guidelines/respect.yaml"
MILDER = changed(RESPECT, "words: [blockhead]", "words: [bonehead]")
HARSHER = changed(RESPECT, "words: [nitwit]", "words: [nitwit, dope]")
SILLY = changed(RESPECT, "words: [blockhead]", "words: [the, blockhead]")
BROKEN = (RESPECT, "guideline: respect\nnonsense: true\n")


@pytest_asyncio.fixture
async def stage(store: Store) -> AsyncIterator[Stage]:
    stage = await set_stage(store)
    await keep_policies(stage)
    yield stage
    await stage.close()


def policy_cards(stage: Stage, word: str = "") -> list[Card]:
    """Return the cards about policies in the leads' channel, perhaps only those whose title says something."""
    return [
        card for card in stage.cards() if card.title.startswith(("Policies", "Saved policies")) and word in card.title
    ]


def text_of(card: Card) -> str:
    return "\n".join([card.title, card.text, *(f"{field.label}: {field.value}" for field in card.fields)])


async def press(stage: Stage, who: str, word: str) -> Reply:
    card = policy_cards(stage, "a lead decides")[0]
    action = next(button.action for button in card.buttons if button.action.startswith(f"policy.{word}:"))
    return await stage.press(who, action)


async def active(stage: Stage) -> str:
    return str((await stage.rows("communities"))[0]["policy"])


async def test_a_saved_file_changes_nothing_until_a_lead_applies_it(stage: Stage) -> None:
    before = await active(stage)
    assert await save(stage, MILDER) is not None
    assert await active(stage) == before
    await stage.say("you blockhead")
    assert len(stage.notices()) == 1
    assert "− words: [blockhead]\n+ words: [bonehead]" in text_of(policy_cards(stage)[0])
    reply = await press(stage, "lee", "apply")
    assert reply.done
    await swap(stage)
    assert await active(stage) == loaded_of(MILDER).version
    await stage.say("what a blockhead", user="u2")
    await stage.say("what a bonehead", user="u3")
    assert (stage.notices("u2"), len(stage.notices("u3"))) == ([], 1)
    card = policy_cards(stage, "applied")[0]
    assert card.buttons == ()
    assert "Decided by: Lee" in text_of(card)
    entry = (await stage.entries("policy_applied"))[-1]
    assert entry["actor"]["who"] == "lee"
    assert entry["details"]["before"] == before
    assert entry["policy"] == loaded_of(MILDER).version


async def test_of_two_saves_the_newer_one_counts(stage: Stage) -> None:
    await save(stage, MILDER)
    old = policy_cards(stage)[0].buttons[0].action
    await save(stage, HARSHER)
    assert len(policy_cards(stage, "overtaken")) == 1
    late = await stage.press("lee", old)
    assert (late.done, "the files were saved anew" in late.text) == (False, True), late.text
    assert (await press(stage, "lee", "apply")).done
    assert await active(stage) == loaded_of(HARSHER).version


async def test_saving_the_same_again_says_nothing_new(stage: Stage) -> None:
    assert await save(stage, MILDER) is not None
    assert await save(stage, MILDER) is None
    assert len(policy_cards(stage)) == 1


async def test_a_save_that_is_taken_back_leaves_nothing_to_apply(stage: Stage) -> None:
    await save(stage, MILDER)
    assert await save(stage) is None
    assert len(policy_cards(stage, "overtaken")) == 1
    assert not (await stage.give("lee", "lead.policy", what="apply")).done


async def test_what_a_lead_refused_is_not_proposed_again(stage: Stage) -> None:
    before = await active(stage)
    await save(stage, MILDER)
    assert (await press(stage, "lee", "refuse")).done
    assert await save(stage, MILDER) is None
    assert await active(stage) == before
    assert len(await stage.entries("policy_refused")) == 1


async def test_two_who_press_at_once_apply_once(stage: Stage) -> None:
    await save(stage, MILDER)
    action = policy_cards(stage)[0].buttons[0].action
    replies = [await stage.press(who, action) for who in ("lee", "ada")]
    assert [reply.done for reply in replies] == [True, False]
    assert "were applied by Lee, " in replies[1].text
    assert len(await stage.entries("policy_applied")) == 1


async def test_an_old_card_says_who_refused_the_policies(stage: Stage) -> None:
    await save(stage, MILDER)
    old = policy_cards(stage)[0].buttons[0].action
    await press(stage, "lee", "refuse")
    late = await stage.press("ada", old)
    assert (late.done, "were refused by Lee, " in late.text) == (False, True), late.text


async def test_an_old_card_says_that_others_were_applied_instead_and_by_whom(stage: Stage) -> None:
    await save(stage, HARSHER)
    await press(stage, "ada", "apply")
    await swap(stage)
    await save(stage, MILDER)
    old = policy_cards(stage, "a lead decides")[0].buttons[0].action
    assert (await stage.give("lee", "lead.policy", what="rollback")).done
    late = await stage.press("ada", old)
    assert (late.done, "others were applied by Lee, " in late.text) == (False, True), late.text


async def test_nobody_but_a_lead_applies_policies(stage: Stage) -> None:
    await save(stage, MILDER)
    before = await active(stage)
    for who in ("mo", "robin", "heron", "u1"):
        assert not (await press(stage, who, "apply")).done
        assert not (await stage.give(who, "lead.policy", what="rollback")).done
        assert (await stage.give(who, "lead.policy", what="show")).card is None
    assert await active(stage) == before
    assert {entry["details"]["right"] for entry in await stage.entries("refused")} == {"policy"}


async def test_a_rollback_brings_back_what_was_active_before_at_once(stage: Stage) -> None:
    first = await active(stage)
    await save(stage, MILDER)
    await press(stage, "lee", "apply")
    await swap(stage)
    await stage.pass_time(timedelta(minutes=1))
    reply = await stage.give("lee", "lead.policy", what="rollback")
    assert reply.done
    assert await active(stage) == first
    await swap(stage)
    await stage.say("you blockhead")
    assert len(stage.notices()) == 1
    entry = (await stage.entries("policy_applied"))[-1]
    assert (entry["details"]["before"], entry["actor"]["who"]) == (loaded_of(MILDER).version, "lee")
    # what still stands in the folder isn't held out to be pressed again
    assert await save(stage, MILDER) is None
    # and there is a way forward again
    assert (await stage.give("lee", "lead.policy", what="rollback", version=loaded_of(MILDER).version[:12])).done
    assert await active(stage) == loaded_of(MILDER).version


async def test_there_is_nothing_to_go_back_to_at_first(stage: Stage) -> None:
    assert not (await stage.give("lee", "lead.policy", what="rollback")).done


async def test_a_proposal_is_overtaken_by_a_rollback(stage: Stage) -> None:
    await save(stage, MILDER)
    await press(stage, "lee", "apply")
    await save(stage, HARSHER)
    action = policy_cards(stage, "a lead decides")[0].buttons[0].action
    await stage.give("lee", "lead.policy", what="rollback")
    reply = await stage.press("lee", action)
    assert not reply.done
    # held against what is active now, it can be proposed anew
    assert await save(stage, HARSHER) is not None


async def test_broken_files_are_shown_with_their_places_and_nothing_to_press(stage: Stage) -> None:
    before = await active(stage)
    await save(stage, BROKEN)
    card = policy_cards(stage)[0]
    assert "policies/acme/guidelines/respect.yaml:2:1" in text_of(card)
    assert card.buttons == ()
    assert await active(stage) == before
    assert not (await stage.give("lee", "lead.policy", what="apply")).done
    await save(stage, MILDER)
    assert len(policy_cards(stage, "a lead decides")) == 1


async def test_a_valid_but_silly_policy_is_noticed_before_it_goes_live(stage: Stage) -> None:
    for number in range(10):
        await stage.say("the weather is fine" if number < 4 else "hello", user=f"u{number}")
    await stage.pass_time(timedelta(hours=1), step=timedelta(hours=1))
    await save(stage, SILLY)
    assert "Being read" in text_of(policy_cards(stage)[0])
    await weigh(stage)
    said = text_of(policy_cards(stage)[0])
    assert "Of 10 messages of the last day, 4 would be deleted: 40 %." in said
    assert "respect/slur: 0 → 4" in said
    proposal = (await stage.rows("policy_proposals", state="open"))[0]
    assert "weather" not in proposal["effect"]


async def test_messages_older_than_a_day_weigh_nothing(stage: Stage) -> None:
    await stage.say("the weather is fine")
    await stage.pass_time(timedelta(hours=25), step=timedelta(hours=25))
    await save(stage, SILLY)
    await weigh(stage)
    assert "No messages could be read back." in text_of(policy_cards(stage)[0])


async def test_a_channel_that_cannot_be_read_keeps_the_others_from_nothing(stage: Stage) -> None:
    await stage.say("the weather is fine", where="help")
    await stage.say("the weather is fine", where="gaming", user="u2")
    stage.platform.lose_history()
    await save(stage, SILLY)
    await weigh(stage)
    said = text_of(policy_cards(stage)[0])
    assert "1 messages of" in said
    assert "couldn't be read" in said


async def test_a_widened_mandate_is_marked(stage: Stage) -> None:
    await save(stage, changed("organisations.yaml", "may: [delete, notice, warn, {timeout: {up_to: 24h}}]",
                              "may: [delete, notice, warn, kick, {timeout: {up_to: 24h}}]"))  # fmt: skip
    card = policy_cards(stage)[0]
    assert card.text.startswith("⚠")
    wider = next(field for field in card.fields if field.label == "⚠ More power")
    assert "nightwatch/night-moderation" in wider.value
    assert (await stage.entries("policy_proposed"))[0]["details"]["wider"] == 1


async def test_applied_policies_let_rules_out_of_the_shadow_into_which_they_fell(stage: Stage) -> None:
    async with stage.store.writing() as tx:
        await trip(tx, "acme", "respect/slur", await active(stage), stage.clock.now())
    shown = await stage.give("lee", "lead.policy", what="show")
    assert shown.card is not None
    assert "respect/slur" in text_of(shown.card)
    await save(stage, HARSHER)
    await press(stage, "lee", "apply")
    async with stage.store.reading() as tx:
        assert await tripped(tx, "acme") == set()
    assert (await stage.entries("policy_applied"))[-1]["details"]["tripped"] == 1


async def test_a_lead_lets_the_community_only_watch_and_turns_it_live_again(stage: Stage) -> None:
    assert not (await stage.give("lee", "lead.policy", what="live")).done
    assert (await stage.give("lee", "lead.policy", what="shadow")).done
    await swap(stage)
    await stage.say("you blockhead")
    assert stage.notices() == []
    shown = await stage.give("lee", "lead.policy", what="show")
    assert shown.card is not None
    assert (await stage.press("lee", shown.card.buttons[0].action)).done
    await swap(stage)
    await stage.say("you blockhead", user="u2")
    assert len(stage.notices("u2")) == 1
    assert [entry["details"]["mode"] for entry in await stage.entries("policy_applied")] == ["shadow", "live"]


async def test_in_shadow_policies_are_applied_in_shadow_or_turned_live_with_one_press(stage: Stage) -> None:
    await stage.give("lee", "lead.policy", what="shadow")
    await save(stage, MILDER)
    words = [button.action.partition(":")[0] for button in policy_cards(stage)[0].buttons]
    assert words == ["policy.apply", "policy.live", "policy.refuse"]
    await press(stage, "lee", "apply")
    await swap(stage)
    await stage.say("you bonehead")
    assert stage.notices() == []
    await save(stage, HARSHER)
    await press(stage, "lee", "live")
    await swap(stage)
    await stage.say("you blockhead", user="u2")
    assert len(stage.notices("u2")) == 1


async def test_a_card_of_older_policies_turns_nothing_live(stage: Stage) -> None:
    shown = await stage.give("lee", "lead.policy", what="show")
    assert shown.card is not None
    await save(stage, MILDER)
    await press(stage, "lee", "apply")
    late = await stage.press("ada", shown.card.buttons[0].action)
    assert (late.done, "are active now, applied by Lee, " in late.text) == (False, True), late.text


async def test_files_that_say_shadow_send_a_live_community_there_once_applied(stage: Stage) -> None:
    await save(stage, changed("community.yaml", "mode: live", "mode: shadow"))
    await press(stage, "lee", "apply")
    await swap(stage)
    await stage.say("you blockhead")
    assert stage.notices() == []


async def test_a_proposal_of_another_community_is_as_good_as_none(stage: Stage) -> None:
    await save(stage, MILDER)
    assert not (await stage.press("lee", "policy.apply:" + "0" * 32)).done
    async with stage.store.reading() as tx:
        found = await newest_proposal(tx, "acme")
    assert found is not None
    assert found.state is ProposalState.OPEN
