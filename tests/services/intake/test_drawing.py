"""Cards of cases follow what members do: each change shows, and a flood of them is drawn as often as anybody draws."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest_asyncio

from bot.domain.action import ActionKind
from bot.store.actions import claim
from bot.store.engine import Store
from tests.fakes.platform import FaultKind
from tests.stage.stage import CONNECTION, Stage, set_stage

MANNERS = """\
guideline: manners
title: {en: Mind your manners, de: Benehmt euch}
text: {en: Be kind, de: Seid nett}
rules:
  - {id: plain, when: {words: [rascal]}, severity: low, then: [delete]}
"""


@pytest_asyncio.fixture
async def stage(store: Store) -> AsyncIterator[Stage]:
    made = await set_stage(store)
    yield made
    await made.close()


async def versions(stage: Stage) -> list[tuple[int, int]]:
    return [(one["wanted"], one["shown"]) for one in await stage.rows("cards", kind="case")]


async def say_in_a_row(stage: Stage, *texts: str, user: str = "u1") -> None:
    for text in texts:
        message = stage.message(text, user=user)
        stage.world.post(message)
        await stage.intake.judge([message])


async def test_each_finding_shows_on_a_card_that_hangs(stage: Stage) -> None:
    for count in range(1, 4):
        await stage.say("blockhead")
        assert await versions(stage) == [(count, count)]


async def test_what_comes_before_a_card_is_drawn_shows_in_that_one_drawing(stage: Stage) -> None:
    await stage.say("blockhead")
    await say_in_a_row(stage, "blockhead one", "blockhead two", "blockhead three")
    assert await versions(stage) == [(2, 1)]
    await stage.perform()
    assert await versions(stage) == [(2, 2)]
    (card,) = stage.cards()
    assert "blockhead three" in [quote.text for quote in card.quotes]


async def test_what_makes_a_case_graver_is_drawn_in_its_own_place(stage: Stage) -> None:
    await stage.say("nitwit")
    await say_in_a_row(stage, "nitwit once more", "blockhead")
    ((wanted, _),) = await versions(stage)
    assert wanted == 3


async def test_what_comes_while_a_card_is_being_drawn_is_drawn_after_it(stage: Stage) -> None:
    await stage.say("nitwit")
    await say_in_a_row(stage, "nitwit once more", "blockhead")
    async with stage.store.writing() as tx:
        # of two that wait it takes one, which shows what there is by now: the other has nothing more to show
        taken = await claim(tx, CONNECTION.name, stage.clock.now(), limit=100, seconds=60)
    assert len([one for one in taken if one.action.kind is ActionKind.CARD]) == 1
    planned = len(await stage.rows("actions", kind="card"))
    await say_in_a_row(stage, "blockhead two", "blockhead three")
    ((wanted, _),) = await versions(stage)
    assert wanted == 5
    # the one that waits behind it shows all of it
    assert len(await stage.rows("actions", kind="card")) == planned


async def test_a_card_that_is_put_off_for_a_moment_shows_what_is_there_by_then(stage: Stage) -> None:
    await stage.say("nitwit")
    stage.platform.fail(FaultKind.RETRY_AFTER, of=ActionKind.CARD, after=5.0)
    await say_in_a_row(stage, "nitwit once more")
    await stage.perform()
    planned = len(await stage.rows("actions", kind="card"))
    await say_in_a_row(stage, "nitwit for the third time")
    assert len(await stage.rows("actions", kind="card")) == planned
    stage.clock.move(timedelta(seconds=6))
    await stage.perform()
    (card,) = stage.cards()
    assert "nitwit for the third time" in [quote.text for quote in card.quotes]


async def test_what_hangs_in_a_digest_gets_no_card_of_its_own_by_what_asks_nobody_to_look(store: Store) -> None:
    stage = await set_stage(store, ("guidelines/manners.yaml", MANNERS))
    for number in range(8):
        await stage.say("blockhead", user=f"raider {number}")
    cards = await stage.rows("cards")
    (digest,) = [one for one in cards if one["kind"] == "digest"]
    for number in range(8):
        await stage.say("rascal", user=f"raider {number}")
    found = await stage.rows("cards")
    assert {one["id"] for one in found} == {one["id"] for one in cards}
    (after,) = [one for one in found if one["kind"] == "digest"]
    assert after["wanted"] > digest["wanted"]
    await stage.close()


async def test_a_digest_lists_the_gravest_and_counts_the_others(stage: Stage) -> None:
    for number in range(29):
        await say_in_a_row(stage, "nitwit", user=f"raider {number}")
    await say_in_a_row(stage, "blockhead", user="raider 29")
    await stage.perform()
    (digest,) = [one for one in stage.cards() if "25 new cases" in one.title]
    lines = digest.fields[0].value.splitlines()
    assert len(lines) == 21
    assert "slur" in lines[0]
    assert "5" in lines[-1]
