"""Whoever wrote something is asked for once, and remembered until Slack says that they changed."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from bot.ports import PlatformUnavailableError
from tests.adapters.slack.ground import SlackGround, slack_ground
from tests.slack.faults import FaultKind


@pytest_asyncio.fixture
async def ground() -> AsyncIterator[SlackGround]:
    async with slack_ground() as found:
        yield found


def asked(ground: SlackGround) -> int:
    return len(ground.server.record.asked("users.info"))


async def test_several_who_ask_for_the_same_person_ask_once(ground: SlackGround) -> None:
    kim, before = ground.join("kim"), asked(ground)
    found = await asyncio.gather(*(ground.connected.people.person(kim.user) for _ in range(5)))
    assert {one["id"] for one in found if one is not None} == {kim.user}
    assert asked(ground) == before + 1
    await ground.connected.people.person(kim.user)
    assert asked(ground) == before + 1


@pytest.mark.parametrize("name", ["", "B012", "deploys"])
async def test_of_programs_that_are_no_users_nothing_is_asked(ground: SlackGround, name: str) -> None:
    before = asked(ground)
    assert await ground.connected.people.person(name) is None
    assert asked(ground) == before


async def test_that_slack_says_nothing_now_is_remembered_by_nobody(ground: SlackGround) -> None:
    kim = ground.join("kim")
    ground.server.faults.fail(FaultKind.REFUSED, "users.info")
    with pytest.raises(PlatformUnavailableError):
        await ground.connected.people.person(kim.user)
    assert await ground.connected.people.person(kim.user) is not None


async def test_everybody_is_remembered_by_few_calls(ground: SlackGround) -> None:
    people = [ground.join(f"kim-{number}").user for number in range(30)]
    await ground.connected.people.everybody()
    before = asked(ground)
    assert set(await ground.connected.people.known(people)) == set(people)
    assert asked(ground) == before
