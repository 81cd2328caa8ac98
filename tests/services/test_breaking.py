"""Broken glass: loud, for an hour at most, recorded as what it is, and looked at by somebody else."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest_asyncio

from bot.domain.authority import Allow, Scope, Target
from bot.domain.right import Deed, Right
from bot.services.authorising import rule_on
from bot.services.staff.knowing import find_caller
from bot.services.work import begin_work
from bot.store.engine import Store
from tests.stage.stage import Stage, set_stage


@pytest_asyncio.fixture
async def stage(store: Store) -> AsyncIterator[Stage]:
    """Return a community with an owner, Ada, and a lead, Lee."""
    made = await set_stage(store)
    await made.say("hello")
    yield made
    await made.close()


async def may_ban(stage: Stage, who: str) -> str:
    """Return under which mandate somebody may ban in a channel that isn't listed; empty where they may not."""
    async with stage.store.writing() as tx:
        work = await begin_work(tx, stage.keys, stage.policies, stage.clock.now())
        caller = await find_caller(work, stage.ref(who))
        scope = Scope(community="acme", channel="")
        ruling = await rule_on(work, caller, Deed(right=Right.BAN), Target(account="m"), scope)
    return ruling.mandate if isinstance(ruling, Allow) else ""


async def pages(stage: Stage) -> list[str]:
    return [one["key"].split(":")[1] for one in await stage.rows("actions", kind="page")]


async def test_an_owner_breaks_the_glass_for_a_while_and_everybody_who_should_know_is_told(stage: Stage) -> None:
    assert not await may_ban(stage, "ada")
    reply = await stage.give("ada", "lead.breakglass", where="leads", why="the raid bot is loose", **{"for": "30m"})
    assert reply.done
    assert await may_ban(stage, "ada") == "break_glass"
    assert await pages(stage) == ["glass_broken"]
    assert [card.title for card in stage.cards() if "Ada" in card.title]
    (entry,) = await stage.entries("glass_broken")
    assert entry["actor"]["who"] == "ada"
    assert "raid bot" not in str(entry)
    stage.clock.move(timedelta(minutes=30))
    assert not await may_ban(stage, "ada")


async def test_nobody_but_an_owner_breaks_it_and_nobody_for_longer_than_an_hour(stage: Stage) -> None:
    for who in ("lee", "robin", "u1"):
        assert not (await stage.give(who, "lead.breakglass", where="leads", why="please")).done
    assert len(await stage.entries("refused")) == 3
    long = await stage.give("ada", "lead.breakglass", where="leads", why="please", **{"for": "61m"})
    assert "1 hour" in long.text
    assert not await stage.rows("overrides")
    assert (await stage.give("ada", "lead.breakglass", where="leads", why="please")).done
    assert not (await stage.give("ada", "lead.breakglass", where="leads", why="again")).done
    assert len(await stage.rows("overrides")) == 1


async def test_somebody_else_looks_at_it_once(stage: Stage) -> None:
    await stage.give("ada", "lead.breakglass", where="leads", why="please")
    (card,) = [one for one in stage.cards() if "Ada" in one.title]
    press = stage.button(card, "lead.review_override")
    assert not (await stage.press("ada", press)).done
    assert not (await stage.press("robin", press)).done
    assert (await stage.press("lee", press, note="all of it was needed")).done
    again = await stage.press("lee", press)
    assert not again.done
    assert len(await stage.entries("glass_reviewed")) == 1
    await stage.pass_time(timedelta(hours=80), step=timedelta(hours=4))
    assert await pages(stage) == ["glass_broken"]


async def test_leads_are_paged_every_day_on_which_nobody_has_looked(stage: Stage) -> None:
    await stage.give("ada", "lead.breakglass", where="leads", why="please")
    await stage.pass_time(timedelta(hours=71), step=timedelta(hours=1))
    assert await pages(stage) == ["glass_broken"]
    await stage.pass_time(timedelta(hours=26), step=timedelta(hours=1))
    assert sorted(await pages(stage)) == ["glass_broken", "glass_unreviewed", "glass_unreviewed"]
