"""What happens in a workspace is handed over as it is: messages, revisions, deletions, comings and changes."""

from collections.abc import AsyncIterator

import pytest_asyncio

from bot.domain.message import MessageKind
from bot.domain.outcome import OutcomeKind
from tests.adapters.slack.ground import SlackGround, slack_ground
from tests.adapters.slack.listening import Ear, heard
from tests.slack.uses import until


@pytest_asyncio.fixture
async def ground() -> AsyncIterator[SlackGround]:
    async with slack_ground() as found:
        yield found


@pytest_asyncio.fixture
async def ear(ground: SlackGround) -> AsyncIterator[Ear]:
    async with heard(ground) as found:
        yield found


async def test_what_members_write_is_heard_in_order(ground: SlackGround, ear: Ear) -> None:
    kim = ground.join("kim")
    for word in ("one", "two", "three"):
        ground.say(kim, word)
    await until(lambda: len([one for one in ear.texts() if one]) == 3)
    assert [one for one in ear.texts() if one] == ["one", "two", "three"]


async def test_a_revision_is_heard_as_the_same_message(ground: SlackGround, ear: Ear) -> None:
    kim = ground.join("kim")
    ref = ground.say(kim, "at first")
    await until(lambda: "at first" in ear.texts())
    ground.edit(ref, "and then")
    await until(lambda: "and then" in ear.texts())
    (before, after) = [one for one in ear.offered if one.ref == ref]
    assert before.edited_at is None
    assert after.edited_at is not None


async def test_a_preview_of_a_link_is_no_revision(ground: SlackGround, ear: Ear) -> None:
    kim = ground.join("kim")
    ref = ground.say(kim, "see https://example.org")
    ground.server.hands.unfurl(ref.channel, ref.message, "https://example.org", title="An example")
    ground.say(kim, "after it")
    await until(lambda: "after it" in ear.texts())
    assert len([one for one in ear.offered if one.ref == ref]) == 1


async def test_a_deletion_is_told_with_where_the_message_stood(ground: SlackGround, ear: Ear) -> None:
    kim = ground.join("kim")
    ref = ground.say(kim, "soon gone")
    answer = ground.say(kim, "in a thread", where=ground.thread)
    ground.erase(ref)
    ground.erase(answer)
    await until(lambda: len(ear.gone) == 2)
    assert set(ear.gone) == {(ground.help, (ref.message,)), (ground.thread, (answer.message,))}


async def test_who_joins_the_workspace_is_told_once_and_who_joins_a_channel_is_no_newcomer(
    ground: SlackGround, ear: Ear
) -> None:
    kim = ground.join("kim")
    await until(lambda: kim in ear.entered and ear.offered)
    assert [one.author.account for one in ear.offered if one.kind is MessageKind.JOIN] == [kim]


async def test_an_account_that_somebody_deactivates_is_a_deed_of_nobody_known(ground: SlackGround, ear: Ear) -> None:
    kim = ground.join("kim")
    ground.server.hands.deactivate(ground.place.admin, kim.user)
    await until(lambda: bool(ear.deeds))
    (deed,) = ear.deeds
    assert (deed.member, deed.sanction, deed.standing.held, deed.by) == (kim, OutcomeKind.BAN, True, None)


async def test_a_new_channel_is_joined_and_heard(ground: SlackGround, ear: Ear) -> None:
    workspace = ground.place.workspace
    kim = ground.join("kim")
    channel = workspace.add_channel("new", members=[kim.user], creator=kim.user).id
    await until(lambda: ground.place.bot in workspace.channel(channel).members)
    ground.server.hands.say(kim.user, channel, "hello there")
    await until(lambda: "hello there" in ear.texts())
    assert channel in {one.channel for one in ear.streams}


async def test_what_locum_posted_is_no_message_of_a_member(ground: SlackGround, ear: Ear) -> None:
    kim = ground.join("kim")
    workspace = ground.place.workspace
    workspace.post(ground.help.channel, ground.place.bot, "a card", bot_id=ground.place.app.bots[workspace.id].id)
    ground.say(kim, "after it")
    await until(lambda: "after it" in ear.texts())
    assert "a card" not in ear.texts()
