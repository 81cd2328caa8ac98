"""`/case`, wrongly given: one clear sentence, and nothing done."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from bot.store.engine import Store
from tests.stage.stage import Stage, set_stage


@pytest_asyncio.fixture
async def stage(store: Store) -> AsyncIterator[Stage]:
    """Return a community that has just begun."""
    made = await set_stage(store)
    yield made
    await made.close()


@pytest.mark.parametrize("number", ["ZZZZZZ", "", "'; drop table cases", "k" * 200])
async def test_a_number_of_no_case_is_answered_in_one_sentence(stage: Stage, number: str) -> None:
    reply = await stage.give("lee", "case.show", case=number)
    assert not reply.done
    assert reply.text.count("\n") == 0


async def test_a_member_learns_nothing_of_cases(stage: Stage) -> None:
    await stage.say("you blockhead")
    (case,) = await stage.rows("cases")
    known, unknown = [await stage.give("u9", "case.show", case=one) for one in (case["number"], "ZZZZZZ")]
    assert known.text == unknown.text
    assert not known.done


async def test_a_timeout_needs_a_length_and_an_innocent_needs_none(stage: Stage) -> None:
    await stage.say("you blockhead")
    (case,) = await stage.rows("cases")
    given = {"case": case["number"], "action": "timeout"}
    assert "missing" in (await stage.give("lee", "case.decide", verdict="violation", **given)).text
    reply = await stage.give("lee", "case.decide", verdict="no_violation", **{**given, "action": "warn"})
    assert not reply.done


async def test_asking_for_a_ban_asks_why_first(stage: Stage) -> None:
    await stage.say("you blockhead")
    await stage.give("robin", "shift.start")
    (card,) = stage.cards()
    (choice,) = [one for one in card.choices if one.action.startswith("case.ask_for")]
    form = (await stage.press("robin", choice.action, value="ban")).form
    assert form is not None
    command, subject, version = form.action.split(":")
    given = {"subject": subject, "version": version, "action": "ban", "why": "Third time this week."}
    reply = await stage.give("robin", command, **given)
    assert "Somebody else has to say yes" in reply.text


async def test_a_chosen_timeout_is_imposed_and_closes_the_case(stage: Stage) -> None:
    await stage.say("you blockhead")
    (card,) = stage.cards()
    (choice,) = [one for one in card.choices if one.action.startswith("case.timeout")]
    assert (await stage.press("lee", choice.action, value="1h")).done
    assert [one["kind"] for one in await stage.rows("sanctions")] == ["timeout"]
    assert [one["state"] for one in await stage.rows("cases")] == ["resolved"]
