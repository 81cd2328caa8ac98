"""A member asks about their own data where they are, and knows until when they are answered."""

from collections.abc import AsyncIterator

import pytest

from bot.domain.entry_kind import EntryKind
from bot.services.subjects.holding import hold, release
from bot.services.subjects.requests import a_month_after
from bot.store.engine import Store
from bot.store.requests import RequestState
from tests.stage.stage import NOON, Stage, set_stage


@pytest.fixture
async def stage(store: Store) -> AsyncIterator[Stage]:
    made = await set_stage(store)
    yield made
    await made.close()


@pytest.mark.parametrize("what", ["export", "erase"])
async def test_a_request_gets_a_receipt_with_the_day_by_which_it_is_answered(stage: Stage, what: str) -> None:
    reply = await stage.give("u1", "everyone.privacy", what=what)
    assert reply.done
    assert f"{a_month_after(NOON):%Y-%m-%d}" in reply.text
    (row,) = await stage.rows("subject_requests")
    assert (row["kind"], row["state"], row["ground"], row["due_at"]) == (what, "open", "requested", a_month_after(NOON))
    (entry,) = await stage.entries(EntryKind.SUBJECT_REQUEST)
    assert entry["details"] == {"request": row["id"], "account": row["account"], "what": what}


async def test_who_asks_again_has_one_request_with_the_first_ones_clock(stage: Stage) -> None:
    await stage.give("u1", "everyone.privacy", what="export")
    again = await stage.give("u1", "everyone.privacy", what="export", language="de")
    assert "schon verlangt" in again.text
    assert len(await stage.rows("subject_requests")) == len(await stage.entries(EntryKind.SUBJECT_REQUEST)) == 1


async def test_a_copy_and_being_forgotten_are_two_requests(stage: Stage) -> None:
    for user in ("u1", "u2"):
        for what in ("export", "erase"):
            await stage.give(user, "everyone.privacy", what=what)
    assert len(await stage.rows("subject_requests")) == 4


async def test_an_order_to_keep_the_data_is_said_and_its_end_erases(stage: Stage) -> None:
    await stage.say("you blockhead", user="u1")
    ref = stage.ref("u1")
    await hold(stage.store, stage.keys, stage.clock, "acme", ref, "AZ 12/26")
    reply = await stage.give("u1", "everyone.privacy", what="erase")
    assert "An order to keep your data" in reply.text
    assert "AZ 12/26" not in reply.text
    (row,) = await stage.rows("subject_requests")
    assert row["state"] == RequestState.HELD
    await release(stage.store, stage.keys, stage.clock, "acme", ref, "AZ 12/26")
    (row,) = await stage.rows("subject_requests")
    assert row["state"] == RequestState.OPEN
    assert [one["subject"] for one in await stage.rows("timers", kind="forget")] == [row["account"]]


async def test_an_order_to_keep_the_data_hinders_no_copy(stage: Stage) -> None:
    await stage.say("hello", user="u1")
    await stage.give("u1", "everyone.privacy", what="export")
    await hold(stage.store, stage.keys, stage.clock, "acme", stage.ref("u1"), "AZ 12/26")
    reply = await stage.give("u1", "everyone.privacy", what="export")
    assert "An order" not in reply.text


async def test_what_else_could_be_meant_is_asked_back(stage: Stage) -> None:
    reply = await stage.give("u1", "everyone.privacy", what="erases")
    assert (reply.done, "erase" in reply.text) == (False, True)
    assert not await stage.rows("subject_requests")
