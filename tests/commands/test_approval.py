"""The buttons of a request's card: whatever comes in is answered in one sentence that says what to do."""

import pytest

from bot.i18n import say
from bot.store.engine import Store
from tests.services.approvals.house import open_house


@pytest.mark.parametrize("word", ["approve", "change", "refuse", "take_over"])
async def test_a_button_that_names_no_request_is_answered_and_nothing_happens(store: Store, word: str) -> None:
    house = await open_house(store)
    for subject in ("0" * 32, "x", "'; drop table approvals; --"):
        reply = await house.stage.give("lee", f"approval.{word}", subject=subject, version="1")
        assert (reply.done, reply.text) == (False, say("approval.unknown"))
    await house.stage.close()


async def test_an_old_card_says_how_and_by_whom_its_request_was_answered(store: Store) -> None:
    house = await open_house(store)
    await house.begin_shift("robin")
    await house.ask_for_ban()
    (row,) = await house.requests()
    version = str(row["version"])
    await house.stage.give("lee", "approval.refuse", subject=row["id"], version=version, why="he made up for it")
    late = await house.stage.give("lee", "approval.approve", subject=row["id"], version=version)
    alias = house.stage.policies.governance.roster.people["lee"].alias
    assert not late.done
    assert f"The request: refused by {alias}" in late.text
    assert not await house.holding("ban")
    await house.stage.close()


@pytest.mark.parametrize("version", ["", "x", "-1", "9" * 30, "²"])
async def test_a_button_without_a_version_is_a_stale_one(store: Store, version: str) -> None:
    house = await open_house(store)
    await house.begin_shift("robin")
    await house.ask_for_ban()
    (row,) = await house.requests()
    reply = await house.stage.give("lee", "approval.approve", subject=row["id"], version=version)
    assert (reply.done, reply.text) == (False, say("commands.stale"))
    assert not await house.holding("ban")
    await house.stage.close()


async def test_the_same_press_that_comes_twice_is_done_once(store: Store) -> None:
    house = await open_house(store)
    await house.begin_shift("robin")
    await house.ask_for_ban()
    (row,) = await house.requests()
    replies = [
        await house.stage.give("lee", "approval.approve", id="press", subject=row["id"], version="1") for _ in range(2)
    ]
    assert [reply.done for reply in replies] == [True, False]
    assert replies[1].text == say("commands.done_already")
    await house.stage.close()


async def test_a_lead_who_reads_german_is_answered_in_german(store: Store) -> None:
    house = await open_house(store)
    await house.begin_shift("robin")
    await house.ask_for_ban()
    (row,) = await house.requests()
    refuse = await house.stage.give("lee", "approval.refuse", language="de", subject=row["id"], version="1")
    assert refuse.form is not None
    assert refuse.form.title == "Ablehnen"
    await house.stage.close()


async def test_a_reason_that_is_too_long_is_answered_with_how_long_it_may_be(store: Store) -> None:
    house = await open_house(store)
    await house.begin_shift("robin")
    await house.ask_for_ban()
    (row,) = await house.requests()
    reply = await house.stage.give("lee", "approval.refuse", subject=row["id"], version="1", why="x" * 4_000)
    assert (reply.done, "1000 is the most" in reply.text) == (False, True)
    await house.stage.close()
