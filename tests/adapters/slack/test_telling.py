"""Who is told something in a direct message is told so where their message stood, and nobody else sees that."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest_asyncio

from bot.domain.action import ActionKind, Answer
from bot.domain.message import AccountRef, Channel, PlatformName
from bot.domain.place import Stream
from bot.ports import Effect
from tests.adapters.slack.ground import SlackGround, slack_ground, words_of
from tests.slack.faults import FaultKind


@pytest_asyncio.fixture
async def ground() -> AsyncIterator[SlackGround]:
    async with slack_ground() as made:
        yield made


def notice(account: AccountRef, where: Stream | None) -> Effect:
    near = None if where is None else Channel(
        platform=where.platform, workspace=where.workspace, id=where.channel, name="", thread=where.thread or None
    )  # fmt: skip
    return Effect(action="a" * 32, kind=ActionKind.NOTICE, account=account, text="Be <!channel> kind.", near=near)


def seen(ground: SlackGround, user: str, where: Stream) -> list[str]:
    """Return what somebody sees of us in a channel or thread."""
    shown = ground.server.hands.sees(user, where.channel, thread=where.thread or None)
    return [words_of(one) for one in shown if one.get("is_ephemeral") or one.get("user") == ground.place.bot]


async def test_a_notice_is_hinted_at_where_the_message_stood(ground: SlackGround) -> None:
    kim, robin = ground.join("kim"), ground.join("robin")
    for where in (ground.help, ground.thread):
        (result,) = await ground.platform.enforce([notice(kim, where)])
        assert result.answer is Answer.DONE
        assert ["wrote to you" in one for one in seen(ground, kim.user, where)] == [True]
        assert not seen(ground, robin.user, where)
    assert ground.notices(kim) == ["Be <!channel> kind."] * 2


async def test_the_hint_is_in_the_reader_s_language(ground: SlackGround) -> None:
    kim = ground.join("kim")
    ground.place.workspace.change_user(kim.user, locale="de-DE")
    await ground.connected.people.everybody()
    await ground.platform.enforce([notice(kim, ground.help)])
    assert ["geschrieben" in one for one in seen(ground, kim.user, ground.help)] == [True]


async def test_a_hint_that_cannot_be_given_changes_nothing(ground: SlackGround) -> None:
    kim = ground.join("kim")
    ground.server.hands.leave(kim.user, ground.help.channel)
    elsewhere = replace(ground.help, workspace="T0ELSEWHERE")
    discord = replace(ground.help, platform=PlatformName.DISCORD)
    for where in (None, ground.help, ground.leads, elsewhere, discord):
        (result,) = await ground.platform.enforce([notice(kim, where)])
        assert result.answer is Answer.DONE, where
    assert len(ground.notices(kim)) == 5


async def test_nobody_is_pointed_to_a_direct_message_that_is_not_there(ground: SlackGround) -> None:
    kim = ground.join("kim")
    ground.server.faults.fail(FaultKind.ERROR, "chat.postMessage", error="restricted_action")
    (result,) = await ground.platform.enforce([notice(kim, ground.help)])
    assert result.answer is not Answer.DONE
    assert not seen(ground, kim.user, ground.help)
