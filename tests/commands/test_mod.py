"""What moderators do: stories of one command each, from what is typed to what members see."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio

from bot.domain.action import ActionKind
from bot.domain.message import Member
from bot.domain.outcome import OutcomeKind
from bot.domain.staff import Shift
from bot.store.engine import Store
from bot.store.shifts import add_shift
from tests.stage.stage import Stage, set_stage


@pytest_asyncio.fixture
async def stage(store: Store) -> AsyncIterator[Stage]:
    stage = await set_stage(store)
    for person in ("robin", "merle", "onda", "mo"):
        await on_shift(stage, person)
    yield stage
    await stage.close()


async def on_shift(stage: Stage, person: str) -> None:
    organisation = stage.policies.governance.roster.people[person].organisation
    now = stage.clock.now()
    shift = Shift(
        id=f"{person:-<32}", person=person, organisation=organisation, start=now, until=now + timedelta(hours=9)
    )
    async with stage.store.writing() as tx:
        await add_shift(tx, "acme", shift)


def here(stage: Stage, user: str = "u1") -> Member:
    """Return a member who is in the community."""
    stage.world.join(stage.ref(user))
    return stage.member(user)


async def test_a_warning_cites_the_guideline_names_the_partner_and_counts(stage: Stage) -> None:
    reply = await stage.give("robin", "mod.warn", member=here(stage), guideline="respect", why="third time today")
    assert reply.done, reply.text
    assert "is warned" in reply.text
    (notice,) = stage.notices("u1")
    assert "Argue with ideas, never against people." in notice
    assert "Behind it stands Nightwatch, our moderation partner." in notice
    assert "A person decided this, without a program." in notice
    assert "/appeal" in notice
    assert "Robin" not in notice
    assert [row["amount"] for row in await stage.rows("strikes")] == [1]
    (decision,) = await stage.rows("decisions")
    assert (decision["person"], decision["organisation"]) == ("robin", "nightwatch")


async def test_a_reason_is_sealed_and_nobody_is_told_it(stage: Stage) -> None:
    words = "@everyone <b>third</b> time"
    await stage.give("robin", "mod.warn", member=here(stage), guideline="respect", why=words)
    (entry,) = await stage.entries("decision")
    assert words not in str(entry)
    assert "commitment" in entry["details"]["reason"]
    (notice,) = stage.notices("u1")
    assert "everyone" not in notice


async def test_a_second_warning_reaches_the_ladder(stage: Stage) -> None:
    member = here(stage)
    await stage.give("robin", "mod.warn", member=member, guideline="respect")
    reply = await stage.give("mo", "mod.warn", member=member, guideline="respect")
    assert "step of the ladder: timeout" in reply.text
    assert stage.world.standing(stage.ref("u1"), OutcomeKind.TIMEOUT).held
    assert "write here again from" in stage.notices("u1")[-1]
    await stage.pass_time(timedelta(minutes=61))
    assert not stage.world.standing(stage.ref("u1"), OutcomeKind.TIMEOUT).held


async def test_a_strike_of_a_rule_and_one_by_hand_climb_the_same_ladder(stage: Stage) -> None:
    await stage.say("you blockhead")
    await stage.give("robin", "mod.warn", member=stage.member("u1"), guideline="respect")
    assert stage.world.standing(stage.ref("u1"), OutcomeKind.TIMEOUT).held


async def test_whoever_is_helped_climbs_no_ladder(stage: Stage) -> None:
    await stage.say("I am despairing")
    member = stage.member("u1")
    await stage.give("robin", "mod.warn", member=member, guideline="respect")
    await stage.give("robin", "mod.warn", member=member, guideline="respect")
    assert not stage.world.standing(stage.ref("u1"), OutcomeKind.TIMEOUT).held


async def test_a_reminder_counts_for_nothing_and_says_so(stage: Stage) -> None:
    reply = await stage.give("robin", "mod.remind", member=here(stage), guideline="respect")
    assert "nothing follows" in reply.text
    (notice,) = stage.notices("u1")
    assert "This is a reminder, and nothing follows from it." in notice
    assert "appeal" not in notice
    assert not await stage.rows("strikes")


async def test_a_quarantine_that_no_mandate_gives_is_denied_with_a_reason_and_recorded(stage: Stage) -> None:
    reply = await stage.give("robin", "mod.quarantine", member=here(stage), guideline="respect")
    assert not reply.done
    assert "Your mandate doesn't give you that" in reply.text
    (entry,) = await stage.entries("refused")
    assert (entry["details"]["command"], entry["details"]["reason"]) == ("mod.quarantine", "no_power")
    assert not await stage.rows("decisions")
    assert not stage.notices("u1")


async def test_a_ban_that_must_be_asked_for_holds_with_a_timeout_meanwhile(stage: Stage) -> None:
    reply = await stage.give("robin", "mod.ban", member=here(stage), guideline="respect")
    assert "Asked the community's own team" in reply.text
    assert "can't write" in reply.text
    assert stage.world.standing(stage.ref("u1"), OutcomeKind.TIMEOUT).held
    assert not stage.world.standing(stage.ref("u1"), OutcomeKind.BAN).held
    assert "only while somebody looks" in stage.notices("u1")[-1]
    assert not await stage.rows("strikes")


async def test_the_notice_of_a_kick_arrives_before_the_kick(stage: Stage) -> None:
    reply = await stage.give("lee", "mod.kick", member=here(stage), guideline="respect")
    assert reply.done, reply.text
    kinds = [kind for kind, target, _ in stage.world.log if "9" not in target]
    assert [kind for kind in kinds if kind in (ActionKind.NOTICE, ActionKind.KICK)] == [
        ActionKind.NOTICE,
        ActionKind.KICK,
    ]
    assert "with this code: " in stage.notices("u1")[0]


async def test_the_notice_of_a_ban_arrives_before_the_ban_with_a_code(stage: Stage) -> None:
    await stage.give("lee", "mod.ban", member=here(stage), guideline="respect", **{"for": "30d"})
    kinds = [kind for kind, _, _ in stage.world.log if kind in (ActionKind.NOTICE, ActionKind.RESTRICT)]
    assert kinds == [ActionKind.NOTICE, ActionKind.RESTRICT]
    (notice,) = stage.notices("u1")
    assert "until 2026-07-17 12:00 (Europe/Berlin)" in notice
    assert "with this code: " in notice


async def test_a_notice_is_written_in_the_language_of_the_member_else_of_the_place(stage: Stage) -> None:
    await stage.give("lee", "mod.timeout", member=here(stage), guideline="respect", **{"for": "1h"})
    await stage.give("u2", "mod.may", language="de")
    await stage.give("lee", "mod.timeout", member=here(stage, "u2"), guideline="respect", **{"for": "1h"})
    assert "Argue with ideas" in stage.notices("u1")[0]
    assert "Streite über Ideen" in stage.notices("u2")[0]
    assert "Dahinter steht das Acme-Team." in stage.notices("u2")[0]


async def test_a_timeout_is_lifted_by_its_handle_and_the_member_is_told(stage: Stage) -> None:
    reply = await stage.give("robin", "mod.timeout", member=here(stage), guideline="respect", **{"for": "2h"})
    handle = reply.text.rpartition("/mod lift ")[2].rstrip(".")
    lifted = await stage.give("robin", "mod.lift", sanction=handle, why="they said sorry")
    assert lifted.done, lifted.text
    assert not stage.world.standing(stage.ref("u1"), OutcomeKind.TIMEOUT).held
    assert "was lifted before its time" in stage.notices("u1")[-1]
    again = await stage.give("robin", "mod.lift", sanction=handle, why="once more")
    assert again.text == "There is no such sanction that you could lift. Its handle stands in /mod member."


async def test_a_partner_lifts_nothing_that_others_imposed_and_learns_nothing_of_it(stage: Stage) -> None:
    reply = await stage.give("robin", "mod.timeout", member=here(stage), guideline="respect", **{"for": "30m"})
    handle = reply.text.rpartition("/mod lift ")[2].rstrip(".")
    others = await stage.give("onda", "mod.lift", sanction=handle, why="mistake")
    unknown = await stage.give("onda", "mod.lift", sanction="00000000", why="mistake")
    assert (others.done, others.text) == (False, unknown.text)
    assert stage.world.standing(stage.ref("u1"), OutcomeKind.TIMEOUT).held


async def test_a_message_is_removed_once(stage: Stage) -> None:
    message = await stage.say("buy my things")
    first = await stage.give("robin", "mod.delete", message=message)
    assert first.text == "The message is being removed. Nothing brings it back."
    assert stage.world.find(message.ref) is None
    again = await stage.give("robin", "mod.delete", message=message)
    assert again.text == "That message is being removed already."
    assert not stage.notices("u1")


async def test_few_messages_are_purged_at_once_and_only_within_reach(stage: Stage) -> None:
    inside = [await stage.say(f"spam {number}") for number in range(3)]
    outside = await stage.say("spam elsewhere", where="elsewhere")
    reply = await stage.give("robin", "mod.purge", member=stage.member("u1"), last="10")
    assert reply.text == "3 messages are being removed. Nothing brings them back."
    assert all(stage.world.find(one.ref) is None for one in inside)
    assert stage.world.find(outside.ref) is not None


async def test_many_messages_are_shown_before_they_are_purged_and_go_once(stage: Stage) -> None:
    messages = [await stage.say(f"spam {number}") for number in range(12)]
    reply = await stage.give("robin", "mod.purge", member=stage.member("u1"), last="100")
    assert reply.card is not None
    assert reply.card.title.startswith("Remove 12 messages of ")
    assert all(stage.world.find(one.ref) is not None for one in messages)
    button = stage.button(reply.card, "Remove them")
    other = await stage.press("mo", button, where="help")
    assert not other.done
    done = await stage.press("robin", button, where="help")
    assert done.text == "12 messages are being removed. Nothing brings them back."
    assert all(stage.world.find(one.ref) is None for one in messages)
    again = await stage.press("robin", button, where="help")
    assert again.text == "This button has had its time. Give the command again."


async def test_a_preview_has_had_its_time_after_a_quarter_of_an_hour(stage: Stage) -> None:
    for number in range(11):
        await stage.say(f"spam {number}")
    reply = await stage.give("robin", "mod.purge", member=stage.member("u1"), last="11")
    assert reply.card is not None
    await stage.pass_time(timedelta(minutes=15))
    late = await stage.press("robin", stage.button(reply.card, "Remove them"), where="help")
    assert not late.done


async def test_a_menu_asks_for_what_it_doesnt_say_and_a_form_is_done_once(stage: Stage) -> None:
    asked = await stage.give("robin", "mod.timeout", member=here(stage))
    assert asked.form is not None
    assert [field.name for field in asked.form.fields] == ["guideline", "for", "why"]
    assert not await stage.rows("sanctions")
    sent = {"guideline": "respect", "for": "1h", "why": "again"}
    done = await stage.press("robin", asked.form.action, where="help", **sent)
    assert "can't write until" in done.text
    again = await stage.press("robin", asked.form.action, where="help", **sent)
    assert again.text == "This form was sent already, or has had its time. Give the command again."
    assert len(await stage.rows("sanctions")) == 1


async def test_a_form_does_not_make_a_protected_member_fair_game(stage: Stage) -> None:
    stage.world.join(stage.ref("u7"))
    asked = await stage.give("robin", "mod.warn", member=stage.member("u7", roles=frozenset({"5001"})))
    assert asked.form is not None
    sent = await stage.press("robin", asked.form.action, where="help", guideline="respect")
    assert "role against which nobody acts" in sent.text


async def test_a_channel_is_slow_until_its_time_is_over(stage: Stage) -> None:
    reply = await stage.give("mo", "mod.slow", channel=stage.channel("help"), every="30s", **{"for": "1h"})
    assert "The channel is slow until" in reply.text
    assert list(stage.world.slow.values()) == [30]
    await stage.pass_time(timedelta(minutes=61))
    assert list(stage.world.slow.values()) == [0]


async def test_slow_mode_ends_where_no_pause_is_given(stage: Stage) -> None:
    await stage.give("mo", "mod.slow", channel=stage.channel("help"), every="30s")
    reply = await stage.give("mo", "mod.slow", channel=stage.channel("help"))
    assert reply.text == "The channel isn't slow any more."
    assert list(stage.world.slow.values()) == [0]


async def test_a_record_shows_a_partner_its_own_work_and_others_as_being_handled(stage: Stage) -> None:
    member = here(stage)
    await stage.give("robin", "mod.timeout", member=member, guideline="respect", **{"for": "30m"})
    own = await stage.give("robin", "mod.member", member=member)
    assert own.card is not None
    assert "nightwatch" in str(own.card)
    assert not own.card.text
    other = await stage.give("onda", "mod.member", member=member)
    assert other.card is not None
    assert "nightwatch" not in str(other.card)
    assert other.card.text == "Something else about this member is being handled."
    assert [entry["details"]["what"] for entry in await stage.entries("viewed")] == ["member", "member"]


async def test_why_a_message_matches_is_shown_on_its_words_and_looking_is_recorded(stage: Stage) -> None:
    message = stage.message("you blockhead")
    reply = await stage.give("robin", "mod.explain", message=message)
    assert reply.card is not None
    (quote,) = reply.card.quotes
    assert [quote.text[start:end] for start, end in quote.marks] == ["blockhead"]
    assert [line.label for line in reply.card.fields] == ["respect/slur"]
    (entry,) = await stage.entries("viewed")
    assert entry["details"]["what"] == "message"
    member = await stage.give("u5", "mod.explain", message=message)
    assert not member.done


async def test_what_one_may_is_told_with_its_limits_and_what_must_be_asked_for(stage: Stage) -> None:
    reply = await stage.give("robin", "mod.may")
    assert reply.card is not None
    said = {line.label: line.value for line in reply.card.fields}
    assert "timeout (up to 1 day)" in said["By yourself"]
    assert "ban" in said["When somebody says yes"]
    assert "quarantine" not in str(reply.card)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"for": "100000d"}, "is longer or shorter than anything that makes sense"),
        ({"for": "soon"}, "is no length of time"),
        ({"for": "1h", "why": "x" * 4_000}, "4000 characters long"),
        ({"for": "1h", "guideline": "respekt"}, "Did you mean respect?"),
        ({"for": "1h", "case": "NOSUCH"}, "There is no such case for you."),
        ({"for": "1h", "member": "@ghost"}, "That is no member here."),
    ],
)
async def test_bad_input_is_one_clear_sentence_and_nothing_is_done(
    stage: Stage, options: dict[str, str], said: str
) -> None:
    given: dict[str, Any] = {"member": here(stage), "guideline": "respect", **options}
    reply = await stage.give("robin", "mod.timeout", **given)
    assert not reply.done
    assert said in reply.text
    assert not await stage.rows("decisions")


async def test_a_command_that_comes_twice_is_done_once(stage: Stage) -> None:
    member = here(stage)
    await stage.give("robin", "mod.warn", id="same", member=member, guideline="respect")
    again = await stage.give("robin", "mod.warn", id="same", member=member, guideline="respect")
    assert not again.done
    assert len(await stage.rows("strikes")) == 1


async def test_a_member_who_left_is_warned_all_the_same_and_nothing_hangs(stage: Stage) -> None:
    reply = await stage.give("lee", "mod.kick", member=stage.member("gone"), guideline="respect")
    assert reply.done
    assert not await stage.held()
