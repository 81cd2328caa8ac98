"""A notice about a removal goes first, has one try, and never holds the removal up for long."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
import pytest_asyncio

from bot.domain.action import ActionKind, weight
from bot.domain.severity import Severity
from bot.services.performing import Limits
from bot.store.engine import Store
from tests.fakes.platform import FaultKind
from tests.stage.stage import Stage, set_stage


@pytest_asyncio.fixture
async def stage(store: Store) -> AsyncIterator[Stage]:
    stage = await set_stage(store)
    yield stage
    await stage.close()


def test_a_notice_about_a_removal_outweighs_every_removal_as_grave() -> None:
    for severity in Severity:
        first = weight(severity, ActionKind.NOTICE, first=True)
        assert first < weight(severity, ActionKind.KICK)
        assert first < weight(severity, ActionKind.RESTRICT)
        assert weight(severity, ActionKind.NOTICE) > weight(severity, ActionKind.RESTRICT)


@pytest.mark.parametrize("fault", [FaultKind.FORBIDDEN, FaultKind.REFUSED, FaultKind.SILENT, FaultKind.BROKEN])
async def test_a_notice_that_fails_has_one_try_and_the_member_is_removed_within_seconds(
    stage: Stage, fault: FaultKind
) -> None:
    stage.world.join(stage.ref("u1"))
    stage.limits = Limits(deadline=1.0)
    stage.platform.fail(fault, times=None, of=ActionKind.NOTICE)
    await stage.give("lee", "mod.kick", member=stage.member("u1"), guideline="respect")
    await stage.pass_time(timedelta(seconds=8), step=timedelta(seconds=1))
    assert stage.ref("u1") not in stage.world.members
    assert len([one for one in stage.platform.asked if one.kind is ActionKind.NOTICE]) == 1
    (state,) = {row["state"] for row in await stage.rows("actions", kind="notice")}
    assert state == "failed"
    assert not stage.notices("u1")


async def test_a_notice_that_is_to_wait_long_is_given_up_for_the_removal(stage: Stage) -> None:
    stage.world.join(stage.ref("u1"))
    stage.platform.fail(FaultKind.RETRY_AFTER, of=ActionKind.NOTICE, after=600.0)
    await stage.give("lee", "mod.kick", member=stage.member("u1"), guideline="respect")
    assert stage.ref("u1") not in stage.world.members


async def test_a_notice_that_is_to_wait_a_moment_still_arrives_before_the_removal(stage: Stage) -> None:
    stage.world.join(stage.ref("u1"))
    stage.platform.fail(FaultKind.RETRY_AFTER, of=ActionKind.NOTICE, after=2.0)
    await stage.give("lee", "mod.kick", member=stage.member("u1"), guideline="respect")
    assert stage.ref("u1") in stage.world.members
    await stage.pass_time(timedelta(seconds=3), step=timedelta(seconds=1))
    kinds = [kind for kind, _, _ in stage.world.log if kind in (ActionKind.NOTICE, ActionKind.KICK)]
    assert kinds == [ActionKind.NOTICE, ActionKind.KICK]


async def test_a_notice_that_arrived_without_an_answer_is_not_sent_again(stage: Stage) -> None:
    stage.world.join(stage.ref("u1"))
    stage.platform.fail(FaultKind.ACTED, of=ActionKind.NOTICE)
    await stage.give("lee", "mod.ban", member=stage.member("u1"), guideline="respect")
    await stage.pass_time(timedelta(seconds=8), step=timedelta(seconds=1))
    assert len(stage.notices("u1")) == 1
    kinds = [kind for kind, _, _ in stage.world.log if kind in (ActionKind.NOTICE, ActionKind.RESTRICT)]
    assert kinds == [ActionKind.NOTICE, ActionKind.RESTRICT]
