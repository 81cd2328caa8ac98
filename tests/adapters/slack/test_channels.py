"""Channels are heard where we are in them: those that are shut, put away or private are no channels of ours."""

from collections.abc import AsyncIterator

import pytest_asyncio

from tests.adapters.slack.ground import SlackGround, slack_ground


@pytest_asyncio.fixture
async def ground() -> AsyncIterator[SlackGround]:
    async with slack_ground() as found:
        await found.connected.channels.look()
        yield found


def heard(ground: SlackGround) -> set[str]:
    return {one.channel for one in ground.connected.channels.heard()}


async def test_channels_in_which_we_are_are_heard_and_others_are_not(ground: SlackGround) -> None:
    workspace = ground.place.workspace
    own = workspace.add_channel("own", members=[ground.place.bot]).id
    other = workspace.add_channel("other", members=[ground.place.admin]).id
    await ground.connected.channels.look()
    assert own in heard(ground)
    assert other not in heard(ground)


async def test_a_public_channel_is_joined_and_a_private_one_stays_shut(ground: SlackGround) -> None:
    workspace = ground.place.workspace
    public = workspace.add_channel("public", members=[ground.place.admin]).id
    private = workspace.add_channel("private", members=[ground.place.admin], is_private=True).id
    assert await ground.connected.channels.join(public)
    assert not await ground.connected.channels.join(private)
    assert heard(ground) & {public, private} == {public}


async def test_what_slack_leaves_out_of_a_channel_stays_as_it_was(ground: SlackGround) -> None:
    channels = ground.connected.channels
    channels.learn({"id": ground.help.channel, "name": "renamed"})
    assert ground.help.channel in heard(ground)
    assert channels.place(ground.help.channel).name == "renamed"
    channels.learn({"id": ground.help.channel, "is_archived": True})
    assert ground.help.channel not in heard(ground)


async def test_a_channel_that_is_closed_to_us_is_described_by_nobody(ground: SlackGround) -> None:
    assert await ground.connected.channels.described("C0NOWHERE") is None
