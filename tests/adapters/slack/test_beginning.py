"""What Slack doesn't answer at the beginning is asked for again, and nobody's words wait for it for long."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from adapters.slack import beginning, hearing
from adapters.slack.beginning import in_the_end
from adapters.slack.calls import CallError
from bot.domain.action import Answer, Result
from tests.adapters.slack.ground import SlackGround, slack_ground
from tests.adapters.slack.listening import heard
from tests.slack.faults import FaultKind
from tests.slack.uses import until


@pytest_asyncio.fixture
async def ground(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[SlackGround]:
    monkeypatch.setattr(beginning, "_AGAIN", (0.05,))
    async with slack_ground() as found:
        yield found


@pytest.mark.parametrize("kind", [FaultKind.REFUSED, FaultKind.CUT, FaultKind.LIMITED, FaultKind.ERROR])
async def test_members_who_couldnt_be_listed_at_first_are_listed_then(ground: SlackGround, kind: FaultKind) -> None:
    people = [ground.join(f"kim-{number}") for number in range(5)]
    ground.server.faults.fail(kind, "users.list", times=2, after=0.0)
    async with heard(ground):
        await until(lambda: all(ground.connected.people.remembered(one.user) for one in people))
    assert not ground.told


async def test_a_no_is_taken_for_an_answer() -> None:
    asked = 0

    async def ask() -> None:
        nonlocal asked
        asked += 1
        raise CallError(Result(answer=Answer.FORBIDDEN, reason="missing_scope"))

    with pytest.raises(CallError):
        await in_the_end(ask)
    assert asked == 1


async def test_words_of_whom_slack_doesnt_describe_are_judged_all_the_same(
    ground: SlackGround, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    monkeypatch.setattr(hearing, "_LONGEST", 0.2)
    kim = ground.join("kim")
    for method in ("users.list", "users.info"):
        ground.server.faults.fail(FaultKind.ERROR, method, times=None)
    async with heard(ground) as ear:
        ground.say(kim, "one")
        ground.say(kim, "two")
        await until(lambda: len(ear.texts()) == 2)
    assert ear.texts() == ["one", "two"]
    assert ground.told


async def test_an_answer_that_never_comes_holds_nobodys_words_up(
    ground: SlackGround, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    monkeypatch.setattr(hearing, "_LONGEST", 0.2)
    kim, never = ground.join("kim"), asyncio.Event()

    async def waits(_users: object) -> dict[str, object]:
        await never.wait()
        return {}

    monkeypatch.setattr(type(ground.connected.people), "known", lambda _self, users: waits(users))
    async with heard(ground) as ear:
        ground.say(kim, "one")
        await until(lambda: ear.texts() == ["one"])
