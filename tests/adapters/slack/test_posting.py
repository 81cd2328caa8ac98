"""A post stands once, whatever became of its answer, and an answer to what is gone stands nowhere."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
import pytest_asyncio

from adapters.slack.pacing import Paces
from bot.domain.action import ActionKind, Answer, Result
from bot.domain.card import Card
from bot.domain.message import MessageRef
from bot.domain.place import Stream
from bot.ports import Effect
from tests.adapters.slack.ground import SlackGround, slack_ground
from tests.slack.faults import FaultKind
from tests.slack.uses import until


@pytest_asyncio.fixture
async def ground() -> AsyncIterator[SlackGround]:
    async with slack_ground() as found:
        yield found


def card(ground: SlackGround, action: str = "a1") -> Effect:
    return Effect(
        action=action, kind=ActionKind.CARD, stream=ground.leads, card=Card(title="A case"), since=ground.clock.now()
    )  # fmt: skip


async def do(ground: SlackGround, effect: Effect) -> Result:
    (result,) = await ground.platform.enforce([effect])
    return result


async def look(ground: SlackGround, effect: Effect) -> Result:
    (result,) = await ground.platform.read_back([effect])
    return result


@pytest.mark.parametrize(
    ("kind", "stands"),
    [(FaultKind.ACTED, True), (FaultKind.ACTED_CUT, True), (FaultKind.ACTED_ERROR, True),
     (FaultKind.REFUSED, False), (FaultKind.CUT, False), (FaultKind.ERROR, False)],
)  # fmt: skip
async def test_a_post_whose_answer_was_lost_is_looked_for(ground: SlackGround, kind: FaultKind, stands: bool) -> None:
    effect = card(ground)
    ground.server.faults.fail(kind, "chat.postMessage")
    assert (await do(ground, effect)).answer is Answer.UNKNOWN
    found = await look(ground, effect)
    assert found.answer is (Answer.DONE if stands else Answer.RETRY_AFTER)
    posts = ground.server.record.did("message_posted", by=ground.place.bot)
    assert [one.target for one in posts] == ([found.posted] if stands else [])
    assert len(ground.server.record.asked("chat.postMessage")) == 1


async def test_a_post_is_found_among_many_that_came_since(ground: SlackGround) -> None:
    effect = card(ground)
    posted = (await do(ground, effect)).posted
    for number in range(250):
        ground.server.hands.say(ground.place.admin, ground.leads.channel, f"word {number}")
    assert (await look(ground, effect)).posted == posted
    ground.server.world.oldest_page_first = True
    assert (await look(ground, effect)).posted == posted


async def test_a_notice_whose_answer_was_lost_is_found_in_the_direct_message(ground: SlackGround) -> None:
    kim = ground.join("kim")
    effect = Effect(
        action="n1", kind=ActionKind.NOTICE, account=kim, text="Be kind.", since=ground.clock.now()
    )  # fmt: skip
    ground.server.faults.fail(FaultKind.ACTED_CUT, "chat.postMessage")
    assert (await do(ground, effect)).answer is Answer.UNKNOWN
    assert (await look(ground, effect)).answer is Answer.DONE
    assert len(ground.notices(kim)) == 1


async def test_a_notice_to_somebody_who_was_deactivated_reaches_nobody(ground: SlackGround) -> None:
    kim = ground.join("kim")
    ground.leave(kim)
    result = await do(ground, Effect(action="n1", kind=ActionKind.NOTICE, account=kim, text="Be kind."))
    assert result.answer in {Answer.GONE, Answer.FORBIDDEN}
    assert not ground.notices(kim)


@pytest.mark.parametrize("answered", [False, True], ids=["unanswered", "answered"])
async def test_an_answer_to_a_card_that_is_gone_is_seen_by_nobody(ground: SlackGround, answered: bool) -> None:
    ref = ground.ref(ground.leads, (await do(ground, card(ground))).posted)
    if answered:
        ground.say(replace(ground.join("kim"), user=ground.place.admin), "hm", where=_in(ground, ref))
    ground.erase(ref)
    for amount in (0, 1):
        said = Effect(action=f"t{amount}", kind=ActionKind.THREAD, message=ref, text="Ada took it over.", amount=amount)
        assert (await do(ground, said)).answer is Answer.GONE
    hung = replace(card(ground, "a2"), stream=_in(ground, ref))
    assert (await do(ground, hung)).answer is Answer.GONE
    assert len(ground.server.record.did("message_posted", by=ground.place.bot)) == 1


async def test_an_answer_that_came_too_late_for_its_card_is_taken_back(ground: SlackGround) -> None:
    ref = ground.ref(ground.leads, (await do(ground, card(ground))).posted)
    # the card goes between the look and the post
    ground.server.faults.fail(FaultKind.LATE, "chat.postMessage", after=0.5)
    said = Effect(action="t1", kind=ActionKind.THREAD, message=ref, text="Ada took it over.", amount=1)
    saying = asyncio.create_task(do(ground, said))
    await until(lambda: ground.server.record.asked("conversations.replies"))
    await asyncio.sleep(0.2)
    ground.erase(ref)
    assert (await saying).answer is Answer.GONE
    assert not ground.server.hands.sees(ground.place.admin, ground.leads.channel)


async def test_a_card_that_is_gone_is_not_changed(ground: SlackGround) -> None:
    ref = ground.ref(ground.leads, (await do(ground, card(ground))).posted)
    ground.erase(ref)
    assert (await do(ground, replace(card(ground, "a2"), message=ref))).answer is Answer.GONE


async def test_a_raid_of_posts_is_paced_and_asked_for_never_too_often(ground: SlackGround) -> None:
    ground.connected.door.paces = Paces()
    ground.server.limits.on = True
    kims = [ground.join(f"kim-{number}") for number in range(20)]
    effects = [Effect(action=f"n{number}", kind=ActionKind.NOTICE, account=kim, text="Be kind.")
               for number, kim in enumerate(kims)]  # fmt: skip
    effects += [card(ground, f"a{number}") for number in range(20)]
    results = await ground.platform.enforce(effects)
    assert {one.answer for one in results} == {Answer.DONE, Answer.RETRY_AFTER}
    assert all(one.after > 0 for one in results if one.answer is Answer.RETRY_AFTER)
    assert not ground.server.record.over


def _in(ground: SlackGround, ref: MessageRef) -> Stream:
    return replace(ground.leads, thread=ref.message)
