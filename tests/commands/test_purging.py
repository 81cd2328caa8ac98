"""A member's menu says whom, and a form asks how many of their messages are removed."""

from collections.abc import AsyncIterator

import pytest_asyncio

from bot.store.engine import Store
from tests.stage.stage import Stage, set_stage


@pytest_asyncio.fixture
async def stage(store: Store) -> AsyncIterator[Stage]:
    made = await set_stage(store)
    await made.give("robin", "shift.start")
    for number in range(12):
        await made.say(f"hello {number}", user="u1")
    yield made
    await made.close()


def left(stage: Stage) -> int:
    return sum(len(held) for held in stage.world.messages.values())


async def test_a_form_asks_how_many_and_so_many_go(stage: Stage) -> None:
    asked = await stage.give("robin", "mod.purge", member=stage.member("u1"))
    assert asked.form is not None
    assert [one.name for one in asked.form.fields] == ["last", "why"]
    sent = await stage.press("robin", asked.form.action, where="help", last="3")
    assert sent.done, sent.text
    assert left(stage) == 9


async def test_many_are_shown_before_they_go(stage: Stage) -> None:
    asked = await stage.give("robin", "mod.purge", member=stage.member("u1"))
    assert asked.form is not None
    shown = await stage.press("robin", asked.form.action, where="help", last="12")
    assert shown.card is not None
    await stage.press("robin", shown.card.buttons[0].action, where="help")
    assert left(stage) == 0


async def test_a_form_is_good_once_and_for_whom_it_was_opened(stage: Stage) -> None:
    asked = await stage.give("robin", "mod.purge", member=stage.member("u1"))
    assert asked.form is not None
    assert not (await stage.press("mo", asked.form.action, where="help", last="3")).done
    assert (await stage.press("robin", asked.form.action, where="help", last="3")).done
    assert not (await stage.press("robin", asked.form.action, where="help", last="3")).done
    assert left(stage) == 9


async def test_whoever_may_remove_nothing_is_told_so_before_they_fill_in_anything(stage: Stage) -> None:
    for who in ("u2", "heron"):
        asked = await stage.give(who, "mod.purge", member=stage.member("u1"))
        assert asked.form is None
        assert not asked.done


async def test_who_is_protected_stays_so_behind_the_form(stage: Stage) -> None:
    staff = stage.member("u1", roles=frozenset({"5001"}))
    asked = await stage.give("robin", "mod.purge", member=staff)
    if asked.form is not None:
        asked = await stage.press("robin", asked.form.action, where="help", last="3")
    assert not asked.done
    assert left(stage) == 12


async def test_what_stands_nowhere_is_no_message_that_could_go(stage: Stage) -> None:
    for number in range(3):
        title = stage.message(f"a thread's title {number}", user="u1", id=f"t{number}-title", withheld=True)
        stage.intake.offer(title)
        await stage.settle()
    reply = await stage.give("robin", "mod.purge", member=stage.member("u1"), last=4)
    assert reply.done, reply.text
    assert left(stage) == 8
