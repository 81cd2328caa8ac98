"""What rules ask for passes the same check as everybody's deeds: mandate, budgets, protected people, the breaker."""

import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest_asyncio

from bot.domain.actor import OPERATOR
from bot.domain.joining import MOST_MESSAGES
from bot.services.moderating.undoing import take_back
from bot.services.work import begin_work
from bot.store.engine import Store
from tests.stage.policies import COMMUNITY, RESPECT
from tests.stage.stage import Stage, set_stage

#: automation may delete and time out three members in ten minutes, and no rule may sanction more than two
TIGHT = ("community.yaml", COMMUNITY.replace("delete: 300 per 10m, timeout: 30", "delete: 3 per 10m, timeout: 2"))
#: beside what times out for ten minutes, something that does for an hour
HARSHER = "  - {id: harsher, when: {words: [dunce]}, severity: high, then: [{timeout: 1h}, {case: hate}]}\n"
LONGER = ("guidelines/respect.yaml", RESPECT + HARSHER)
BREAKER = ("community.yaml", COMMUNITY.replace("  budgets: {", "  breaker: 2 per 10m\n  budgets: {"))


@pytest_asyncio.fixture
async def tight(store: Store) -> AsyncIterator[Stage]:
    made = await set_stage(store, TIGHT, LONGER)
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


async def test_what_comes_while_a_request_waits_joins_it(tight: Stage) -> None:
    for number in range(3):
        await tight.say("blockhead", user=f"u{number}")
    for _ in range(5):
        await tight.say("blockhead", user="u7")
    (request,) = await tight.rows("approvals")
    joined = [one for one in await tight.entries("decision") if one["details"]["account"] == request["account"]]
    assert sorted(json.loads(request["order"])["messages"]) == sorted(one["details"]["message"] for one in joined)
    assert len(joined) == 5
    # each finding is recorded, and that it joined
    assert [_joined(one) for one in joined] == ["", *[request["id"]] * 4]
    assert len(await tight.entries("approval_asked")) == 1
    assert len(await tight.rows("actions", kind="delete", state="held")) == 1


async def test_a_flood_in_one_batch_is_one_request(tight: Stage) -> None:
    for number in range(3):
        await tight.say("blockhead", user=f"u{number}")
    tight.world.join(tight.ref("u7"))
    for _ in range(6):
        message = tight.message("blockhead", user="u7")
        tight.world.post(message)
        tight.intake.offer(message)
    await tight.settle()
    (request,) = await tight.rows("approvals")
    assert len(json.loads(request["order"])["messages"]) == 6


async def test_a_yes_is_about_everything_that_joined(tight: Stage) -> None:
    for number in range(3):
        await tight.say("blockhead", user=f"u{number}")
    said = [await tight.say("blockhead", user="u7") for _ in range(3)]
    (card,) = [one for one in tight.cards() if "asks" in one.title]
    # drawn when there were two: a flood doesn't have it drawn each time
    assert {field.label: field.value for field in card.fields}["Asked for"] == "Delete 2 messages"
    assert "joins this request until somebody answers" in card.text
    await tight.press("lee", card.buttons[0].action)
    standing = {one for messages in tight.world.messages.values() for one in messages}
    assert not [one for one in said if one.ref.message in standing]
    assert await tight.rows("approvals", state="open") == []


async def test_a_stronger_sanction_joins_too_and_has_to_be_looked_at_again(tight: Stage) -> None:
    for number in range(2):
        await tight.say("nitwit", user=f"u{number}")
    await tight.say("nitwit", user="u7")
    await tight.say("dunce", user="u7")
    (request,) = await tight.rows("approvals")
    assert json.loads(request["order"])["lasts"] == 3600
    assert request["version"] == 2


async def test_a_decision_that_is_taken_back_takes_its_message_out_of_the_request(tight: Stage) -> None:
    for number in range(3):
        await tight.say("blockhead", user=f"u{number}")
    for _ in range(3):
        await tight.say("blockhead", user="u7")
    (before,) = await tight.rows("approvals")
    *_, last = [one for one in await tight.rows("decisions") if one["account"] == before["account"]]
    async with tight.store.writing() as tx:
        work = await begin_work(tx, tight.keys, tight.policies, tight.clock.now())
        await take_back(work, OPERATOR, [last["id"]], why="undo")
        await work.finish()
    (after,) = await tight.rows("approvals", state="open")
    assert len(json.loads(before["order"])["messages"]) == 3
    assert json.loads(after["order"])["messages"] == [
        one for one in json.loads(before["order"])["messages"] if one != last["message"]
    ]


async def test_a_request_that_is_full_takes_up_no_more(tight: Stage) -> None:
    for number in range(3):
        await tight.say("blockhead", user=f"u{number}")
    for _ in range(MOST_MESSAGES + 1):
        message = tight.message("blockhead", user="u7")
        tight.world.post(message)
        tight.intake.offer(message)
    await tight.settle()
    sizes = [len(json.loads(one["order"])["messages"]) for one in await tight.rows("approvals")]
    assert sorted(sizes) == [1, MOST_MESSAGES]


def _joined(entry: Mapping[str, Any]) -> str:
    return str(next(one.get("joined", "") for one in entry["details"]["outcomes"] if one["kind"] == "ask"))
