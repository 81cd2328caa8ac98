"""Whoever writes to the bot is told what can be done there; what they press and send reaches the right server."""

from collections.abc import AsyncIterator

import pytest_asyncio

from bot.domain.action import ActionKind, Answer
from bot.domain.card import Button, Card
from bot.domain.command import Form, FormField, Invocation, Reply
from bot.ports import Effect
from tests.adapters.discord.ground import DiscordGround, discord_ground, texts_of, title_of, words_of
from tests.adapters.discord.listening import Ear, heard
from tests.discord.bots import until
from tests.discord.components import flat
from tests.discord.guild import JSON

_CARD = Card(
    title="acme", text="You can do this here.",
    buttons=(
        Button(action="everyone.report", label="Report something"),
        Button(action="everyone.appeal", label="Appeal a decision"),
    ),
)  # fmt: skip
_FORM = Form(action="everyone.report", title="Report", fields=(FormField(name="statement", label="What?"),))


async def answered(invocation: Invocation) -> Reply:
    """Answer as the core does."""
    if invocation.command == "everyone.write":
        return Reply(card=_CARD, done=False)
    if "statement" in invocation.options:
        return Reply(text="Received.")
    return Reply(form=Form(action=f"{invocation.command}:{invocation.options.get('subject', '')}".rstrip(":"),
                           title="Say it", fields=_FORM.fields))  # fmt: skip


@pytest_asyncio.fixture
async def ground() -> AsyncIterator[DiscordGround]:
    async with discord_ground() as made:
        yield made


@pytest_asyncio.fixture
async def ear(ground: DiscordGround) -> AsyncIterator[Ear]:
    async with heard(ground, answered) as listening:
        yield listening


def told(ground: DiscordGround, user: str) -> list[JSON]:
    """Return what the bot wrote to somebody."""
    bot = ground.server.world.bot["id"]
    return [one for one in ground.server.hands.direct_messages(user) if one["author"]["id"] == bot]


def buttons(message: JSON) -> list[str]:
    return [one["custom_id"] for one in flat(message["components"]) if one["type"] == 2]


async def test_a_member_who_writes_is_told_what_can_be_done(ground: DiscordGround, ear: Ear) -> None:
    ground.server.hands.write_to_bot(ground.place.member, "help, somebody insults me")
    await until(lambda: told(ground, ground.place.member))
    (answer,) = told(ground, ground.place.member)
    server = ground.place.guild.id
    # one installation may look after several servers: each is called by its own name
    assert title_of(answer) == "Harbour"
    assert buttons(answer) == [f"{server}/everyone.report", f"{server}/everyone.appeal"]
    (given,) = ear.given
    assert (given.command, given.account.user, given.language) == ("everyone.write", ground.place.member, "")
    assert given.channel is None
    assert not ear.offered, "what is written to the bot is judged by nobody"


async def test_whoever_writes_much_is_answered_once_a_minute(ground: DiscordGround, ear: Ear) -> None:
    for _ in range(5):
        ground.server.hands.write_to_bot(ground.place.member, "hello?")
    ground.server.hands.write_to_bot(ground.place.staff, "hello?")
    await until(lambda: told(ground, ground.place.staff))
    assert len(told(ground, ground.place.member)) == 1


async def test_somebody_who_is_on_no_server_of_ours_is_told_nothing(ground: DiscordGround, ear: Ear) -> None:
    stranger = str(ground.server.world.account("Stranger")["id"])
    ground.server.hands.write_to_bot(stranger, "hello")
    ground.server.hands.write_to_bot(ground.place.member, "hello")
    await until(lambda: told(ground, ground.place.member))
    assert not told(ground, stranger)
    assert {one.account.user for one in ear.given} == {ground.place.member}, "nothing is noted of a stranger"


async def appealable(_invocation: Invocation) -> Reply:
    """Answer as the core does to somebody to whom something was done."""
    return Reply(card=_CARD, done=True)


async def test_somebody_who_was_banned_is_told_how_to_appeal(ground: DiscordGround, ear: Ear) -> None:
    # Discord lets a bot write to people with whom it shares a server, any server
    ground.server.world.add_guild("Elsewhere").join(ground.place.member)
    ground.place.guild.ban(ground.place.member, by=ground.place.staff)
    ear.answer = appealable
    ground.server.hands.write_to_bot(ground.place.member, "why?")
    await until(lambda: told(ground, ground.place.member))


async def test_somebody_whom_the_bot_can_t_write_to_is_let_be(ground: DiscordGround, ear: Ear) -> None:
    ground.place.guild.ban(ground.place.member, by=ground.place.staff)
    ear.answer = appealable
    ground.server.hands.write_to_bot(ground.place.member, "why?")
    ground.server.hands.write_to_bot(ground.place.staff, "hello")
    await until(lambda: told(ground, ground.place.staff))
    assert not told(ground, ground.place.member)
    assert not ground.told


async def test_somebody_whom_others_banned_is_told_nothing(ground: DiscordGround, ear: Ear) -> None:
    ground.place.guild.ban(ground.place.member, by=ground.place.staff)
    ground.server.hands.write_to_bot(ground.place.member, "why?")
    await until(lambda: ear.given)
    ground.server.hands.write_to_bot(ground.place.staff, "hello")
    await until(lambda: told(ground, ground.place.staff))
    assert not told(ground, ground.place.member)


async def test_a_report_is_made_in_a_direct_message(ground: DiscordGround, ear: Ear) -> None:
    member = ground.place.member
    ground.server.hands.write_to_bot(member, "hello")
    await until(lambda: told(ground, member))
    (answer,) = told(ground, member)
    pressed = ground.server.hands.press(member, answer["channel_id"], answer["id"], "Report something")
    await pressed.settled()
    assert pressed.form is not None
    assert pressed.form["custom_id"] == f"{ground.place.guild.id}/everyone.report"
    sent = ground.server.hands.submit(pressed, statement="they insult me")
    await sent.settled()
    given = ear.given[-1]
    assert (given.command, given.options["statement"], given.channel) == ("everyone.report", "they insult me", None)
    assert given.community == "acme"
    mine = [one for one in ground.server.hands.direct_messages(member) if one["id"] in sent.messages]
    assert [words_of(one) for one in mine] == ["Received."]


async def test_a_banned_member_appeals_from_the_notice_they_have(ground: DiscordGround, ear: Ear) -> None:
    limpet = ground.join("limpet")
    button = Button(action="everyone.appeal:K7Q2-MX4T-9RWA", label="Appeal")
    notice = Effect(
        action="a" * 32, kind=ActionKind.NOTICE, account=limpet, text="You are banned.", buttons=(button,)
    )  # fmt: skip
    (result,) = await ground.platform.enforce([notice])
    assert result.answer is Answer.DONE
    ground.place.guild.ban(limpet.user, by=ground.place.staff)
    (shown,) = told(ground, limpet.user)
    assert "You are banned." in texts_of(shown)
    pressed = ground.server.hands.press(limpet.user, shown["channel_id"], shown["id"], "Appeal")
    await pressed.settled()
    sent = ground.server.hands.submit(pressed, statement="it wasn't me")
    await sent.settled()
    given = ear.given[-1]
    assert (given.command, given.account) == ("everyone.appeal", limpet)
    assert given.options == {"subject": "K7Q2-MX4T-9RWA", "statement": "it wasn't me"}


async def test_what_staff_press_in_a_direct_message_says_its_server(ground: DiscordGround, ear: Ear) -> None:
    limpet = ground.join("limpet")
    card = Card(title="Look at this", buttons=(Button(action="escalation.take:1:1", label="Take it"),))
    page = Effect(action="b" * 32, kind=ActionKind.NOTICE, account=limpet, text="Look at this", card=card)
    await ground.platform.enforce([page])
    (shown,) = told(ground, limpet.user)
    assert buttons(shown) == [f"{ground.place.guild.id}/escalation.take:1:1"]
    pressed = ground.server.hands.press(limpet.user, shown["channel_id"], shown["id"], "Take it")
    await pressed.settled()
    assert (ear.given[-1].command, ear.given[-1].options) == ("escalation.take", {"subject": "1", "version": "1"})


async def test_a_button_of_a_server_that_isn_t_reached_says_so(ground: DiscordGround, ear: Ear) -> None:
    limpet = ground.join("limpet")
    button = Button(action="everyone.appeal", label="Appeal")
    notice = Effect(action="c" * 32, kind=ActionKind.NOTICE, account=limpet, text="Banned.", buttons=(button,))
    await ground.platform.enforce([notice])
    (shown,) = told(ground, limpet.user)
    client = ground.connected.session.client
    held = client.listeners.pop(ground.place.guild.id)
    pressed = ground.server.hands.press(limpet.user, shown["channel_id"], shown["id"], "Appeal")
    await pressed.settled()
    client.listeners[ground.place.guild.id] = held
    mine = [one for one in ground.server.hands.direct_messages(limpet.user) if one["id"] in pressed.messages]
    assert "Try again" in words_of(mine[0])
    assert not ear.given
