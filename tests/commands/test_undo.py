"""What somebody did is taken back at once: shown before, one operation, never twice."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest_asyncio

from bot.domain.outcome import OutcomeKind
from bot.domain.staff import Shift
from bot.store.engine import Store
from bot.store.shifts import add_shift
from tests.stage.stage import Stage, set_stage


@pytest_asyncio.fixture
async def stage(store: Store) -> AsyncIterator[Stage]:
    stage = await set_stage(store)
    now = stage.clock.now()
    async with store.writing() as tx:
        for person, organisation in (("robin", "nightwatch"), ("mo", "internal")):
            shift = Shift(
                id=f"{person:-<32}", person=person, organisation=organisation, start=now,
                until=now + timedelta(hours=9),
            )  # fmt: skip
            await add_shift(tx, "acme", shift)
    yield stage
    await stage.close()


async def punish(stage: Stage, who: str, *users: str) -> None:
    for user in users:
        stage.world.join(stage.ref(user))
        await stage.give(who, "mod.timeout", member=stage.member(user), guideline="respect", **{"for": "5h"})


def held(stage: Stage, *users: str) -> list[bool]:
    return [stage.world.standing(stage.ref(user), OutcomeKind.TIMEOUT).held for user in users]


async def undo(stage: Stage, by: str, since: str = "1h") -> str:
    shown = await stage.give("lee", "lead.undo", by=by, since=since)
    assert shown.card is not None, shown.text
    return stage.button(shown.card, "Take it back")


async def test_a_partners_last_hour_is_taken_back_and_nothing_else(stage: Stage) -> None:
    await punish(stage, "robin", "u0")
    await stage.pass_time(timedelta(hours=2))
    await punish(stage, "robin", "u1", "u2")
    await punish(stage, "mo", "u3")
    button = await undo(stage, "nightwatch")
    assert held(stage, "u1", "u2") == [True, True]
    reply = await stage.press("lee", button)
    assert reply.text.startswith("Taken back: 2 sanctions lifted, 2 strikes revoked")
    assert held(stage, "u0", "u1", "u2", "u3") == [True, False, False, True]
    assert "we are sorry" in stage.notices("u1")[-1]
    undoing = [row for row in await stage.rows("decisions") if row["undoes"] is not None]
    assert [row["person"] for row in undoing] == ["lee"]
    assert len([row for row in await stage.rows("decisions") if row["undone_at"] is not None]) == 2
    assert len(await stage.entries("strike_revoked")) == 2
    assert len(await stage.entries("sanction_ended")) == 2


async def test_what_was_taken_back_is_never_taken_back_again(stage: Stage) -> None:
    await punish(stage, "robin", "u1")
    first, second = await undo(stage, "robin"), await undo(stage, "Robin")
    assert (await stage.press("lee", first)).done
    assert not (await stage.press("lee", first)).done
    late = await stage.press("lee", second)
    assert (late.done, late.text) == (
        False,
        "There is nothing left to take back: give another name, or a longer time.",
    )
    assert len([text for text in stage.notices("u1") if "sorry" in text]) == 1


async def test_a_rules_work_is_taken_back(stage: Stage) -> None:
    await stage.say("you nitwit")
    assert held(stage, "u1") == [True]
    await stage.press("lee", await undo(stage, "respect/harsh"))
    assert held(stage, "u1") == [False]


async def test_the_preview_says_what_nothing_brings_back(stage: Stage) -> None:
    message = await stage.say("buy my things")
    await stage.give("robin", "mod.delete", message=message)
    shown = await stage.give("lee", "lead.undo", by="robin", since="1h")
    assert "Removed messages: 1." in str(shown.card)


async def test_a_kick_that_waits_for_its_notice_is_not_done_any_more(stage: Stage) -> None:
    stage.world.join(stage.ref("u1"))
    stage.platform.revoked = True
    await stage.give("lee", "mod.kick", member=stage.member("u1"), guideline="respect")
    await stage.press("lee", await undo(stage, "lee"))
    states = {row["kind"]: row["state"] for row in await stage.rows("actions") if row["kind"] == "kick"}
    assert states == {"kick": "superseded"}


async def test_only_leads_take_back_and_the_attempt_is_recorded(stage: Stage) -> None:
    reply = await stage.give("robin", "lead.undo", by="robin", since="1h")
    assert reply.text == "Only the community's leads can do that."
    assert len(await stage.entries("refused")) == 1


async def test_a_channels_pace_and_closed_doors_are_taken_back_unless_set_anew(stage: Stage) -> None:
    await stage.give("mo", "mod.slow", channel=stage.channel("help"), every="30s")
    await stage.give("mo", "mod.slow", channel=stage.channel("gaming"), every="30s")
    await stage.give("lee", "mod.slow", channel=stage.channel("gaming"), every="5s")
    await stage.press("lee", await undo(stage, "mo"))
    assert sorted(stage.world.slow.values()) == [0, 5]


async def test_the_doors_are_closed_for_a_while_and_opened(stage: Stage) -> None:
    closed = await stage.give("lee", "lead.raid", state="on", **{"for": "1h"})
    assert "The doors are closed until" in closed.text
    assert list(stage.world.closed.values()) == [1]
    opened = await stage.give("lee", "lead.raid", state="off")
    assert opened.text == "The doors are open."
    assert list(stage.world.closed.values()) == [0]
    await stage.pass_time(timedelta(hours=2))
    assert list(stage.world.closed.values()) == [0]
