"""Nobody sees more of a workspace through Locum than without it: a link alone opens no channel."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from adapters.slack.seeing import sees
from bot.domain.message import Message, MessageRef
from bot.i18n import say
from tests.adapters.slack.blocks_of import shown
from tests.adapters.slack.ground import SlackGround, slack_ground
from tests.adapters.slack.listening import Ear, heard
from tests.slack.uses import until


@pytest_asyncio.fixture
async def ground() -> AsyncIterator[SlackGround]:
    async with slack_ground() as made:
        yield made


@pytest_asyncio.fixture
async def ear(ground: SlackGround) -> AsyncIterator[Ear]:
    async with heard(ground) as listening:
        yield listening


def link(ref: MessageRef, thread: str = "") -> str:
    """Return the link to a message as Slack copies it."""
    more = f"?thread_ts={thread}&cid={ref.channel}" if thread else ""
    return f"https://acme.slack.com/archives/{ref.channel}/p{ref.message.replace('.', '')}{more}"


async def given(ground: SlackGround, ear: Ear, user: str, what: str, *, where: str = "") -> Message | str:
    """Return the message that a link or an id names for somebody, or what they read instead."""
    ear.given.clear()
    use = await ground.server.hands.give(user, where or ground.place.room, f"/report {what}").settled()
    if not ear.given:
        return "\n".join(shown(one.blocks) for one in use.whispers)
    found = ear.given[-1].options["message"]
    assert isinstance(found, Message)
    return found


async def test_a_public_message_is_found_by_its_link_and_one_of_here_by_its_id(ground: SlackGround, ear: Ear) -> None:
    kim = ground.join("kim")
    there, here = ground.say(kim, "in a thread", where=ground.thread), ground.say(kim, "here")
    for what, text in ((link(there, ground.thread.thread), "in a thread"), (link(here), "here"),
                       (here.message, "here")):  # fmt: skip
        found = await given(ground, ear, kim.user, what)
        assert isinstance(found, Message), found
        assert found.text == text


async def test_a_private_channel_s_message_is_not_had_by_its_link(ground: SlackGround, ear: Ear) -> None:
    kim = ground.join("kim")
    secret = ground.ref(ground.leads, ground.server.hands.say(ground.place.admin, ground.leads.channel, "a secret"))
    assert await given(ground, ear, kim.user, link(secret)) == say("commands.unknown_message", "en")
    found = await given(ground, ear, ground.place.admin, link(secret))
    assert isinstance(found, Message)
    assert found.text == "a secret"


async def test_direct_messages_and_what_is_not_there_are_not_had_by_links(ground: SlackGround, ear: Ear) -> None:
    kim, robin = ground.join("kim"), ground.join("robin")
    direct = ground.place.workspace.open_direct(kim.user, ground.place.admin).id
    said = ground.server.hands.say(kim.user, direct, "between the two of us")
    for what in (link(ground.ref(ground.help, said)).replace(ground.help.channel, direct),
                 link(ground.ref(ground.help, "1774778400.999999")), "1774778400.999999",
                 "https://acme.slack.com/archives/C0NOWHERE/p1774778400999999"):  # fmt: skip
        assert await given(ground, ear, robin.user, what) == say("commands.unknown_message", "en")


@pytest.mark.parametrize("stranger", [True, False])
async def test_guests_and_people_from_elsewhere_see_their_own_channels_alone(
    ground: SlackGround, ear: Ear, stranger: bool
) -> None:
    workspace, channel = ground.place.workspace, ground.help.channel
    guest = workspace.add_user("guest", is_restricted=True, told=False).id
    # of whoever shares a channel with us, Slack says by their workspace alone that they are from elsewhere
    partner = workspace.add_user("partner", team_id="T0ELSEWHERE", is_stranger=stranger, told=False).id
    for one in (guest, partner):
        workspace.join(channel, one)
        assert await sees(ground.connected, one, channel)
        assert not await sees(ground.connected, one, ground.thread.channel)
        assert not await sees(ground.connected, one, ground.leads.channel)
    kim = ground.join("kim").user
    assert await sees(ground.connected, kim, ground.thread.channel)


async def test_whoever_was_deactivated_or_never_was_sees_nothing(ground: SlackGround, ear: Ear) -> None:
    kim = ground.join("kim").user
    ground.server.hands.deactivate(ground.place.admin, kim)
    await until(lambda: (ground.connected.people.remembered(kim) or {}).get("deleted"))
    assert not await sees(ground.connected, kim, ground.help.channel)
    assert not await sees(ground.connected, "U0NOBODY", ground.help.channel)
