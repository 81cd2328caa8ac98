"""Somebody who is called otherwise is judged by their names alone: once for the same names, and nothing counts it."""

from collections.abc import AsyncIterator
from typing import Any

import pytest_asyncio

from bot.domain.message import Channel, Member, Message, MessageKind, MessageRef
from bot.store.engine import Store
from tests.stage.stage import CONNECTION, Stage, set_stage

_NAMES = """\
guideline: names
title: {en: Be yourself, de: Sei du selbst}
text: {en: "Don't pass yourself off as the team.", de: "Gib dich nicht als Team aus."}
rules:
  - {id: team, when: {name: {terms: [moderator]}}, severity: high, then: [delete, {notice: names}, {strike: 1}, {case: hate}]}
  - {id: new, when: {any: [{name: {terms: [giveaway]}}, {account_age: {under: 7d}}]}, severity: low, then: [{case: hate}]}
  - {id: kept, when: {all: [{name: {terms: [admin]}}, {not: {words: [hello]}}]}, severity: low, then: [{case: hate}]}
  - {id: often, when: {count: {of: {name: {terms: [sailor]}}, at_least: 2, within: 10m}}, severity: low, then: [{case: hate}]}
  - {id: flood, when: {flood: {messages: 3, within: 10m}}, severity: low, then: [{case: hate}]}
  - {id: short, when: {length: {under: 3}}, severity: low, then: [{case: hate}]}
  - {id: raid, when: {joins: {at_least: 2, within: 10m}}, severity: low, then: [{case: hate}]}
"""  # noqa: E501 - one rule a line


@pytest_asyncio.fixture
async def stage(store: Store) -> AsyncIterator[Stage]:
    made = await set_stage(store, ("guidelines/names.yaml", _NAMES))
    yield made
    await made.close()


def change(stage: Stage, user: str, name: str, **fields: Any) -> Message:
    """Return the change of somebody's name."""
    place = Channel(platform=CONNECTION.platform, workspace="W1", id="W1")
    author = Member(key=stage.ref(user).user, account=stage.ref(user), names=(name,), **fields)
    ref = MessageRef(platform=place.platform, workspace="W1", channel=place.id, message=f"{user}-rename-{name}")
    return Message(
        ref=ref, author=author, channel=place, at=stage.clock.now(), text="", kind=MessageKind.RENAME
    )  # fmt: skip


async def rename(stage: Stage, user: str, name: str, **fields: Any) -> list[str]:
    """Let somebody be called otherwise, and return the rules that were cited so far."""
    stage.world.join(stage.ref(user))
    stage.intake.offer(change(stage, user, name, **fields))
    await stage.settle()
    return [rule for one in await stage.entries("decision") for rule in one["details"]["rules"]]


async def test_a_name_that_breaks_a_rule_has_its_consequences_and_nothing_is_deleted(stage: Stage) -> None:
    assert await rename(stage, "u1", "Moderator") == ["names/team"]
    assert len(stage.notices("u1")) == 1
    assert len(await stage.rows("strikes")) == 1
    assert len(await stage.rows("cases")) == 1
    assert not [one for one in await stage.rows("actions") if one["kind"] == "delete"]


async def test_the_same_name_has_its_consequences_once(stage: Stage) -> None:
    for _ in range(3):
        assert await rename(stage, "u1", "Moderator") == ["names/team"]
    assert len(await stage.rows("strikes")) == 1


async def test_a_name_that_breaks_nothing_is_let_be(stage: Stage) -> None:
    assert not await rename(stage, "u1", "Sailor")


async def test_a_rule_that_looks_at_names_too_fires_for_names_alone(stage: Stage) -> None:
    assert not await rename(stage, "u1", "Somebody", created_at=stage.clock.now())
    assert await rename(stage, "u2", "Giveaway", created_at=stage.clock.now()) == ["names/new"]


async def test_what_else_a_rule_wants_still_holds(stage: Stage) -> None:
    assert await rename(stage, "u1", "Admin") == ["names/kept"]


async def test_no_window_counts_a_change_of_names(stage: Stage) -> None:
    for number in range(5):
        assert not await rename(stage, "u1", f"Sailor {number}")
    assert not await stage.rows("seen")
    for text in ("good morning everybody", "how are you all"):
        await stage.say(text, user="u1")
    assert not await stage.entries("decision")
    await stage.say("and what is going on", user="u1")
    (decided,) = await stage.entries("decision")
    assert decided["details"]["rules"] == ["names/flood"]
