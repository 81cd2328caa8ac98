"""`/appeal` and the buttons of its card: whatever comes in is answered in one sentence that says what to do."""

import pytest

from bot.i18n import say
from bot.store.engine import Store
from tests.services.approvals.house import open_house


@pytest.mark.parametrize("word", ["stands", "reduced", "lifted"])
async def test_a_button_that_names_no_appeal_is_answered_and_nothing_happens(store: Store, word: str) -> None:
    house = await open_house(store)
    for subject in ("0" * 32, "x", "'; drop table appeals; --"):
        reply = await house.stage.give("lee", f"appeal.{word}", subject=subject, version="1")
        assert (reply.done, reply.text) == (False, say("appeal.unknown"))
    await house.stage.close()


async def test_who_was_never_sanctioned_has_nothing_to_appeal_against(store: Store) -> None:
    house = await open_house(store)
    reply = await house.stage.give("u1", "everyone.appeal", statement="I disagree")
    assert (reply.done, reply.text) == (False, say("appeal.cant_nothing"))
    german = await house.stage.give("u1", "everyone.appeal", statement="Nein", language="de")
    assert german.text == say("appeal.cant_nothing", "de")
    await house.stage.close()


async def test_words_that_are_too_many_are_answered_with_how_many_they_may_be(store: Store) -> None:
    house = await open_house(store)
    reply = await house.stage.give("u1", "everyone.appeal", statement="x" * 4_001)
    assert (reply.done, "4000 is the most" in reply.text) == (False, True)
    await house.stage.close()


@pytest.mark.parametrize("code", ["", "   ", "K7Q2", "@everyone", "\N{RIGHT-TO-LEFT OVERRIDE}K7Q2-MX4T-9RWA"])
async def test_whatever_is_typed_as_a_code_is_answered(store: Store, code: str) -> None:
    house = await open_house(store)
    reply = await house.stage.give("u1", "everyone.appeal", statement="I disagree", code=code)
    assert not reply.done
    assert "\n" not in reply.text
    await house.stage.close()
