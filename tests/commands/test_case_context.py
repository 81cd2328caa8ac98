"""What outside moderators are shown of a case: the same as hangs with the leads, as an answer to them alone."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import pytest_asyncio
from sqlalchemy import update

from bot.domain.card import Card
from bot.domain.message import Message
from bot.domain.place import Stream
from bot.store.engine import Store
from bot.store.tables import cases
from tests.stage.stage import Stage, set_stage


@pytest_asyncio.fixture
async def stage(store: Store) -> AsyncIterator[Stage]:
    """Return a community in which somebody was insulted amid a conversation, with Robin on duty."""
    made = await set_stage(store)
    await made.give("robin", "shift.start")
    for number in range(7):
        await made.say(f"before {number}", user="u2")
        made.clock.move(timedelta(seconds=1))
    await made.say("you blockhead")
    made.clock.move(timedelta(seconds=1))
    for number in range(7):
        await made.say(f"after {number}", user="u3")
    yield made
    await made.close()


def _texts(card: Card | None) -> list[str]:
    assert card is not None
    return [one.text for one in card.quotes]


_AROUND = [*(f"before {n}" for n in range(2, 7)), "you blockhead", *(f"after {n}" for n in range(5))]


@pytest.mark.parametrize("how", ["case.next", "case.claim", "case.show", "case.take"])
async def test_an_answer_shows_five_messages_on_either_side(stage: Stage, how: str) -> None:
    (case,) = await stage.rows("cases")
    named = {"case.next": {}, "case.take": {"subject": case["id"]}}.get(how, {"case": case["number"]})
    assert _texts((await stage.give("robin", how, **named)).card) == _AROUND
    (viewed,) = await stage.entries("viewed")
    assert (viewed["case"], viewed["actor"]["who"]) == (case["id"], "robin")


async def test_an_answer_goes_without_them_where_the_platform_does_not_say(stage: Stage) -> None:
    stage.platform.deny_history(times=5)
    assert _texts((await stage.give("robin", "case.next")).card) == ["you blockhead"]


async def test_an_answer_waits_no_longer_than_whoever_asked(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    async def never(_: Stream, __: str, ___: datetime, ____: int) -> Sequence[Message]:
        await asyncio.Event().wait()
        return ()

    monkeypatch.setattr("bot.commands.around._PATIENCE", 0.05)
    stage.waiting = True
    monkeypatch.setattr(stage.platform, "around", never)
    reply = await stage.give("robin", "case.next")
    assert "is yours now" in reply.text
    assert _texts(reply.card) == ["you blockhead"]


async def test_of_a_channel_that_a_mandate_does_not_cover_nothing_is_shown_around(store: Store) -> None:
    stage = await set_stage(store)
    await stage.give("onda", "shift.start")
    await stage.say("hello", user="u2", where="elsewhere")
    await stage.say("freecoins", where="elsewhere")
    (case,) = await stage.rows("cases")
    async with store.writing() as tx:
        await tx.execute(update(cases).values(severity=2))
    card = (await stage.give("onda", "case.show", case=case["number"])).card
    assert "hello" not in _texts(card)
    lead = (await stage.give("lee", "case.show", case=case["number"])).card
    assert "hello" in _texts(lead)
    await stage.close()


async def test_the_card_says_what_the_platform_knows_of_an_account(stage: Stage) -> None:
    member = stage.member(
        "u5", created_at=datetime(2026, 6, 1, tzinfo=UTC), joined_at=datetime(2026, 6, 15, tzinfo=UTC)
    )
    message = stage.message("you nitwit", user="u5")
    message = replace(message, author=member)
    stage.world.join(stage.ref("u5"))
    stage.world.post(message)
    stage.intake.offer(message)
    await stage.settle()
    case = max(await stage.rows("cases"), key=lambda one: one["opened_at"])
    card = (await stage.give("lee", "case.show", case=case["number"])).card
    assert card is not None
    said = {field.label: field.value for field in card.fields}
    assert (said["Account made"], said["Joined"]) == ("2026-06-01", "2026-06-15")
