"""The card of a case: everything to decide by, and what was written around it, under handles."""

from collections.abc import AsyncIterator

import pytest_asyncio

from bot.domain.message import Attachment
from bot.store.engine import Store
from tests.stage.stage import Stage, set_stage


@pytest_asyncio.fixture
async def stage(store: Store) -> AsyncIterator[Stage]:
    """Return a community that has just begun."""
    made = await set_stage(store)
    yield made
    await made.close()


async def test_the_offending_words_are_marked_and_five_messages_stand_before_them(stage: Stage) -> None:
    for number in range(7):
        await stage.say(f"before {number}", user="u2")
    await stage.say("you blockhead")
    (card,) = stage.cards()
    assert [one.text for one in card.quotes] == [*(f"before {number}" for number in range(2, 7)), "you blockhead"]
    (central,) = [one for one in card.quotes if one.central]
    assert [central.text[start:end] for start, end in central.marks] == ["blockhead"]


async def test_members_go_by_handles_and_files_by_their_names(stage: Stage) -> None:
    file = Attachment(id="a1", name="holiday.png", media_type="image/png", size=10)
    await stage.say("look", user="u2", attachments=(file,))
    await stage.say("you nitwit", user="u1")
    (card,) = stage.cards()
    (seen,) = [one for one in card.quotes if not one.central]
    assert (seen.files, seen.hidden) == (("holiday.png",), True)
    assert not {"u1", "u2"} & {one.author for one in card.quotes}


async def test_a_card_goes_without_its_context_where_the_platform_does_not_answer(stage: Stage) -> None:
    stage.platform.deny_history(times=5)
    await stage.say("you blockhead")
    (card,) = stage.cards()
    assert [one.text for one in card.quotes] == ["you blockhead"]


async def test_the_card_says_who_holds_it_and_counts_down(stage: Stage) -> None:
    await stage.say("you blockhead")
    await stage.give("lee", "case.next")
    (card,) = stage.cards()
    said = {one.label: one.value for one in card.fields}
    assert said["Worked on by"] == "Lee (Acme association)"
    assert card.due_at is not None
    assert said["Strikes that count"] == "1"
