"""What changed while nobody told us is looked at once more: channels, members, user groups."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest_asyncio

from bot.domain.message import MessageKind
from bot.domain.outcome import OutcomeKind
from tests.adapters.slack.ground import SlackGround, slack_ground
from tests.adapters.slack.listening import Ear, heard
from tests.slack.uses import until

MINUTE = timedelta(minutes=1)


@pytest_asyncio.fixture
async def ground() -> AsyncIterator[SlackGround]:
    async with slack_ground() as found:
        yield found


@pytest_asyncio.fixture
async def ear(ground: SlackGround) -> AsyncIterator[Ear]:
    async with heard(ground) as found:
        yield found


async def test_a_channel_that_came_to_be_meanwhile_is_joined(ground: SlackGround, ear: Ear) -> None:
    kim = ground.join("kim")
    ground.clock.move(MINUTE)
    ground.server.delivery.lose(times=None)
    channel = ground.place.workspace.add_channel("new", members=[kim.user], creator=kim.user).id
    ground.server.delivery.mend()
    ground.server.sockets.drop()
    await until(lambda: channel in {one.channel for one in ear.streams})
    ground.server.hands.say(kim.user, channel, "hello there")
    await until(lambda: "hello there" in ear.texts())


async def test_an_account_that_was_deactivated_meanwhile_is_a_deed(ground: SlackGround, ear: Ear) -> None:
    kim = ground.join("kim")
    await until(lambda: kim in ear.entered)
    ground.clock.move(MINUTE)
    ground.server.delivery.lose(times=None)
    ground.server.hands.deactivate(ground.place.admin, kim.user)
    ground.server.delivery.mend()
    ground.server.sockets.drop()
    await until(lambda: bool(ear.deeds))
    assert [(one.member, one.sanction) for one in ear.deeds] == [(kim, OutcomeKind.BAN)]


async def test_a_name_that_was_taken_meanwhile_is_judged_and_others_are_not(ground: SlackGround, ear: Ear) -> None:
    kim, robin = ground.join("kim"), ground.join("robin")
    await until(lambda: {kim, robin} <= set(ear.entered))
    ground.clock.move(MINUTE)
    ground.server.delivery.lose(times=None)
    ground.server.hands.rename(kim.user, display_name="nitwit")
    ground.server.delivery.mend()
    ground.server.sockets.drop()
    await until(lambda: MessageKind.RENAME in [one.kind for one in ear.offered])
    ground.say(robin, "after it")
    await until(lambda: "after it" in ear.texts())
    renames = [one for one in ear.offered if one.kind is MessageKind.RENAME]
    assert [(one.author.account, "nitwit" in one.author.names) for one in renames] == [(kim, True)]


async def test_who_is_in_a_user_group_since_is_known(ground: SlackGround, ear: Ear) -> None:
    kim = ground.join("kim")
    await until(lambda: kim in ear.entered and ground.connected.groups.of(kim.user) is not None)
    ground.clock.move(MINUTE)
    ground.server.delivery.lose(times=None)
    group, _ = ground.hold(kim)
    ground.server.delivery.mend()
    ground.server.sockets.drop()
    await until(lambda: ground.connected.groups.of(kim.user) == frozenset({group}))
