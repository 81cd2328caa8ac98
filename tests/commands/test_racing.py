"""Two answers at once: exactly one acts, the other is told in one sentence, and nobody reads of the database."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta

import pytest_asyncio

from bot.domain.command import Reply
from bot.services.ledger.verifying import verify
from bot.store.engine import Store
from tests.stage.stage import Stage, set_stage


@pytest_asyncio.fixture
async def stage(store: Store) -> AsyncIterator[Stage]:
    """Return a community with everybody on duty."""
    made = await set_stage(store)
    for who in ("robin", "mo"):
        await made.give(who, "shift.start")
    yield made
    report = await verify(store, "acme", logs=())
    await made.close()
    assert report.looked["rows"]
    assert not report.problems, [one.say() for one in report.problems]


async def _asked(stage: Stage) -> tuple[str, str]:
    """Return the number of a case and the button that approves what is asked for about it."""
    await stage.say("you blockhead")
    (case,) = await stage.rows("cases")
    await stage.give("robin", "case.claim", case=case["number"])
    await stage.give("robin", "case.decide", verdict="violation", action="ban", why="Third time.")
    return case["number"], stage.button(stage.card_with("approval.approve"), "Approve")


def _fits(replies: Sequence[Reply]) -> None:
    for reply in replies:
        assert reply.done or (reply.text and "\n" not in reply.text), reply


async def test_of_an_approval_and_a_verdict_at_once_the_member_is_banned_or_cleared_never_both(
    stage: Stage,
) -> None:
    number, approve = await _asked(stage)
    replies = await asyncio.gather(
        stage.press("lee", approve),
        stage.give("ada", "case.decide", verdict="no_violation", case=number),
        stage.give("robin", "case.note", text="Hm.", case=number),
    )
    _fits(replies)
    (request,) = await stage.rows("approvals")
    assert request["state"] == ("approved" if replies[0].done else "lapsed")
    assert replies[1].done
    holding = [row["kind"] for row in await stage.rows("sanctions", lifted_at=None) if row["kind"] == "timeout"]
    assert not holding


async def test_of_an_approval_and_a_suspension_at_once_one_decides_about_the_request(stage: Stage) -> None:
    _, approve = await _asked(stage)
    suspend = stage.give("ada", "lead.suspend", organisation="nightwatch", why="Looking into it.")
    replies = await asyncio.gather(suspend, stage.press("lee", approve))
    _fits(replies)
    (request,) = await stage.rows("approvals")
    assert request["state"] in ("approved", "lapsed")
    bans = [row for row in await stage.rows("sanctions") if row["kind"] == "ban"]
    assert len(bans) == (request["state"] == "approved")


async def test_of_an_approval_and_the_end_of_its_time_at_once_both_are_recorded_or_one(stage: Stage) -> None:
    _, approve = await _asked(stage)
    stage.clock.move(timedelta(minutes=31))
    stage.waiting = True
    reply, _ = await asyncio.gather(stage.press("lee", approve), stage.fire())
    _fits([reply])
    assert reply.done
    assert [row["state"] for row in await stage.rows("approvals")] == ["approved"]


async def test_of_two_requests_that_are_answered_by_two_one_yes_is_carried_out(stage: Stage) -> None:
    _, approve = await _asked(stage)
    replies = await asyncio.gather(stage.press("lee", approve), stage.press("ada", approve))
    _fits(replies)
    assert sorted(reply.done for reply in replies) == [False, True]
    assert len([row for row in await stage.rows("sanctions") if row["kind"] == "ban"]) == 1


async def test_of_an_approval_and_a_merge_at_once_nothing_is_lost(stage: Stage) -> None:
    number, approve = await _asked(stage)
    stage.clock.move(timedelta(minutes=5))
    await stage.say("freecoins")
    other = next(row["number"] for row in await stage.rows("cases") if row["number"] != number)
    replies = await asyncio.gather(
        stage.press("lee", approve), stage.give("ada", "case.merge", case=number, to=other)
    )  # fmt: skip
    _fits(replies)
    assert all(reply.done for reply in replies), [reply.text for reply in replies]
    assert len([row for row in await stage.rows("sanctions") if row["kind"] == "ban"]) == 1
