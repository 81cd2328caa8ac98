"""What a platform leaves to people: a card asks for it, what they say is looked at, and whoever did it is recorded."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import update

from bot.domain.action import ActionKind, ActionState
from bot.domain.card import Card
from bot.domain.outcome import OutcomeKind
from bot.domain.place import stream_of
from bot.domain.sanction import FREE, Standing
from bot.i18n import say
from bot.ports import Effect
from bot.services.outside.vanishing import Vanishing
from bot.services.performing import Performer, through_platform
from bot.services.sanctioning import EXPIRE, expiring
from bot.services.timing import sweep
from bot.store.engine import Store
from bot.store.tables import messages
from bot.store.watching import store_seen
from tests.services.outside.seeing import by_hand, deed, see, standing
from tests.services.outside.test_entering import entering
from tests.services.staff.staging import on_stage
from tests.stage.policies import RESPECT
from tests.stage.stage import CONNECTION, Stage

HELD = Standing(held=True)
HOUR = timedelta(hours=1)
WORDS = ("apple", "river", "stone", "window", "garden", "candle", "forest")


def leave(stage: Stage, kind: ActionKind) -> None:
    """Let the platform leave a kind to people from now on."""
    stage.platform.by_hand = lambda effect: effect.kind is kind


def leave_bans(stage: Stage) -> None:
    def is_ban(effect: Effect) -> bool:
        return effect.sanction is OutcomeKind.BAN

    stage.platform.by_hand = is_ban


def steps(stage: Stage) -> list[Card]:
    return [card for card in stage.cards() if card.title.startswith("By hand")]


async def states(stage: Stage, kind: str) -> list[tuple[str, str]]:
    found = sorted(await stage.rows("actions", kind=kind), key=lambda row: row["number"])
    return [(row["state"], row["reason"]) for row in found]


async def ban(stage: Stage, user: str = "u1", **options: str) -> None:
    given = await stage.give("lee", "mod.ban", member=stage.joined(user), guideline="respect", why="enough", **options)
    assert given.done, given.text


async def press(stage: Stage, word: str, who: str = "lee", **more: str) -> str:
    """Let somebody press a button of the newest card of steps, and return the answer."""
    (card,) = [card for card in steps(stage) if card.buttons][-1:]
    (action,) = [one.action for one in card.buttons if one.action.startswith(f"hand.{word}:")]
    return (await stage.press(who, action, **more)).text


async def test_what_the_platform_leaves_to_people_hangs_with_the_leads_with_a_link(store: Store) -> None:
    async with on_stage(store) as stage:
        leave(stage, ActionKind.DELETE)
        await stage.say("you blockhead")
        (card,) = steps(stage)
        assert card.title == "By hand: delete a message"
        assert [link.url for link in card.links] == [stage.platform.link]
        case = (await stage.rows("cases"))[0]["number"]
        assert {field.label: field.value for field in card.fields}["Case"] == case
        assert await states(stage, "delete") == [("by_hand", "no_right")]
        assert not await stage.held()
        (entry,) = await stage.entries("manual_step")
        assert entry["details"]["change"] == "asked"
        assert stage.platform.link not in str(entry)


async def test_a_step_that_was_done_is_confirmed_in_the_name_of_whoever_says_so(store: Store) -> None:
    async with on_stage(store) as stage:
        leave(stage, ActionKind.DELETE)
        message = await stage.say("you blockhead")
        stage.world.erase(message.ref)
        assert await press(stage, "done") == say("hand.said_done", count=1)
        assert await states(stage, "delete") == [("confirmed", "by_hand")]
        deleting = [one for one in await stage.entries("action") if one["details"]["kind"] == "delete"]
        assert [one["actor"]["who"] for one in deleting] == ["lee"]
        (decision,) = [one for one in await stage.entries("decision") if one["details"].get("rules")]
        assert decision["actor"]["who"] == "respect/slur"
        (card,) = steps(stage)
        assert (card.text, card.buttons, card.links) == ("Done.", (), ())


async def test_what_plainly_still_stands_is_not_taken_for_done(store: Store) -> None:
    async with on_stage(store) as stage:
        leave(stage, ActionKind.DELETE)
        message = await stage.say("you blockhead")
        await press(stage, "done")
        assert await states(stage, "delete") == [("by_hand", "still_there")]
        (card,) = steps(stage)
        assert card.text.startswith(say("hand.still_there"))
        stage.world.erase(message.ref)
        await press(stage, "done", "ada")
        assert await states(stage, "delete") == [("confirmed", "by_hand")]
        deleting = [one for one in await stage.entries("action") if one["details"]["kind"] == "delete"]
        assert [one["actor"]["who"] for one in deleting] == ["ada"]


async def test_where_the_platform_cannot_tell_their_word_counts(store: Store) -> None:
    async with on_stage(store) as stage:
        leave(stage, ActionKind.DELETE)
        await stage.say("you blockhead")
        stage.platform.can_read_states = False
        await press(stage, "done")
        assert await states(stage, "delete") == [("confirmed", "their_word")]


async def test_only_leads_of_the_own_team_say_what_became_of_a_step(store: Store) -> None:
    async with on_stage(store) as stage:
        leave(stage, ActionKind.DELETE)
        await stage.say("you blockhead")
        for who in ("robin", "heron", "mo", "u5"):
            for word in ("done", "impossible"):
                await press(stage, word, who)
        assert await states(stage, "delete") == [("by_hand", "no_right")]
        assert {one["details"]["right"] for one in await stage.entries("refused")} == {"confirm"}


async def test_a_step_that_cannot_be_done_is_given_up_by_name(store: Store) -> None:
    async with on_stage(store) as stage:
        leave(stage, ActionKind.DELETE)
        await stage.say("you blockhead")
        assert not await press(stage, "impossible")
        assert stage.replies[-1].form is not None
        await press(stage, "impossible", why="it is in another company's channel")
        assert await states(stage, "delete") == [("failed", "impossible")]
        (card,) = steps(stage)
        assert (card.text, card.buttons) == (say("hand.given_up"), ())
        given_up = (await stage.entries("manual_step"))[-1]
        assert (given_up["actor"]["who"], given_up["details"]["change"]) == ("lee", "impossible")
        assert "another company" not in str(await stage.entries("manual_step"))


async def test_steps_of_one_case_and_sort_share_a_card(store: Store) -> None:
    async with on_stage(store) as stage:
        leave(stage, ActionKind.DELETE)
        for number in range(25):
            stage.platform.link = f"https://chat.example/archives/10/p{number}"
            await stage.say(f"you blockhead number {number}")
        (card,) = steps(stage)
        assert card.title == "By hand: delete 25 messages"
        assert [link.url.rpartition("p")[2] for link in card.links] == [str(number) for number in range(20)]
        assert say("hand.more", count=5) in card.text


async def test_a_raid_of_many_members_makes_a_few_cards(store: Store) -> None:
    async with on_stage(store) as stage:
        leave(stage, ActionKind.DELETE)
        for number in range(40):
            words = f"{WORDS[number % 7]} {number} {WORDS[number % 5]} blockhead {WORDS[number % 3]}"
            await stage.say(words, user=f"raider{number}")
        assert len(steps(stage)) == 11
        assert sum(len(card.links) for card in steps(stage)) <= 40
        assert steps(stage)[-1].title == "By hand: delete 30 messages"


async def test_a_press_on_a_card_to_which_something_came_since_does_nothing(store: Store) -> None:
    async with on_stage(store) as stage:
        leave(stage, ActionKind.DELETE)
        await stage.say("you blockhead")
        (old,) = steps(stage)
        await stage.say("and a blockhead again")
        action = old.buttons[0].action
        assert (await stage.press("lee", action)).text == say("hand.grown")
        assert [state for state, _ in await states(stage, "delete")] == ["by_hand", "by_hand"]


@pytest.mark.parametrize("subject", ["", "0" * 32, "'; drop table manual_steps; --", "x" * 500])
async def test_a_button_that_names_no_step_is_answered_and_nothing_happens(store: Store, subject: str) -> None:
    async with on_stage(store) as stage:
        for word in ("done", "impossible"):
            reply = await stage.give("lee", f"hand.{word}", subject=subject, version="1", why="why not")
            assert (reply.done, reply.text) == (False, say("hand.unknown"))


async def test_a_second_press_says_that_nothing_waits_any_more(store: Store) -> None:
    async with on_stage(store) as stage:
        leave(stage, ActionKind.DELETE)
        await stage.say("you blockhead")
        (card,) = steps(stage)
        await stage.press("lee", card.buttons[1].action, why="no")
        assert (await stage.press("ada", card.buttons[0].action)).text == say("hand.settled")


async def test_a_deactivation_that_the_platform_shows_settles_the_ban_and_is_no_second_one(store: Store) -> None:
    async with on_stage(store) as stage:
        leave_bans(stage)
        await ban(stage)
        assert steps(stage)[0].title == "By hand: deactivate an account"
        await by_hand(stage, 1, "u1", OutcomeKind.BAN, HELD, by="ada")
        assert await states(stage, "restrict") == [("confirmed", "seen")]
        (ended,) = [one for one in await stage.entries("action") if one["details"]["kind"] == "restrict"]
        assert (ended["actor"]["who"], ended["details"]["reason"]) == ("ada", "seen")
        assert not await stage.entries("done_outside")
        assert len(await stage.rows("sanctions")) == 1
        assert steps(stage)[0].text == "Done."


async def test_a_deed_told_after_the_press_is_the_same_deed(store: Store) -> None:
    async with on_stage(store) as stage:
        leave_bans(stage)
        await ban(stage)
        stage.world.natively(stage.ref("u1"), OutcomeKind.BAN, HELD)
        await press(stage, "done")
        assert await states(stage, "restrict") == [("confirmed", "by_hand")]
        await see(stage, standing(stage, 1, OutcomeKind.BAN, HELD, member="u1", by="lee"))
        assert not await stage.entries("done_outside")
        # the next one is somebody's own
        await see(stage, standing(stage, 2, OutcomeKind.BAN, HELD, member="u1", by="lee"))
        assert len(await stage.entries("done_outside")) == 1


async def test_lifting_what_was_set_by_hand_asks_for_a_hand_again(store: Store) -> None:
    async with on_stage(store) as stage:
        leave_bans(stage)
        await ban(stage)
        await by_hand(stage, 1, "u1", OutcomeKind.BAN, HELD, by="ada")
        (sanction,) = await stage.rows("sanctions")
        given = await stage.give("lee", "mod.lift", sanction=sanction["id"][:8], why="a mistake")
        assert given.done, given.text
        titles = [card.title for card in steps(stage) if card.buttons]
        assert titles == ["By hand: make sure that an account is active again"]
        await by_hand(stage, 2, "u1", OutcomeKind.BAN, FREE, by="ada")
        assert [state for state, _ in await states(stage, "restrict")] == ["confirmed", "confirmed"]
        assert not any(card.buttons for card in steps(stage))


async def test_a_step_that_was_never_done_is_settled_by_what_ends_its_sanction(store: Store) -> None:
    async with on_stage(store) as stage:
        leave_bans(stage)
        await ban(stage, for_="2h")
        await stage.pass_time(3 * HOUR)
        assert await states(stage, "restrict") == [("superseded", "covered"), ("confirmed", "already_so")]
        assert steps(stage)[0].text == say("hand.needless")


async def test_taking_a_decision_back_settles_its_steps(store: Store) -> None:
    async with on_stage(store) as stage:
        leave(stage, ActionKind.DELETE)
        await stage.say("you blockhead")
        (case,) = await stage.rows("cases")
        given = await stage.give("lee", "case.decide", case=case["number"], verdict="no_violation", why="a quotation")
        assert given.done, given.text
        assert await states(stage, "delete") == [("superseded", "undone")]
        assert steps(stage)[0].text == say("hand.needless")


async def test_a_kick_by_hand_is_known_by_its_deed(store: Store) -> None:
    async with on_stage(store) as stage:
        leave(stage, ActionKind.KICK)
        given = await stage.give("lee", "mod.kick", member=stage.joined("u1"), guideline="respect", why="enough")
        assert given.done, given.text
        await see(stage, deed(stage, 1, by="ada", member="u1"))
        assert await states(stage, "kick") == [("confirmed", "seen")]
        assert not await stage.entries("done_outside")


async def test_what_is_forgotten_meanwhile_comes_to_an_end(store: Store) -> None:
    async with on_stage(store) as stage:
        leave(stage, ActionKind.DELETE)
        await stage.say("you blockhead")
        async with stage.store.writing() as tx:
            await tx.execute(update(messages).where(messages.c.account.is_not(None)).values(message=None))
        await press(stage, "done")
        assert await states(stage, "delete") == [("failed", "forgotten")]
        assert steps(stage)[0].text == say("hand.given_up")


async def test_nobody_did_it_in_time_and_the_path_of_the_case_begins(store: Store) -> None:
    async with on_stage(store) as stage:
        leave(stage, ActionKind.DELETE)
        await stage.say("you blockhead")
        await stage.pass_time(timedelta(minutes=70))
        begun = [one for one in await stage.entries("escalation") if one["details"].get("cause") == "hand"]
        assert begun
        late = [one for one in await stage.entries("manual_step") if one["details"]["change"] == "late"]
        assert len(late) == 1


async def test_whoever_watches_the_program_sees_how_many_steps_wait(store: Store) -> None:
    async with on_stage(store) as stage:
        leave(stage, ActionKind.DELETE)
        for user in ("u1", "u2"):
            await stage.say("you blockhead", user=user)
        async with stage.store.reading() as tx:
            seen = await store_seen(tx, stage.clock.now())
        assert [(one.connection, one.by_hand) for one in seen.actions] == [(CONNECTION.name, 2)]


async def test_what_comes_to_a_card_puts_no_reminder_off(store: Store) -> None:
    async with on_stage(store) as stage:
        leave_bans(stage)
        await ban(stage)
        for _ in range(6):
            # whoever is banned, and comes back again and again
            await stage.pass_time(2 * HOUR)
            await entering(stage).entered(stage.ref("u1"), stage.clock.now())
            await stage.perform()
        assert [one for one in await stage.entries("manual_step") if one["details"]["change"] == "late"]


async def test_what_is_done_again_long_after_a_step_was_confirmed_is_somebody_s_own_act(store: Store) -> None:
    async with on_stage(store) as stage:
        leave_bans(stage)
        await ban(stage)
        stage.world.natively(stage.ref("u1"), OutcomeKind.BAN, HELD)
        await press(stage, "done")
        # of that deed, the platform never told
        await stage.pass_time(3 * HOUR)
        await see(stage, standing(stage, 1, OutcomeKind.BAN, HELD, member="u1", by="lee"))
        assert len(await stage.entries("done_outside")) == 1


async def test_what_is_done_by_a_program_is_left_to_nobody(store: Store) -> None:
    async with on_stage(store) as stage:
        await stage.say("you blockhead")
        assert not steps(stage)
        assert not await stage.rows("manual_steps")
        assert await states(stage, "delete") == [(ActionState.CONFIRMED.value, "")]


async def test_two_leads_who_press_at_once_are_both_answered_and_it_is_looked_at_once(store: Store) -> None:
    async with on_stage(store) as stage:
        leave(stage, ActionKind.DELETE)
        message = await stage.say("you blockhead")
        stage.world.erase(message.ref)
        (card,) = steps(stage)
        stage.waiting = True
        await asyncio.gather(*(stage.press(who, card.buttons[0].action) for who in ("lee", "ada")))
        stage.waiting = False
        await stage.perform()
        assert sorted(reply.done for reply in stage.replies[-2:]) == [False, True]
        assert await states(stage, "delete") == [("confirmed", "by_hand")]
        said = [one for one in await stage.entries("manual_step") if one["details"]["change"] == "done"]
        assert len(said) == 1


async def test_what_was_said_to_be_done_survives_that_nobody_looks_for_a_while(store: Store) -> None:
    async with on_stage(store) as stage:
        leave(stage, ActionKind.DELETE)
        message = await stage.say("you blockhead")
        stage.waiting = True
        await press(stage, "done")
        # whoever performs is gone, and so is what they remembered: another one takes the connection over
        stage.world.erase(message.ref)
        stage.waiting = False
        await stage.pass_time(timedelta(minutes=5))
        assert await states(stage, "delete") == [("confirmed", "by_hand")]


async def test_without_policies_nobody_can_be_asked_and_it_is_tried_again_later(store: Store) -> None:
    async with on_stage(store) as stage:
        leave_bans(stage)
        await ban(stage, for_="2h")
        await by_hand(stage, 1, "u1", OutcomeKind.BAN, HELD, by="ada")
        needs = replace(stage.needs(CONNECTION.name), policies=lambda _: None)
        stage.clock.move(2 * HOUR)
        await sweep(stage.store, stage.clock, {EXPIRE: expiring(stage.keys)})
        performer = Performer(needs, through_platform(stage.platform), community=stage.policies.community)
        while await performer.perform_due():
            pass
        assert [state for state, _ in await states(stage, "restrict")] == ["confirmed", "planned"]
        await stage.pass_time(timedelta(minutes=15))
        assert [state for state, _ in await states(stage, "restrict")] == ["confirmed", "by_hand"]
        assert steps(stage)[-1].buttons


@pytest.mark.parametrize("pressed", [False, True])
async def test_a_message_that_went_settles_its_step_and_is_nothing_new(store: Store, *, pressed: bool) -> None:
    async with on_stage(store) as stage:
        leave(stage, ActionKind.DELETE)
        message = await stage.say("you blockhead")
        stage.world.erase(message.ref)
        if pressed:
            await press(stage, "done")
        vanishing = Vanishing(
            store=stage.store, keys=stage.keys, clock=stage.clock, policies=lambda: stage.policies, wake=lambda: None
        )
        await vanishing.gone(stream_of(message.channel), [message.ref.message], stage.clock.now())
        await stage.pass_time(timedelta(minutes=2))
        assert await states(stage, "delete") == [("confirmed", "by_hand" if pressed else "gone")]
        (ended,) = [one for one in await stage.entries("action") if one["details"]["kind"] == "delete"]
        assert ended["actor"].get("who", "outside") == ("lee" if pressed else "outside")
        assert not await stage.entries("done_outside")
        assert steps(stage)[0].text == "Done."


async def test_a_ban_that_is_left_to_hands_takes_along_what_was_written_lately_message_by_message(store: Store) -> None:
    files = (
        "guidelines/respect.yaml",
        RESPECT.replace("then: [{timeout: 10m}, {case: hate}]", "then: [{ask: {ban: {purge: 1h}}}, {case: hate}]"),
    )
    async with on_stage(store, files) as stage:
        leave_bans(stage)
        await stage.say("long ago")
        await stage.pass_time(2 * HOUR, step=HOUR)
        await stage.say("lately")
        await stage.say("somebody else's", user="u2")
        await stage.say("you nitwit")
        (card,) = [one for one in stage.cards() if any(b.action.startswith("approval.approve") for b in one.buttons)]
        assert (await stage.press("lee", stage.button(card, "approval.approve"))).done
        await stage.pass_time(timedelta(minutes=1), step=timedelta(seconds=5))
        standing_now = [one.text for held in stage.world.messages.values() for one in held.values()]
        assert sorted(standing_now) == ["long ago", "somebody else's"]
        purged = [row for row in await stage.rows("actions", kind="delete") if row["key"].startswith("purge:")]
        assert [row["state"] for row in purged] == ["confirmed", "confirmed"]
        # said to be done and still there: asked for again, and nothing is planned twice
        await press(stage, "done")
        again = [row for row in await stage.rows("actions", kind="delete") if row["key"].startswith("purge:")]
        assert len(again) == len(purged)
