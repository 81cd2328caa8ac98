"""On a busy community, the report says what the ledger says, and the ledger what the rows say."""

import csv
import io
import json
from collections import Counter
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest_asyncio

from bot.domain.entry_kind import EntryKind
from bot.services.activity.reporting import activity
from bot.services.activity.rows import Activity, Deed
from bot.services.activity.writing import as_csv, as_json
from bot.services.staff.governing import govern
from bot.store.engine import Store
from tests.stage.stage import NOON, Stage, set_stage


@pytest_asyncio.fixture(scope="module")
async def stage(shared_store: Store) -> AsyncIterator[Stage]:
    made = await set_stage(shared_store)
    await _be_busy(made)
    yield made
    await made.close()


async def _be_busy(stage: Stage) -> None:
    """Let rules and people of every organisation do things, some of which aren't allowed."""
    for who in ("robin", "merle", "onda"):
        await stage.give(who, "shift.start")
    for number in range(6):
        await stage.say("you blockhead", user=f"u{number}")
        await stage.say("free freecoins", user=f"v{number}")
        await stage.say("a goose", user=f"w{number}")
    for number in range(4):
        victim = stage.member(f"x{number}")
        await stage.say("good morning", user=f"x{number}")
        await stage.give("robin", "mod.warn", member=victim, guideline="respect")
        await stage.give("merle", "mod.timeout", member=victim, guideline="respect", for_="1h")
        await stage.give("onda", "mod.remind", member=victim, guideline="respect")
        await stage.give("robin", "mod.ban", member=victim, guideline="respect", why="again and again")
        await stage.give("onda", "mod.kick", member=victim, guideline="respect")
    await stage.give("lee", "mod.timeout", member=stage.member("x0"), guideline="respect", for_="2h")
    await stage.pass_time(timedelta(minutes=5))


async def report(stage: Stage, organisation: str = "") -> Activity:
    until = stage.clock.now() + timedelta(seconds=1)
    async with stage.store.reading() as tx:
        governance = await govern(tx, stage.policies)
        return await activity(tx, "acme", NOON, until, governance=governance, organisation=organisation)


async def test_every_decision_is_one_row_one_entry_and_one_count(stage: Stage) -> None:
    found = await report(stage)
    entries = [one for one in await stage.entries(EntryKind.DECISION) if one["details"]["mode"] == "live"]
    stored = [row for row in await stage.rows("decisions") if row["mode"] == "live"]
    assert {one["details"]["decision"] for one in entries} == {row["id"] for row in stored}
    asked = {one["details"]["decision"] for one in await stage.entries(EntryKind.APPROVAL_ASKED)}
    asking = [one for one in entries if all(said["kind"] == "ask" for said in one["details"].get("outcomes", [{}]))
              and one["details"].get("outcomes")]  # fmt: skip
    assert {one["details"]["decision"] for one in asking} <= asked
    assert found.count(Deed.DECISION) == len(entries) - len(asking)
    assert found.count(Deed.ASKED) == len(asked) == len(await stage.rows("approvals"))


async def test_refusals_and_shifts_are_those_of_the_ledger(stage: Stage) -> None:
    found = await report(stage)
    refused = await stage.entries(EntryKind.REFUSED)
    assert found.count(Deed.REFUSED) == sum(one.get("refused", 1) for one in refused) > 0
    assert found.count(Deed.SHIFT) == len(await stage.rows("shifts")) == 3


async def test_what_organisations_did_adds_up_to_what_all_did(stage: Stage) -> None:
    everything = await report(stage)
    parts = [await report(stage, name) for name in ("internal", "nightwatch", "faro")]
    assert {row.key.organisation for row in parts[1].rows} == {"nightwatch"}
    whole = Counter({row.key: row.count for row in everything.rows if row.key.by == "person"})
    summed = Counter({row.key: row.count for part in parts for row in part.rows})
    assert summed == whole


async def test_results_are_those_of_the_actions_and_sanctions(stage: Stage) -> None:
    assert not await stage.held()
    found = await report(stage)
    decided = [row for row in found.rows if row.key.deed is Deed.DECISION]
    assert {row.key.result for row in decided} <= {"stands", "failed"}
    warned = [row for row in decided if (row.key.who, row.key.what) == ("robin", "warn")]
    assert [(row.called, row.key.guideline, row.count) for row in warned] == [("Robin", "respect", 4)]


async def test_files_hold_every_line(stage: Stage) -> None:
    found = await report(stage)
    lines = list(csv.DictReader(io.StringIO(as_csv(found), newline="")))
    said = json.loads(as_json(found))["rows"]
    assert [int(line["count"]) for line in lines] == [row["count"] for row in said] == [row.count for row in found.rows]


async def test_a_partners_lead_sees_the_own_people_and_nothing_of_others(stage: Stage) -> None:
    reply = await stage.give("heron", "partner.activity", since="1d")
    assert reply.card is not None
    shown = str(reply.card)
    assert "Robin" in shown
    assert "Merle" in shown
    for hidden in ("Onda", "Faro", "Lee", "Mo ", "respect/slur"):
        assert hidden not in shown
    refused = await stage.give("robin", "partner.activity", since="1d")
    assert not refused.done
    assert not (await stage.give("heron", "lead.activity", since="1d")).done


async def test_leads_see_everybody_and_one_organisation_when_they_name_it(stage: Stage) -> None:
    whole = await stage.give("lee", "lead.activity", since="1d", language="de")
    one = await stage.give("lee", "lead.activity", since="1d", organisation="faro")
    assert whole.card is not None
    assert one.card is not None
    assert "Robin" in str(whole.card)
    assert "entschieden" in str(whole.card)
    assert ("Onda" in str(one.card), "Robin" in str(one.card)) == (True, False)
    viewed = await stage.entries(EntryKind.VIEWED)
    assert [entry["details"]["organisation"] for entry in viewed][-2:] == ["all", "faro"]


async def test_what_lies_too_far_back_is_asked_of_the_program(stage: Stage) -> None:
    reply = await stage.give("lee", "lead.activity", since="90d")
    assert (reply.done, "locum report activity" in reply.text) == (False, True)
