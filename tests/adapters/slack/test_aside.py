"""Whoever writes to the bot is told what can be done there, and what they press and send reaches the core."""

from collections.abc import AsyncIterator

import pytest_asyncio

from bot.domain.card import Button, Card
from bot.domain.command import Form, FormField, Invocation, Reply
from tests.adapters.slack.blocks_of import actions, shown
from tests.adapters.slack.ground import SlackGround, slack_ground, title_of
from tests.adapters.slack.listening import Ear, heard
from tests.slack.things import JSON
from tests.slack.uses import until

_CARD = Card(
    title="acme", text="You can do this here.",
    buttons=(
        Button(action="everyone.report", label="Report something"),
        Button(action="everyone.appeal", label="Appeal a decision"),
    ),
)  # fmt: skip
_FIELDS = (FormField(name="statement", label="What?"), FormField(name="member", label="Who?", required=False))


async def answered(invocation: Invocation) -> Reply:
    """Answer as the core does."""
    if invocation.command == "everyone.write":
        return Reply(card=_CARD, done=False)
    if "statement" in invocation.options:
        return Reply(text="Received.")
    return Reply(form=Form(action=invocation.command, title="Say it", fields=_FIELDS))


@pytest_asyncio.fixture
async def ground() -> AsyncIterator[SlackGround]:
    async with slack_ground() as made:
        yield made


@pytest_asyncio.fixture
async def ear(ground: SlackGround) -> AsyncIterator[Ear]:
    async with heard(ground, answered) as listening:
        yield listening


def told(ground: SlackGround, user: str) -> list[JSON]:
    """Return what the bot wrote to somebody."""
    direct = ground.server.hands.direct_messages(user, ground.place.app)
    return [one for one in direct if one["user"] == ground.place.bot]


async def test_a_member_who_writes_is_told_what_can_be_done(ground: SlackGround, ear: Ear) -> None:
    kim = ground.join("kim")
    await until(lambda: ear.offered)
    before = len(ear.offered)
    ground.server.hands.write_to(kim.user, ground.place.app, "help, somebody insults me <!channel>")
    await until(lambda: told(ground, kim.user))
    (answer,) = told(ground, kim.user)
    assert title_of(answer) == ground.connected.door.own.name
    assert actions(answer["blocks"]) == ["everyone.report", "everyone.appeal"]
    (given,) = ear.given
    assert (given.command, given.account, given.channel) == ("everyone.write", kim, None)
    assert len(ear.offered) == before, "what is written to the bot is judged by nobody"


async def test_whoever_writes_much_is_answered_once_a_minute(ground: SlackGround, ear: Ear) -> None:
    kim, robin = ground.join("kim").user, ground.join("robin").user
    for _ in range(5):
        ground.server.hands.write_to(kim, ground.place.app, "hello?")
    ground.server.hands.write_to(robin, ground.place.app, "hello?")
    await until(lambda: told(ground, robin))
    assert len(told(ground, kim)) == 1


async def test_whoever_writes_is_answered_in_their_language_and_where_they_wrote(ground: SlackGround, ear: Ear) -> None:
    kim = ground.join("kim").user
    ground.place.workspace.change_user(kim, locale="de-DE")
    await until(lambda: (ground.connected.people.remembered(kim) or {}).get("locale") == "de-DE")
    ts = ground.server.hands.write_to(kim, ground.place.app, "hallo")
    await until(lambda: told(ground, kim))
    assert ear.given[-1].language == "de"
    robin = ground.join("robin").user
    root = ground.place.workspace.post(
        ground.place.workspace.open_direct(robin, ground.place.bot).id, ground.place.bot, "a notice"
    ).ts
    ground.server.hands.write_to(robin, ground.place.app, "why?", thread=root)
    await until(lambda: len(told(ground, robin)) == 2)
    assert told(ground, robin)[-1]["thread_ts"] == root
    assert "thread_ts" not in next(one for one in told(ground, kim) if one["ts"] > ts)


async def test_what_is_changed_deleted_or_written_by_programs_answers_to_nobody(ground: SlackGround, ear: Ear) -> None:
    kim, robin = ground.join("kim").user, ground.join("robin").user
    direct = ground.place.workspace.open_direct(kim, ground.place.bot).id
    ts = ground.place.workspace.post(direct, ground.place.bot, "a notice").ts
    ground.place.workspace.edit(direct, ts, by=ground.place.bot, text="another")
    ground.place.workspace.delete(direct, ts, by=ground.place.bot)
    ground.server.hands.write_to(robin, ground.place.app, "hello?")
    await until(lambda: told(ground, robin))
    assert not [one for one in told(ground, kim) if one.get("blocks")]
    assert {one.account.user for one in ear.given} == {robin}


async def test_what_is_pressed_there_asks_in_a_modal_and_is_sent(ground: SlackGround, ear: Ear) -> None:
    kim, hands = ground.join("kim").user, ground.server.hands
    hands.write_to(kim, ground.place.app, "hello")
    await until(lambda: told(ground, kim))
    direct = ground.place.workspace.open_direct(kim, ground.place.bot).id
    (answer,) = told(ground, kim)
    view = (await hands.press(kim, direct, answer["ts"], "Report something").settled()).opened
    assert view is not None
    # whoever is meant is chosen: nobody knows ids by heart
    await hands.submit(view, **{"What?": "they insult me", "Who?": ground.place.admin}).answered()
    assert shown(view.blocks) == "Received."
    given = ear.given[-1]
    assert given.channel is None
    assert given.options["statement"] == "they insult me"
    assert given.options["member"] is not None
