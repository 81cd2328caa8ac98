"""Whoever is held back is out of the channels: by the bot where it may, by an admin where it may not, else by hand."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from adapters.slack.members import account_ref
from bot.domain.action import ActionKind, Answer, Result
from bot.domain.outcome import OutcomeKind
from bot.domain.sanction import Standing
from bot.ports import Effect
from tests.adapters.slack.ground import SlackGround, slack_ground
from tests.slack.faults import FaultKind


@pytest_asyncio.fixture
async def ground() -> AsyncIterator[SlackGround]:
    async with slack_ground() as found:
        yield found


@pytest_asyncio.fixture
async def alone() -> AsyncIterator[SlackGround]:
    """Connect to a workspace in which there is no admin's token."""
    async with slack_ground(admin=False) as found:
        yield found


async def kick(ground: SlackGround, name: str = "kim") -> Result:
    account = ground.join(name)
    (result,) = await ground.platform.enforce([Effect(action="k1", kind=ActionKind.KICK, account=account)])
    return result


def kickers(ground: SlackGround) -> set[str]:
    return {one.by for one in ground.server.record.did("member_left")}


async def test_the_bot_removes_somebody_where_it_may(ground: SlackGround) -> None:
    assert (await kick(ground)).answer is Answer.DONE
    assert kickers(ground) == {ground.place.bot}


async def test_where_only_admins_may_remove_somebody_the_admin_s_token_does(ground: SlackGround) -> None:
    ground.place.workspace.may_kick = "admin"
    assert (await kick(ground)).answer is Answer.DONE
    assert kickers(ground) == {ground.place.admin}


async def test_where_nobody_s_token_may_remove_somebody_a_hand_does(alone: SlackGround) -> None:
    alone.place.workspace.may_kick = "admin"
    result = await kick(alone)
    assert (result.answer, result.reason) == (Answer.BY_HAND, "remove_from_channels")
    assert result.link


async def test_an_admin_s_token_that_was_taken_back_leaves_it_to_a_hand(ground: SlackGround) -> None:
    ground.place.workspace.may_kick = "admin"
    ground.server.world.revoke(ground.place.access.admin)
    assert (await kick(ground)).answer is Answer.BY_HAND


async def test_whoever_is_in_no_channel_any_more_has_gone(ground: SlackGround) -> None:
    account = ground.join("kim")
    for channel in list(ground.place.workspace.channels.values()):
        if account.user in channel.members and not channel.is_general:
            ground.server.hands.leave(account.user, channel.id)
    (result,) = await ground.platform.enforce([Effect(action="k1", kind=ActionKind.KICK, account=account)])
    assert result.answer is Answer.GONE


async def test_a_removal_whose_answer_was_lost_shows_as_done(ground: SlackGround) -> None:
    account = ground.join("kim")
    effect = Effect(action="k1", kind=ActionKind.KICK, account=account)
    ground.server.faults.fail(FaultKind.ACTED_CUT, "conversations.kick", times=None)
    (asked,) = await ground.platform.enforce([effect])
    assert asked.answer is Answer.UNKNOWN
    ground.server.faults.mend()
    answers = set()
    for _ in range(3):
        (shown,) = await ground.platform.read_back([effect])
        answers.add(shown.answer)
        if shown.answer is Answer.RETRY_AFTER:
            await ground.platform.enforce([effect])
    assert answers == {Answer.RETRY_AFTER, Answer.DONE}


@pytest.mark.parametrize("sanction", [OutcomeKind.TIMEOUT, OutcomeKind.QUARANTINE])
async def test_without_an_admin_whoever_is_silenced_is_kept_out_of_the_channels(
    alone: SlackGround, sanction: OutcomeKind
) -> None:
    account = alone.join("kim")
    effect = Effect(
        action="r1", kind=ActionKind.RESTRICT, account=account, sanction=sanction, standing=Standing(held=True)
    )  # fmt: skip
    (result,) = await alone.platform.enforce([effect])
    assert result.answer is Answer.DONE
    (shown,) = await alone.platform.read_back([effect])
    assert shown.answer is Answer.DONE


async def test_our_own_account_is_restricted_by_nobody(ground: SlackGround) -> None:
    own = account_ref(ground.place.workspace.id, ground.place.bot)
    effect = Effect(
        action="r1", kind=ActionKind.RESTRICT, account=own, sanction=OutcomeKind.TIMEOUT, standing=Standing(held=True)
    )  # fmt: skip
    (result,) = await ground.platform.enforce([effect])
    assert result.answer is Answer.FORBIDDEN
