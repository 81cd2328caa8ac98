"""What every platform owes to the core where staff talk a case over: one thread a card, everything in it said once."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio

from bot.domain.action import ActionKind, Answer
from bot.domain.message import MessageRef
from bot.ports import Effect
from tests.adapters.platform_grounds import GROUNDS, Ground
from tests.adapters.test_platform_port import REACHED, ask, card_of, history, look

SECOND = timedelta(seconds=1)


@pytest_asyncio.fixture(params=GROUNDS)
async def ground(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Ground]:
    async with GROUNDS[request.param](tmp_path) as ground:
        yield ground


async def hung(ground: Ground) -> MessageRef:
    """Return the message of a card that hangs in the staff's channel."""
    (shown,) = await ground.platform.enforce([card_of(ground, "A case", action="shown")])
    return ground.ref(ground.leads, shown.posted)


def thread_of(ground: Ground, ref: MessageRef, text: str, *, opens: bool = True, action: str = "t1") -> Effect:
    return Effect(
        action=action, kind=ActionKind.THREAD, stream=ground.leads, message=ref, title="Case 7", text=text,
        amount=int(opens), since=ground.clock.now() - SECOND,
    )  # fmt: skip


def titled(ground: Ground, title: str) -> str:
    return title if ground.titled else ""


async def test_a_thread_opens_at_a_card_once_however_often_it_is_asked_for(ground: Ground) -> None:
    ref = await hung(ground)
    opening = thread_of(ground, ref, "Talk it over here.")
    assert await ask(ground, opening) is Answer.DONE
    assert await ask(ground, opening) in REACHED
    assert ground.talk(ref) == (titled(ground, "Case 7"), ["Talk it over here."])
    assert await look(ground, opening) is Answer.DONE


async def test_a_thread_that_was_never_opened_shows_as_not_done(ground: Ground) -> None:
    ref = await hung(ground)
    assert await look(ground, thread_of(ground, ref, "Talk it over here.")) is Answer.RETRY_AFTER
    assert ground.talk(ref) is None


async def test_a_thread_ends_with_one_word_and_can_be_ended_again(ground: Ground) -> None:
    ref = await hung(ground)
    await ask(ground, thread_of(ground, ref, "Talk it over here."))
    ending = thread_of(ground, ref, "It is closed.", opens=False, action="t2")
    assert await look(ground, ending) is Answer.RETRY_AFTER
    assert await ask(ground, ending) is Answer.DONE
    assert await ask(ground, ending) in REACHED
    assert await look(ground, ending) is Answer.DONE
    assert ground.talk(ref) == (titled(ground, "Case 7"), ["Talk it over here.", "It is closed."])


async def test_a_thread_without_its_card_is_gone(ground: Ground) -> None:
    ref = await hung(ground)
    ground.erase(ref)
    assert await ask(ground, thread_of(ground, ref, "Talk it over here.")) is Answer.GONE
    assert ground.talk(ref) is None


async def test_a_thread_that_nobody_opened_is_not_there_to_be_ended(ground: Ground) -> None:
    ref = await hung(ground)
    assert await ask(ground, thread_of(ground, ref, "It is closed.", opens=False)) is Answer.GONE
    assert ground.talk(ref) is None


async def test_what_locum_says_in_a_thread_is_no_message_of_a_member(ground: Ground) -> None:
    ref = await hung(ground)
    await ask(ground, thread_of(ground, ref, "Talk it over here."))
    assert await history(ground, ground.leads) == []
