"""What rules ask for passes the same check as everybody's deeds: mandate, budgets, protected people, the breaker."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest_asyncio

from bot.store.engine import Store
from tests.stage.policies import COMMUNITY
from tests.stage.stage import Stage, set_stage

#: automation may delete and time out three members in ten minutes, and no rule may sanction more than two
TIGHT = ("community.yaml", COMMUNITY.replace("delete: 300 per 10m, timeout: 30", "delete: 3 per 10m, timeout: 2"))
BREAKER = ("community.yaml", COMMUNITY.replace("  budgets: {", "  breaker: 2 per 10m\n  budgets: {"))


@pytest_asyncio.fixture
async def tight(store: Store) -> AsyncIterator[Stage]:
    made = await set_stage(store, TIGHT)
    yield made
    await made.close()


@pytest_asyncio.fixture
async def breaker(store: Store) -> AsyncIterator[Stage]:
    made = await set_stage(store, BREAKER)
    yield made
    await made.close()


@pytest_asyncio.fixture
async def stage(store: Store) -> AsyncIterator[Stage]:
    made = await set_stage(store)
    yield made
    await made.close()


async def pages(stage: Stage, about: str) -> int:
    return len([one for one in await stage.rows("actions", kind="page") if one["key"].startswith(f"page:{about}:")])


async def test_what_a_rule_asks_people_for_waits_as_a_request_with_its_card(stage: Stage) -> None:
    await stage.say("outlaw", user="u1")
    (request,) = await stage.rows("approvals")
    (action,) = await stage.rows("actions", id=request["action"])
    assert (request["state"], request["cause"], request["whom"], request["person"]) == ("open", "asks", "internal", "")
    assert (action["state"], action["kind"]) == ("held", "restrict")
    assert not await stage.rows("sanctions")
    assert len([one for one in await stage.rows("cards") if one["kind"] == "approval"]) == 1
    (entry,) = await stage.entries("approval_asked")
    assert entry["actor"] == {"kind": "automation", "who": "respect/asked"}


async def test_a_spent_budget_turns_sanctions_into_requests(tight: Stage) -> None:
    for number in range(4):
        await tight.say("nitwit", user=f"u{number}")
    assert len(await tight.rows("sanctions", kind="timeout")) == 2
    assert [one["cause"] for one in await tight.rows("approvals")] == ["budget", "budget"]
    assert await pages(tight, "automation_spent") == 1


async def test_deleting_never_silently_stops(tight: Stage) -> None:
    for number in range(5):
        await tight.say("blockhead", user=f"u{number}")
    deletions = [one["state"] for one in await tight.rows("actions", kind="delete")]
    assert sorted(deletions) == ["confirmed"] * 3 + ["held"] * 2
    assert len(await tight.rows("approvals")) == 2
    assert await pages(tight, "automation_spent") == 1
    decisions = await tight.entries("decision")
    assert {one["actor"]["who"] for one in decisions} == {"respect/slur"}


async def test_messages_without_findings_touch_no_budget(tight: Stage) -> None:
    await tight.say("good morning")
    assert not await tight.rows("budgets")
    assert not await tight.rows("spendings")


async def test_nobody_who_moderates_is_sanctioned_by_a_machine(stage: Stage) -> None:
    await stage.say("blockhead nitwit", user="robin")
    assert not await stage.rows("sanctions")
    assert not await stage.rows("strikes")
    assert len(await stage.rows("cases")) == 1
    assert [one["state"] for one in await stage.rows("actions", kind="delete")] == ["confirmed"]


async def test_nobody_is_even_asked_to_sanction_whoever_holds_a_protected_role(stage: Stage) -> None:
    message = stage.message("nitwit outlaw", user="u7")
    author = stage.member("u7", roles=frozenset({"5001"}))
    stage.world.join(stage.ref("u7"))
    stage.intake.offer(replace(message, author=author))
    await stage.settle()
    assert not await stage.rows("sanctions")
    assert not await stage.rows("approvals")
    assert len(await stage.rows("cases")) == 1


async def test_a_rule_that_sanctions_too_many_drops_to_shadow_and_a_lead_is_paged(breaker: Stage) -> None:
    for number in range(5):
        await breaker.say("nitwit", user=f"u{number}")
    assert len(await breaker.rows("sanctions", kind="timeout")) == 2
    (row,) = await breaker.rows("tripped_rules")
    assert row["rule"] == "respect/harsh"
    (entry,) = await breaker.entries("rule_tripped")
    assert entry["details"]["rule"] == "respect/harsh"
    assert await pages(breaker, "rule_tripped") == 1
    # the third member's sanction became a case; whoever came after was only watched
    modes = [one["mode"] for one in await breaker.rows("decisions")]
    assert modes.count("live") == 3
    assert modes.count("shadow") == 2


async def test_one_member_over_and_over_trips_nothing(breaker: Stage) -> None:
    for _ in range(4):
        await breaker.say("nitwit", user="u1")
        breaker.clock.move(timedelta(minutes=5))
    assert not await breaker.rows("tripped_rules")
