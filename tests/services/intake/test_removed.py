"""Whom a rule removes can appeal all the same: the notice that goes out first names a code."""

import re
from collections.abc import AsyncIterator

import pytest_asyncio

from bot.services.appeals.codes import digest_of
from bot.store.engine import Store
from tests.stage.policies import COMMUNITY
from tests.stage.stage import Stage, set_stage

_MAY = COMMUNITY.replace("may: [delete, quarantine,", "may: [delete, quarantine, {ban: {up_to: 60d}},").replace(
    "{kick: internal, ban: internal}", "{kick: internal}"
)
_BANS = """\
guideline: respect
title: {en: Be respectful, de: Respektvoll bleiben}
text: {en: "Argue with ideas, never against people.", de: "Streite über Ideen, nie gegen Menschen."}
rules:
  - {id: outlaw, when: {words: [outlaw]}, severity: high, then: [{ban: 30d}, {notice: respect}, {case: hate}]}
"""


@pytest_asyncio.fixture
async def stage(store: Store) -> AsyncIterator[Stage]:
    made = await set_stage(store, ("community.yaml", _MAY), ("guidelines/respect.yaml", _BANS))
    yield made
    await made.close()


async def test_the_notice_of_a_ban_by_a_rule_names_a_code_that_is_good(stage: Stage) -> None:
    await stage.say("you outlaw", user="u1")
    (code,) = await stage.rows("appeal_codes")
    (told,) = stage.notices("u1")
    named = re.findall(r"\b[2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]{4}\b", told)
    assert [digest_of(one) for one in named] == [code["digest"]]


async def test_what_removes_nobody_offers_no_code(stage: Stage) -> None:
    await stage.say("hello there", user="u1")
    assert await stage.rows("appeal_codes") == []
