"""Many are banned at once after a preview: by leads alone, all or none, and never anybody who moderates."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from bot.domain.command import Reply
from bot.domain.message import Member
from bot.domain.outcome import OutcomeKind
from bot.store.engine import Store
from tests.stage.policies import ORGANISATIONS
from tests.stage.stage import Stage, set_stage

_SHORT_OF = ORGANISATIONS.replace(
    "  people:\n    - {id: ada", "  budgets: {ban: 5 per 10m}\n  people:\n    - {id: ada", 1
)


@pytest_asyncio.fixture
async def stage(store: Store) -> AsyncIterator[Stage]:
    made = await set_stage(store)
    yield made
    await made.close()


def raiders(stage: Stage, count: int) -> tuple[Member, ...]:
    return tuple(stage.joined(f"raider{number}") for number in range(count))


def banned(stage: Stage, *users: str) -> bool:
    return all(stage.world.standing(stage.ref(user), OutcomeKind.BAN).held for user in users)


async def shown(stage: Stage, *members: Member, who: str = "lee") -> Reply:
    return await stage.give(who, "lead.massban", where="leads", members=members)


async def confirmed(stage: Stage, reply: Reply, who: str = "lee") -> Reply:
    """Press the card's button, and say why in the form that opens."""
    assert reply.card is not None, reply.text
    (button,) = reply.card.buttons
    opened = await stage.press(who, button.action)
    if opened.form is None:
        return opened
    return await stage.press(who, opened.form.action, why="They came together.")


async def test_many_are_shown_and_banned_once_somebody_confirms_it(stage: Stage) -> None:
    reply = await shown(stage, *raiders(stage, 30))
    assert reply.card is not None, reply.text
    assert "30" in reply.card.title
    assert not banned(stage, "raider0")
    done = await confirmed(stage, reply)
    assert done.done, done.text
    assert banned(stage, *(f"raider{number}" for number in range(30)))
    sanctions = await stage.rows("sanctions")
    assert len(sanctions) == 30
    assert len(stage.notices("raider7")) == 1
    # each by itself can be lifted, and each says who did it
    decisions = await stage.entries("decision")
    assert {one["actor"]["who"] for one in decisions} == {"lee"}


async def test_what_was_confirmed_isn_t_confirmed_twice(stage: Stage) -> None:
    reply = await shown(stage, *raiders(stage, 3))
    await confirmed(stage, reply)
    assert not (await confirmed(stage, reply)).done
    assert len(await stage.rows("sanctions")) == 3


async def test_whoever_moderates_or_is_protected_is_left_out(stage: Stage) -> None:
    staff = stage.member("u9", roles=frozenset({"5001"}))
    reply = await shown(stage, *raiders(stage, 2), stage.joined("robin"), stage.joined("lee"), staff)
    assert reply.card is not None
    assert "2" in reply.card.title
    assert [line.value for line in reply.card.fields][-1] == "3"
    await confirmed(stage, reply)
    assert len(await stage.rows("sanctions")) == 2
    nobody = await shown(stage, stage.joined("robin"))
    assert not nobody.done


@pytest.mark.parametrize("who", ["mo", "robin", "heron", "u1"])
async def test_nobody_else_than_a_lead_may(stage: Stage, who: str) -> None:
    assert not (await shown(stage, *raiders(stage, 2), who=who)).done
    reply = await shown(stage, *raiders(stage, 2))
    assert not (await confirmed(stage, reply, who=who)).done
    assert not await stage.rows("sanctions")


async def test_a_budget_that_isn_t_enough_for_all_is_enough_for_none(store: Store) -> None:
    stage = await set_stage(store, ("organisations.yaml", _SHORT_OF))
    try:
        assert not (await shown(stage, *raiders(stage, 6))).done
        reply = await shown(stage, *raiders(stage, 5))
        assert (await confirmed(stage, reply)).done
        assert len(await stage.rows("sanctions")) == 5
        assert not (await shown(stage, *raiders(stage, 8)[5:])).done
        # whoever asks for too many isn't held for it
        assert (await stage.give("lee", "mod.may", where="help")).done
        assert not await stage.rows("restraints")
    finally:
        await stage.close()


async def test_no_more_than_two_hundred_go_at_once(stage: Stage) -> None:
    many = tuple(stage.member(f"raider{number}") for number in range(201))
    assert not (await shown(stage, *many)).done
    assert (await shown(stage, *many[:200], many[0])).card is not None
