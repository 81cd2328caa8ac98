"""Completion: while somebody types a command, they are offered what they may name, and nothing else."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest_asyncio
from hypothesis import given
from hypothesis import strategies as st

from bot.commands.command import Call
from bot.commands.completing import MOST, complete, fitting
from bot.commands.options import parse
from bot.commands.table import COMMANDS, find_command
from bot.domain.command import Invocation, Option, OptionKind, Suggestion
from bot.services.staff.knowing import find_caller
from bot.services.work import begin_work
from bot.store.engine import Store, open_store
from tests.stage.stage import CONNECTION, Stage, set_stage

EVERYBODY = ("u9", "onda", "gaivota", "finch", "robin", "heron", "mo", "lee", "ada")


@pytest_asyncio.fixture
async def stage(store: Store) -> AsyncIterator[Stage]:
    """Return a community that has just begun."""
    made = await set_stage(store)
    yield made
    await made.close()


def typing(stage: Stage, who: str, command: str, language: str = "en", **options: Any) -> Invocation:
    return Invocation(
        community="acme", id="typing", account=stage.ref(who), command=command, options=options,
        channel=stage.channel(), connection=CONNECTION, language=language,
    )  # fmt: skip


async def offered(
    stage: Stage, who: str, command: str, option: str, typed: str = "", **more: Any
) -> Sequence[Suggestion]:  # fmt: skip
    return await complete(stage.desk, typing(stage, who, command, **more), option, typed)


async def values(stage: Stage, who: str, command: str, option: str, typed: str = "", **more: Any) -> list[str]:
    return [one.value for one in await offered(stage, who, command, option, typed, **more)]


async def test_guidelines_are_offered_to_everybody_by_their_titles(stage: Stage) -> None:
    found = await offered(stage, "u9", "everyone.report", "guideline", language="de")
    assert {(one.value, one.label) for one in found} == {
        ("respect", "Respektvoll bleiben"), ("support", "Aufeinander achten"),
    }  # fmt: skip
    assert await values(stage, "u9", "everyone.report", "guideline", "look") == ["support"]


async def test_of_a_command_that_is_not_offered_nothing_is_offered(stage: Stage) -> None:
    assert await values(stage, "u9", "mod.warn", "guideline") == []
    assert await values(stage, "robin", "lead.level", "person") == []
    assert await values(stage, "lee", "no.such", "person") == []
    assert await values(stage, "lee", "lead.level", "no-such-option") == []


async def test_cases_are_offered_to_those_who_may_see_them(stage: Stage) -> None:
    await stage.say("you blockhead")
    await stage.say("I am despairing", user="u2")
    numbers = {one["queue"]: one["number"] for one in await stage.rows("cases")}
    assert set(await values(stage, "lee", "case.show", "case")) == {numbers["hate"], numbers["care"]}
    assert await values(stage, "onda", "case.show", "case") == []
    assert await values(stage, "robin", "case.show", "case") == []
    await stage.give("robin", "shift.start")
    assert await values(stage, "robin", "case.show", "case") == [numbers["hate"]]
    assert await values(stage, "robin", "case.show", "case", numbers["hate"][:2].lower()) == [numbers["hate"]]


async def test_a_complaint_is_never_offered_to_whom_it_is_about(stage: Stage) -> None:
    told = await stage.give("u9", "everyone.report", member=stage.joined("lee"), statement="They shout at us.")
    assert told.done, told.text
    (case,) = await stage.rows("cases")
    assert await values(stage, "ada", "case.show", "case") == [case["number"]]
    assert await values(stage, "lee", "case.show", "case") == []


async def test_a_partners_people_are_offered_their_own_queues_and_colleagues(stage: Stage) -> None:
    assert await values(stage, "robin", "shift.choose", "queue") == ["hate", "scams"]
    assert await values(stage, "lee", "shift.choose", "queue") == ["hate", "scams", "care"]
    assert set(await values(stage, "robin", "case.pass", "to")) == {"robin", "merle", "heron", "finch"}
    assert {"robin", "onda", "mo"} <= set(await values(stage, "lee", "case.pass", "to"))
    assert await values(stage, "robin", "shift.start", "for") == ["nightwatch"]
    assert await values(stage, "lee", "lead.suspend", "organisation") == ["internal", "nightwatch", "faro"]


async def test_people_are_found_by_what_they_are_called(stage: Stage) -> None:
    found = await offered(stage, "lee", "lead.level", "person", "rob")
    assert [(one.value, one.label) for one in found] == [("robin", "Robin · Nightwatch GmbH")]


async def test_sanctions_are_offered_to_those_who_may_know_of_them(stage: Stage) -> None:
    await stage.say("you nitwit")
    await stage.give("lee", "mod.timeout", member=stage.joined("u2"), for_="2h", guideline="respect")
    await stage.give("robin", "shift.start")
    sanctions = {one["id"][:8].upper(): one for one in await stage.rows("sanctions")}
    assert set(await values(stage, "lee", "mod.lift", "sanction")) == set(sanctions)
    (seen,) = await values(stage, "robin", "mod.lift", "sanction")
    assert sanctions[seen]["until"] - sanctions[seen]["start"] == timedelta(minutes=10)
    assert await values(stage, "onda", "mod.lift", "sanction") == []
    of_one = await values(stage, "lee", "mod.lift", "sanction", member=stage.joined("u2"))
    assert [sanctions[one]["until"] - sanctions[one]["start"] for one in of_one] == [timedelta(hours=2)]


async def test_choices_and_lengths_are_told_in_the_readers_language(stage: Stage) -> None:
    found = await offered(stage, "lee", "lead.raid", "state", language="de")
    assert [one.value for one in found] == ["on", "off"]
    assert ("24h", "1 Tag") in [
        (one.value, one.label) for one in await offered(stage, "mo", "mod.timeout", "for", language="de")
    ]
    assert await values(stage, "mo", "mod.timeout", "for", "3") == ["3m", "3h", "3d", "3w"]


async def test_looking_for_something_leaves_nothing_behind(stage: Stage) -> None:
    await stage.say("you nitwit")
    before = {table: await stage.rows(table) for table in ("accounts", "ledger_entries", "invocations")}
    for who in ("stranger", *EVERYBODY):
        await values(stage, who, "case.show", "case")
        await values(stage, who, "mod.lift", "sanction")
    assert {table: await stage.rows(table) for table in before} == before


async def test_whatever_is_offered_can_be_given(sqlite_database: str) -> None:
    store = open_store(sqlite_database)
    stage = await set_stage(store)
    await stage.say("you nitwit")
    wanted = [
        (command, option)
        for command in COMMANDS
        for option in command.options
        if option.kind not in (OptionKind.MEMBER, OptionKind.MESSAGE, OptionKind.CHANNEL)
    ]
    tried = 0
    for who in EVERYBODY:
        for command, option in wanted:
            for one in await offered(stage, who, command.name, option.name):
                await parsed(stage, typing(stage, who, command.name, **{option.name: one.value}), option)
                tried += 1
    assert tried
    await stage.close()
    await store.close()


async def parsed(stage: Stage, invocation: Invocation, option: Option) -> None:
    """Have one option parsed as a command's would be; raises BadInputError."""
    command = find_command(invocation.command)
    assert command is not None
    async with stage.store.writing() as tx:
        work = await begin_work(tx, stage.keys, stage.policies, stage.clock.now())
        caller = await find_caller(work, invocation.account)
        call = Call(desk=stage.desk, work=work, caller=caller, invocation=invocation)
        assert option.name in await parse(call, replace(command, options=(option,)))


@given(st.lists(st.text(max_size=6), max_size=60), st.text(max_size=4))
def test_no_more_is_offered_than_there_is_room_for_and_what_begins_so_comes_first(names: list[str], typed: str) -> None:
    found = fitting([Suggestion(value=name, label=name) for name in names], typed)
    wanted = typed.casefold().lstrip("#")
    assert len(found) <= MOST
    begins = [one.value.casefold().startswith(wanted) for one in found]
    assert begins == sorted(begins, reverse=True)
    assert all(wanted in one.value.casefold() for one in found)
