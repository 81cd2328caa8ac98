"""Whoever asks on Discord is answered within its three seconds, whatever becomes of what they asked."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio

from adapters.discord.calls import CallError
from bot.domain.card import Button, Card
from bot.domain.command import Form, FormField, Invocation, Reply, Suggestion
from bot.domain.message import Member, Message
from bot.i18n import say
from bot.ports import PlatformUnavailableError
from tests.adapters.discord.ground import DiscordGround, discord_ground, words_of
from tests.adapters.discord.listening import Ear, heard, until_told
from tests.discord.bots import until
from tests.discord.faults import FaultKind
from tests.discord.interactions import Answer, Interaction, Kind

_CALLBACK = "/interactions/{interaction_id}/{interaction_token}/callback"
_FORM = Form(action="mod.form:1", title="Why?", fields=(FormField(name="why", label="Why"),))


@pytest_asyncio.fixture
async def ground() -> AsyncIterator[DiscordGround]:
    async with discord_ground() as made:
        yield made


@pytest_asyncio.fixture
async def ear(ground: DiscordGround) -> AsyncIterator[Ear]:
    async with heard(ground) as listening:
        await until_told(ground)
        yield listening


def may(ground: DiscordGround, **options: Any) -> Interaction:
    """Let a member ask something that takes nothing."""
    return ground.server.hands.give(ground.place.member, ground.place.room, "mod may", **options)


def said(ground: DiscordGround, asked: Interaction) -> str:
    """Return what whoever asked reads."""
    mine = set(asked.messages)
    seen = ground.server.hands.sees(asked.user_id, asked.channel_id)
    return "\n".join(words_of(one) for one in seen if one["id"] in mine)


async def test_whoever_asks_is_answered_alone(ground: DiscordGround, ear: Ear) -> None:
    asked = may(ground)
    await asked.settled()
    assert (asked.answer, said(ground, asked)) == (Answer.MESSAGE, "Done.")
    assert not ground.server.hands.sees(ground.place.staff, ground.place.room)
    (given,) = ear.given
    assert (given.command, given.account.user, given.id) == ("mod.may", ground.place.member, asked.id)
    assert given.channel is not None
    assert given.channel.id == ground.place.room


async def test_an_answer_that_takes_time_is_promised_first(ground: DiscordGround, ear: Ear) -> None:
    go = asyncio.Event()

    async def slowly(_invocation: Invocation) -> Reply:
        await go.wait()
        return Reply(text="Done at last.")

    ear.answer = slowly
    asked = may(ground)
    await until(lambda: asked.answer is Answer.DEFERRED)
    go.set()
    await asked.settled()
    assert said(ground, asked) == "Done at last."


async def test_an_answer_for_everybody_that_takes_time_is_seen_by_everybody(ground: DiscordGround, ear: Ear) -> None:
    go = asyncio.Event()

    async def slowly(_invocation: Invocation) -> Reply:
        await go.wait()
        return Reply(text="Look, all of you.", public=True)

    ear.answer = slowly
    asked = may(ground)
    await until(lambda: asked.answer is Answer.DEFERRED)
    go.set()
    await until(lambda: ground.server.hands.sees(ground.place.staff, ground.place.room))
    (shown,) = ground.server.hands.sees(ground.place.staff, ground.place.room)
    assert words_of(shown) == "Look, all of you."


@pytest.mark.parametrize("kind", [FaultKind.ACTED, FaultKind.REFUSED, FaultKind.ACTED_CUT])
async def test_an_answer_for_everybody_never_stands_twice_and_whoever_asked_reads_it(
    ground: DiscordGround, ear: Ear, kind: FaultKind
) -> None:
    go = asyncio.Event()

    async def slowly(_invocation: Invocation) -> Reply:
        await go.wait()
        return Reply(text="Look, all of you.", public=True)

    ear.answer = slowly
    asked = may(ground)
    await until(lambda: asked.answer is Answer.DEFERRED)
    ground.server.faults.fail(kind, "POST", "/webhooks/{webhook_id}/{webhook_token}", status=502)
    go.set()
    await until(lambda: "Look" in said(ground, asked))
    shown = ground.server.hands.sees(ground.place.staff, ground.place.room)
    assert len(shown) <= (0 if kind is FaultKind.REFUSED else 1)


async def test_a_form_that_comes_too_late_is_asked_for_once_more(ground: DiscordGround, ear: Ear) -> None:
    go = asyncio.Event()

    async def slowly(_invocation: Invocation) -> Reply:
        await go.wait()
        return Reply(form=_FORM)

    ear.answer = slowly
    asked = may(ground)
    await until(lambda: asked.answer is Answer.DEFERRED)
    go.set()
    await asked.settled()
    assert "Try once more" in said(ground, asked)


async def test_a_form_is_opened_and_what_was_filled_in_comes_back(ground: DiscordGround, ear: Ear) -> None:
    async def form_first(invocation: Invocation) -> Reply:
        return Reply(text="Done.") if "why" in invocation.options else Reply(form=_FORM)

    ear.answer = form_first
    opened = may(ground)
    await opened.settled()
    assert opened.answer is Answer.FORM
    sent = ground.server.hands.submit(opened, why="because")
    await sent.settled()
    assert said(ground, sent) == "Done."
    assert ear.given[-1].options == {"subject": "1", "why": "because"}


async def test_a_press_is_answered_though_its_message_is_gone(ground: DiscordGround, ear: Ear) -> None:
    ear.answer = _with_button
    shown = may(ground)
    await shown.settled()
    world = ground.server.world
    source = {**ground.server.hands.sees(ground.place.member, ground.place.room)[0], "id": world.ids.next()}
    data = {"custom_id": "case.claim:1:1", "component_type": 2, "id": 1}
    pressed = ground.server.interactions.begin(
        Kind.COMPONENT, ground.place.member, ground.place.room, data, source=source
    )  # fmt: skip
    await pressed.settled()
    assert pressed.answer is Answer.MESSAGE
    assert ear.given[-1].command == "case.claim"


async def _with_button(_invocation: Invocation) -> Reply:
    return Reply(card=Card(title="A case", buttons=(Button(action="case.claim:1:1", label="Claim"),)))


async def test_whoever_is_answered_too_late_ends_nothing(ground: DiscordGround, ear: Ear) -> None:
    async def too_late(_invocation: Invocation) -> Reply:
        ground.clock.move(timedelta(seconds=4))
        return Reply(text="Done.")

    ear.answer = too_late
    may(ground)
    await until(lambda: ground.told)
    assert [type(one) for one in ground.told] == [CallError]
    ear.answer = _with_button
    asked = may(ground)
    await asked.settled()
    assert asked.answer is Answer.MESSAGE


async def test_an_answer_whose_token_is_over_ends_nothing(ground: DiscordGround, ear: Ear) -> None:
    go = asyncio.Event()

    async def for_ages(_invocation: Invocation) -> Reply:
        await go.wait()
        return Reply(text="Done.")

    ear.answer = for_ages
    asked = may(ground)
    await until(lambda: asked.answer is Answer.DEFERRED)
    ground.clock.move(timedelta(minutes=16))
    go.set()
    await until(lambda: ground.told)
    # an interaction's token, not the bot's
    assert [type(one) for one in ground.told] == [CallError]


async def test_what_discord_heard_without_an_answer_is_said_once(ground: DiscordGround, ear: Ear) -> None:
    ground.server.faults.fail(FaultKind.ACTED, "POST", _CALLBACK, times=1)
    asked = may(ground)
    await until(lambda: sum(one.route == _CALLBACK for one in ground.server.record.requests) == 2)
    assert said(ground, asked) == "Done."
    await may(ground).settled()
    assert not ground.told


async def test_a_promise_that_discord_heard_without_an_answer_is_kept(ground: DiscordGround, ear: Ear) -> None:
    go = asyncio.Event()

    async def slowly(_invocation: Invocation) -> Reply:
        await go.wait()
        return Reply(text="Done at last.")

    ear.answer = slowly
    ground.server.faults.fail(FaultKind.ACTED, "POST", _CALLBACK, times=1)
    asked = may(ground)
    await until(lambda: sum(one.route == _CALLBACK for one in ground.server.record.requests) == 2)
    go.set()
    await until(lambda: said(ground, asked) == "Done at last.")


async def test_what_the_core_can_t_say_now_is_said_as_such(ground: DiscordGround, ear: Ear) -> None:
    async def broken(_invocation: Invocation) -> Reply:
        raise PlatformUnavailableError

    ear.answer = broken
    asked = may(ground)
    await asked.settled()
    assert "Try again" in said(ground, asked)


async def test_an_answer_that_is_far_too_long_is_cut(ground: DiscordGround, ear: Ear) -> None:
    async def at_length(_invocation: Invocation) -> Reply:
        return Reply(text="word " * 4_000, card=Card(title="x" * 900, text="*" * 9_000))

    ear.answer = at_length
    asked = may(ground)
    await asked.settled()
    assert said(ground, asked).startswith("word word")


async def test_no_more_is_suggested_than_discord_shows(ground: DiscordGround, ear: Ear) -> None:
    ear.suggestions = [
        *(Suggestion(value=f"g{number}", label="l" * 200) for number in range(40)),
        Suggestion(value="v" * 101, label=""),
    ]
    hands, place = ground.server.hands, ground.place
    asked = hands.complete(place.member, place.room, "mod warn", "guideline", "g", member=place.staff)
    await asked.settled()
    assert len(asked.choices or ()) == 25


async def test_a_burst_of_messages_keeps_nobody_waiting(ground: DiscordGround, ear: Ear) -> None:
    for number in range(400):
        ground.server.hands.say(ground.place.member, ground.place.room, f"spam {number}")
    asked = may(ground)
    await asked.settled()
    assert asked.answer is Answer.MESSAGE
    assert len(ear.given) == 1


async def test_a_menu_on_a_message_brings_the_message(ground: DiscordGround, ear: Ear) -> None:
    posted = ground.server.hands.say(ground.place.staff, ground.place.room, "you blockhead")
    asked = ground.server.hands.use_on_message(ground.place.member, ground.place.room, posted, "Report")
    await asked.settled()
    (given,) = ear.given
    named = given.options["message"]
    assert isinstance(named, Message)
    assert (given.command, named.text, named.ref.message) == ("everyone.report", "you blockhead", posted)
    # who is protected is known by their roles
    assert ground.place.staff_role in (named.author.roles or ())


@pytest.mark.parametrize(("menu", "command"), [("Look up", "mod.member"), ("Purge", "mod.purge"), ("Warn", "mod.warn")])
async def test_a_menu_on_a_member_brings_the_member(
    ground: DiscordGround, ear: Ear, menu: str, command: str
) -> None:  # fmt: skip
    asked = ground.server.hands.use_on_user(ground.place.member, ground.place.room, ground.place.staff, menu)
    await asked.settled()
    (given,) = ear.given
    named = given.options["member"]
    assert isinstance(named, Member)
    assert (given.command, named.key) == (command, ground.place.staff)
    assert ground.place.staff_role in (named.roles or ())


async def test_a_link_leads_to_a_message_of_this_server_alone(ground: DiscordGround, ear: Ear) -> None:
    other = ground.server.world.add_guild("Elsewhere", permissions=None)
    room = other.add_channel("secret")["id"]

    async def explained(guild: str, where: str, by: str) -> Interaction:
        posted = ground.server.world.post(where, by, "secret words")["id"]
        link = f"https://discord.com/channels/{guild}/{where}/{posted}"
        asked = ground.server.hands.give(ground.place.member, ground.place.room, "mod explain", message=link)
        await asked.settled()
        return asked

    await explained(ground.place.guild.id, ground.place.room, ground.place.staff)
    elsewhere = await explained(other.id, room, str(other.data["owner_id"]))
    # nor does it help to say that it stood here
    pretended = await explained(ground.place.guild.id, room, str(other.data["owner_id"]))
    (given,) = ear.given
    assert isinstance(given.options["message"], Message)
    assert said(ground, elsewhere) == said(ground, pretended) == say("commands.unknown_message", "en")


async def test_several_members_are_looked_up_with_their_roles(ground: DiscordGround, ear: Ear) -> None:
    away = str(ground.server.world.account("Gone")["id"])
    named = f"<@{ground.place.member}> {ground.place.staff},{away}"
    asked = ground.server.hands.give(ground.place.staff, ground.place.room, "lead massban", members=named)
    await asked.settled()
    found = ear.given[0].options["members"]
    assert isinstance(found, tuple)
    assert [one.key for one in found] == [ground.place.member, ground.place.staff, away]
    assert ground.place.staff_role in (found[1].roles or ())
    assert (found[2].roles, found[2].joined_at) == (None, None)
