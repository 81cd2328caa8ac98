"""Two communities in one database: with the ids of one, nothing of it is shown or changed from within the other."""

import dataclasses
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import select

from bot.commands.command import Command
from bot.commands.desk import Desk
from bot.commands.dispatch import give
from bot.commands.table import COMMANDS
from bot.domain.command import Invocation, Option, OptionKind, OptionValue
from bot.domain.handle import handle_of
from bot.domain.staff import Shift
from bot.policy.load import load_policies
from bot.policy.policy_set import PolicySet
from bot.services.record import begin_ledger
from bot.store.communities import add_community
from bot.store.engine import Store
from bot.store.policies import activate_policy
from bot.store.shifts import add_shift
from bot.store.tables import metadata
from tests.stage.policies import COMMUNITY, FILES
from tests.stage.stage import CONNECTION, Stage, set_stage

#: tables whose rows a button, form or option may name
_NAMED = (
    "cases", "approvals", "appeals", "sanctions", "previews", "overrides", "escalations", "restraints", "reviews",
    "shifts", "decisions", "seats", "policy_proposals", "accounts", "messages", "cards", "notes", "reports",
)  # fmt: skip
_PEOPLE = (("robin", "nightwatch"), ("mo", "internal"), ("lee", "internal"))


def other(folder: Path) -> PolicySet:
    """Return the same policies for a community of another name."""
    home = folder / "policies" / "beta"
    files = {**dict(FILES), "community.yaml": COMMUNITY.replace("community: acme", "community: beta")}
    for name, text in files.items():
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_text(text)
    loaded = load_policies(folder / "policies", "beta")
    assert loaded.policies is not None, loaded.problems
    return loaded.policies


@pytest_asyncio.fixture
async def stage(store: Store) -> AsyncIterator[Stage]:
    """Return a community of whose every thing there is one."""
    made = await set_stage(store)
    await duty(made, "acme")
    await made.say("you blockhead", user="u1")
    for user in ("u2", "u3"):
        made.joined(user)
    await made.give("mo", "mod.timeout", member=made.member("u2"), guideline="respect", for_="5h")
    await made.give("robin", "mod.ban", member=made.member("u3"), guideline="respect")
    await made.give("u2", "everyone.appeal", statement="that was not me")
    await made.give("ada", "lead.breakglass", why="storm", for_="30m")
    await made.give("lee", "lead.undo", by="robin", since="1h")
    await made.give("gaivota", "partner.seat", account=made.member("u7"), alias="Dodo")
    await made.give("lee", "lead.freeze", person="finch", why="strange")
    (case, *_) = await made.rows("cases", queue="hate")
    await made.give("robin", "case.escalate", case=case["number"], why="too much")
    await made.pass_time(timedelta(hours=1))
    yield made
    await made.close()


async def duty(stage: Stage, community: str) -> None:
    now = stage.clock.now()
    async with stage.store.writing() as tx:
        for person, organisation in _PEOPLE:
            shift = Shift(
                id=f"{community}{person:-<28}"[:32], person=person, organisation=organisation, start=now,
                until=now + timedelta(hours=9),
            )  # fmt: skip
            await add_shift(tx, community, shift)


@pytest_asyncio.fixture
async def beside(stage: Stage, tmp_path: Path) -> Desk:
    """Return the desk of a second community in the same database, with the same people."""
    policies = other(tmp_path)
    now = stage.clock.now()
    async with stage.store.writing() as tx:
        await add_community(tx, "beta", now)
        await begin_ledger(tx, "beta", "locum.test/beta", now)
        await activate_policy(tx, "beta", policies.version)
    await duty(stage, "beta")
    known = {"acme": stage.policies, "beta": policies}
    return replace(stage.desk, policies=known.get)


async def everything(stage: Stage) -> dict[str, list[Any]]:
    """Return all rows of the first community; a table that names none is looked at whole, where it isn't shared."""
    found: dict[str, list[Any]] = {}
    async with stage.store.reading() as tx:
        for name, table in sorted(metadata.tables.items()):
            if "community" not in table.c:
                continue
            rows = await tx.execute(select(table).where(table.c.community == "acme"))
            found[name] = sorted((tuple(row) for row in rows), key=repr)
    return found


def options(command: Command, stage: Stage, subject: str, word: str) -> Mapping[str, OptionValue]:
    """Return what can be given: every option, those that name something being of the other community."""

    def value(one: Option) -> OptionValue:
        values: dict[OptionKind, OptionValue] = {
            OptionKind.MEMBER: stage.member("u1"),
            OptionKind.MEMBERS: (stage.member("u1"),),
            OptionKind.MESSAGE: stage.message("hello", user="u1", id="m1"),
            OptionKind.CHANNEL: stage.channel(),
            OptionKind.GUIDELINE: "respect",
            OptionKind.DURATION: "10m",
            OptionKind.CASE: word,
            OptionKind.SANCTION: word,
            OptionKind.QUEUE: "hate",
            OptionKind.PERSON: "robin",
            OptionKind.ORGANISATION: "nightwatch",
            OptionKind.RULE: "respect/slur",
            OptionKind.CHOICE: one.choices[0] if one.choices else "",
            OptionKind.NUMBER: 5,
            OptionKind.TEXT: "because",
        }
        return values[one.kind]

    given = {one.name: value(one) for one in command.options if one.name != "organisation"}
    return {**given, "subject": subject, "version": "1", "value": "timeout"}


def ids_for(command: Command, named: Mapping[str, str]) -> Sequence[str]:
    """Return the ids that a command is tried with: one is enough where it takes none."""
    takes = not command.typed or any(one.kind in (OptionKind.CASE, OptionKind.SANCTION) for one in command.options)
    return [*named] if takes or command.name in ("lead.review_override", "shift.end") else [*named][:1]


@pytest.mark.parametrize("who", ["lee", "robin"])
async def test_ids_of_another_community_change_and_show_nothing(stage: Stage, beside: Desk, who: str) -> None:
    named: dict[str, str] = {}
    for table in _NAMED:
        for row in (await stage.rows(table, community="acme"))[:1]:
            # a case is called by its number, whatever else by a handle
            named[row["id"]] = row["number"] if table == "cases" else handle_of(row["id"])
    numbers = {row["number"] for row in await stage.rows("cases", community="acme")}
    there = [table for table in _NAMED if await stage.rows(table, community="acme")]
    assert {"cases", "approvals", "appeals", "sanctions", "previews", "overrides", "escalations", "seats"} <= {*there}
    before = await everything(stage)
    shown: list[str] = []
    for command in COMMANDS:
        for subject in ids_for(command, named):
            given = options(command, stage, subject, named[subject])
            invocation = Invocation(
                community="beta", id=f"{command.name}-{subject}"[:64], account=stage.ref(who), command=command.name,
                options=given, channel=stage.channel("help"), connection=CONNECTION,
            )  # fmt: skip
            said = repr(dataclasses.asdict(await give(beside, invocation)))
            shown += [f"{command.name}: {one}" for one in numbers if one in said]
    assert not shown
    after = await everything(stage)
    assert [name for name in before if after[name] != before[name]] == []
