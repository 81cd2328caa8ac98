"""Every way in which a call ends is told apart: done, refused, gone, too often, and nobody knows."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from adapters.slack.calls import CallError, called, in_turn, read
from adapters.slack.pacing import Paces
from bot.domain.action import Answer
from bot.ports import ConnectionRevokedError, PlatformUnavailableError
from tests.adapters.slack.ground import SlackGround, slack_ground
from tests.slack.faults import FaultKind


@pytest_asyncio.fixture
async def ground() -> AsyncIterator[SlackGround]:
    async with slack_ground() as found:
        yield found


@pytest.mark.parametrize(
    ("kind", "error", "answer"),
    [
        (FaultKind.ERROR, "message_not_found", Answer.GONE),
        (FaultKind.ERROR, "channel_not_found", Answer.GONE),
        (FaultKind.ERROR, "missing_scope", Answer.FORBIDDEN),
        (FaultKind.ERROR, "restricted_action", Answer.FORBIDDEN),
        (FaultKind.ERROR, "something_new", Answer.FORBIDDEN),
        (FaultKind.ERROR, "internal_error", Answer.UNKNOWN),
        (FaultKind.ERROR, "fatal_error", Answer.UNKNOWN),
        (FaultKind.ERROR, "request_timeout", Answer.UNKNOWN),
        (FaultKind.REFUSED, "", Answer.UNKNOWN),
        (FaultKind.CUT, "", Answer.UNKNOWN),
        (FaultKind.ACTED_CUT, "", Answer.UNKNOWN),
        (FaultKind.LIMITED, "", Answer.RETRY_AFTER),
    ],
)
async def test_what_a_call_came_to(ground: SlackGround, kind: FaultKind, error: str, answer: Answer) -> None:
    ground.server.faults.fail(kind, "users.info", error=error, after=7.0)
    with pytest.raises(CallError) as failed:
        await called(ground.connected.door, "users.info", user=ground.place.admin)
    assert failed.value.result.answer is answer
    if answer is Answer.RETRY_AFTER:
        assert failed.value.result.after == 7.0
    assert len(ground.server.record.asked("users.info")) <= 2


@pytest.mark.parametrize("error", ["invalid_auth", "token_revoked", "account_inactive", "token_expired"])
async def test_a_bot_s_token_that_is_good_no_longer_ends_everything(ground: SlackGround, error: str) -> None:
    ground.server.faults.fail(FaultKind.ERROR, "users.info", error=error)
    with pytest.raises(ConnectionRevokedError):
        await called(ground.connected.door, "users.info", user=ground.place.admin)


async def test_slack_that_never_answers_is_waited_for_no_longer_than_a_batch_can_wait(ground: SlackGround) -> None:
    ground.server.faults.fail(FaultKind.LATE, "users.info", after=60.0)
    loop = asyncio.get_running_loop()
    begun = loop.time()
    with pytest.raises(CallError) as failed:
        await called(ground.connected.door, "users.info", user=ground.place.admin)
    assert failed.value.result.answer is Answer.UNKNOWN
    assert loop.time() - begun < 15.0


async def test_what_would_come_too_often_is_not_asked_for_until_its_turn_comes(ground: SlackGround) -> None:
    ground.server.limits.on = True
    door = ground.connected.door
    door.paces = Paces()
    before = len(ground.server.record.asked("usergroups.list"))

    async def often() -> None:
        for _ in range(30):
            await called(door, "usergroups.list")

    with pytest.raises(CallError) as failed:
        await often()
    assert failed.value.result.answer is Answer.RETRY_AFTER
    asked = len(ground.server.record.asked("usergroups.list")) - before
    await in_turn(door, "usergroups.list")
    assert len(ground.server.record.asked("usergroups.list")) - before == asked + 1
    assert not ground.server.record.over


async def test_reading_tells_what_is_gone_from_what_cannot_be_said_now(ground: SlackGround) -> None:
    door = ground.connected.door
    assert await read(door, "users.info", user="U0NOBODY") is None
    ground.server.faults.fail(FaultKind.REFUSED, "users.info")
    with pytest.raises(PlatformUnavailableError):
        await read(door, "users.info", user=ground.place.admin)
