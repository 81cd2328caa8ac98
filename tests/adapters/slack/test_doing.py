"""Deletions take files along, and whatever can't be done by a token is left to somebody's hand."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from adapters.slack.pacing import Paces
from bot.domain.action import ActionKind, Answer, Result
from bot.domain.message import MessageRef
from bot.ports import Effect
from tests.adapters.slack.ground import SlackGround, slack_ground
from tests.adapters.slack.listening import heard
from tests.slack.faults import FaultKind
from tests.slack.uses import until


@pytest_asyncio.fixture
async def ground() -> AsyncIterator[SlackGround]:
    async with slack_ground() as found:
        yield found


@pytest_asyncio.fixture
async def alone() -> AsyncIterator[SlackGround]:
    """Connect to a workspace in which there is no admin's token."""
    async with slack_ground(admin=False) as found:
        yield found


def deletion(ground: SlackGround, ref: MessageRef) -> Effect:
    return Effect(action=f"d-{ref.message}", kind=ActionKind.DELETE, message=ref, stream=ground.help)


async def do(ground: SlackGround, *effects: Effect) -> Result:
    (result, *_) = await ground.platform.enforce(effects)
    return result


def with_file(ground: SlackGround, user: str) -> MessageRef:
    said = ground.server.hands.say(user, ground.help.channel, "look", files={"bad.txt": b"bad"})
    return ground.ref(ground.help, said)


async def test_a_message_goes_with_its_files(ground: SlackGround) -> None:
    ref = with_file(ground, ground.join("kim").user)
    assert (await do(ground, deletion(ground, ref))).answer is Answer.DONE
    assert len(ground.server.record.did("file_deleted")) == 1
    assert len(ground.server.record.did("message_deleted", target=ref.message)) == 1


async def test_a_file_that_an_edit_took_away_goes_as_well(ground: SlackGround) -> None:
    kim = ground.join("kim")
    async with heard(ground) as ear:
        ref = with_file(ground, kim.user)
        await until(lambda: ref in [one.ref for one in ear.offered])
    before = len(ground.server.record.asked("conversations.history"))
    assert (await do(ground, deletion(ground, ref))).answer is Answer.DONE
    # what was heard needs no reading
    assert len(ground.server.record.asked("conversations.history")) == before
    assert len(ground.server.record.did("file_deleted")) == 1


async def test_a_file_that_nobody_may_delete_is_no_reason_to_leave_the_message(ground: SlackGround) -> None:
    ref = with_file(ground, ground.join("kim").user)
    ground.server.faults.fail(FaultKind.ERROR, "files.delete", error="cant_delete_file")
    assert (await do(ground, deletion(ground, ref))).answer is Answer.DONE


@pytest.mark.parametrize("kind", [FaultKind.ACTED, FaultKind.ACTED_CUT, FaultKind.ACTED_ERROR, FaultKind.SLOW])
async def test_a_deletion_whose_answer_was_lost_shows_as_done(ground: SlackGround, kind: FaultKind) -> None:
    ref = ground.say(ground.join("kim"), "bad")
    ground.server.faults.fail(kind, "chat.delete", after=9.0)
    assert (await do(ground, deletion(ground, ref))).answer is Answer.UNKNOWN
    (shown,) = await ground.platform.read_back([deletion(ground, ref)])
    assert shown.answer is Answer.DONE
    assert len(ground.server.record.did("message_deleted")) == 1


@pytest.mark.parametrize("error", ["cant_delete_message", "compliance_exports_prevent_deletion", "missing_scope"])
async def test_what_even_an_admin_may_not_delete_is_left_to_a_hand(ground: SlackGround, error: str) -> None:
    ref = ground.say(ground.join("kim"), "bad")
    ground.server.faults.fail(FaultKind.ERROR, "chat.delete", error=error)
    result = await do(ground, deletion(ground, ref))
    assert (result.answer, result.link.endswith(ref.message.replace(".", ""))) == (Answer.BY_HAND, True)


@pytest.mark.parametrize("error", ["token_revoked", "account_inactive", "token_expired"])
async def test_without_its_admin_the_bot_goes_on_and_says_what_it_can_do(ground: SlackGround, error: str) -> None:
    async with heard(ground) as ear:
        await until(lambda: ear.able)
        before = ear.able
        ref = ground.say(ground.join("kim"), "bad")
        ground.server.faults.fail(FaultKind.ERROR, "chat.delete", error=error)
        assert (await do(ground, deletion(ground, ref))).answer is Answer.BY_HAND
        await until(lambda: ear.able != before)
        assert (await do(ground, deletion(ground, ref))).answer is Answer.BY_HAND
    assert len(ground.server.record.asked("chat.delete")) == 1


async def test_an_admin_who_is_one_no_longer_counts_for_nothing_and_for_much_once_more(ground: SlackGround) -> None:
    async with heard(ground) as ear:
        await until(lambda: ear.able)
        before = ear.able
        ground.server.hands.promote(ground.place.workspace.owner, ground.place.admin, to_admin=False)
        await until(lambda: ear.able != before)
        ground.server.hands.promote(ground.place.workspace.owner, ground.place.admin)
        await until(lambda: ear.able == before)


async def test_without_an_admin_a_deletion_is_left_to_a_hand_until_it_is_done(alone: SlackGround) -> None:
    ref = alone.say(alone.join("kim"), "bad")
    assert (await do(alone, deletion(alone, ref))).answer is Answer.BY_HAND
    alone.erase(ref)
    assert (await do(alone, deletion(alone, ref))).answer is Answer.GONE


async def test_in_a_raid_the_gravest_come_first_and_nothing_is_asked_too_often(ground: SlackGround) -> None:
    kim = ground.join("kim")
    refs = [ground.say(kim, f"bad {number}") for number in range(120)]
    ground.connected.door.paces = Paces(since=-1_000.0)
    ground.server.limits.on = True
    results = await ground.platform.enforce([deletion(ground, ref) for ref in refs])
    done = [number for number, one in enumerate(results) if one.answer is Answer.DONE]
    assert done == list(range(len(done)))
    assert len(done) >= 30
    assert {one.answer for one in results[len(done) :]} == {Answer.RETRY_AFTER}
    assert not ground.server.record.over


async def test_where_slack_is_slow_what_was_not_begun_comes_again_and_nothing_is_left_in_doubt(
    ground: SlackGround,
) -> None:
    kim = ground.join("kim")
    refs = [ground.say(kim, f"bad {number}") for number in range(60)]
    ground.server.faults.fail(FaultKind.LATE, "chat.delete", times=None, after=2.0)
    results = await ground.platform.enforce([deletion(ground, ref) for ref in refs])
    assert {one.answer for one in results} == {Answer.DONE, Answer.RETRY_AFTER}
    assert len(ground.server.record.did("message_deleted")) == sum(one.answer is Answer.DONE for one in results)


async def test_what_slack_says_of_waiting_is_said_to_whoever_asked(ground: SlackGround) -> None:
    ref = ground.say(ground.join("kim"), "bad")
    ground.server.faults.fail(FaultKind.LIMITED, "chat.delete", after=30.0)
    result = await do(ground, deletion(ground, ref))
    assert (result.answer, result.after) == (Answer.RETRY_AFTER, 30.0)
