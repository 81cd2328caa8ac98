"""Threads of cases: one at a card, asked for where the card hangs, without a member's words, ended with the case."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.action import ActionKind
from bot.domain.message import MessageRef
from tests.fakes.platform import FaultKind
from tests.fakes.world import Talk
from tests.stage.stage import CHANNELS, CONNECTION, Stage

#: long enough for another incident, and for what is looked at again
LATER = timedelta(minutes=5)


async def _case(stage: Stage) -> dict[str, Any]:
    return (await stage.rows("cases"))[0]


def _talks(stage: Stage) -> list[Talk]:
    return list(stage.world.threads.values())


async def _asked(stage: Stage) -> list[dict[str, Any]]:
    return sorted(await stage.rows("actions", kind="thread"), key=lambda row: row["number"])


def _discuss(stage: Stage) -> str:
    return stage.button(stage.card_with("case.discuss"), "case.discuss")


async def test_a_press_opens_one_thread_at_the_card_that_names_the_case_and_no_word_of_the_member(stage: Stage) -> None:
    await stage.say("you blockhead")
    assert (await stage.press("lee", _discuss(stage))).done
    (talk,) = _talks(stage)
    number = (await _case(stage))["number"]
    ((_, text),) = talk.said
    assert number in talk.title
    assert number in text
    assert "blockhead" not in talk.title + text
    assert list(stage.world.threads) == [one.id for one in stage.world.cards.values()]


async def test_the_thread_names_who_asked_and_who_works_on_the_case_without_mentioning_them(stage: Stage) -> None:
    await stage.say("you blockhead")
    await stage.give("robin", "shift.start")
    await stage.give("robin", "case.next")
    await stage.press("lee", _discuss(stage))
    ((_, text),) = _talks(stage)[0].said
    people = stage.policies.governance.roster.people
    assert people["robin"].alias in text
    assert people["lee"].alias in text
    assert "<@" not in text


async def test_a_second_press_opens_nothing_and_says_where_the_thread_is(stage: Stage) -> None:
    await stage.say("you blockhead")
    await stage.press("lee", _discuss(stage))
    again = await stage.press("ada", _discuss(stage))
    assert "already" in again.text
    assert len(await _asked(stage)) == 1
    assert len(_talks(stage)[0].said) == 1


async def test_two_who_press_at_once_open_one_thread(stage: Stage) -> None:
    await stage.say("you blockhead")
    stage.waiting = True
    action = _discuss(stage)
    replies = await asyncio.gather(stage.press("lee", action), stage.press("ada", action))
    stage.waiting = False
    await stage.perform()
    assert all(one.done for one in replies)
    assert len(await _asked(stage)) == 1
    assert len(_talks(stage)) == 1


async def test_it_is_asked_for_where_the_card_hangs_and_nowhere_else(stage: Stage) -> None:
    await stage.say("you blockhead")
    number = (await _case(stage))["number"]
    elsewhere = await stage.give("lee", "case.discuss", case=number, where="help")
    assert not elsewhere.done
    assert "channel where the card hangs" in elsewhere.text
    assert not await _asked(stage)
    assert (await stage.give("lee", "case.discuss", case=number, where="leads")).done
    assert len(_talks(stage)) == 1


@pytest.mark.parametrize("who", ["u2", "onda"])
async def test_whoever_may_not_see_the_case_opens_no_thread(stage: Stage, who: str) -> None:
    await stage.say("you blockhead")
    await stage.give("onda", "shift.start")
    asked = await stage.press(who, _discuss(stage))
    assert not asked.done
    assert not await _asked(stage)


async def test_a_case_without_a_card_has_nowhere_to_be_talked_over(stage: Stage) -> None:
    stage.platform.fail(FaultKind.FORBIDDEN, of=ActionKind.CARD)
    await stage.say("you blockhead")
    number = (await _case(stage))["number"]
    asked = await stage.give("lee", "case.discuss", case=number, where="leads")
    assert not asked.done
    assert "no card" in asked.text


async def test_when_the_case_is_closed_the_thread_says_so_once_and_is_put_away(stage: Stage) -> None:
    await stage.say("you blockhead")
    await stage.press("lee", _discuss(stage))
    await stage.give("lee", "case.decide", verdict="violation", case=(await _case(stage))["number"])
    (talk,) = _talks(stage)
    assert len(talk.said) == 2
    assert "closed: violation" in talk.said[1][1]
    assert not talk.is_open
    refused = await stage.give("lee", "case.discuss", case=(await _case(stage))["number"], where="leads")
    assert not refused.done


async def test_a_case_that_was_never_talked_over_ends_without_a_thread(stage: Stage) -> None:
    await stage.say("you blockhead")
    await stage.give("lee", "case.decide", verdict="violation", case=(await _case(stage))["number"])
    assert not await _asked(stage)


async def test_the_thread_of_a_case_that_goes_into_another_says_which(stage: Stage) -> None:
    await stage.say("you blockhead")
    await stage.pass_time(LATER)
    await stage.say("freecoins")
    one, other = sorted(await stage.rows("cases"), key=lambda row: row["opened_at"])
    await stage.give("lee", "case.discuss", case=one["number"], where="leads")
    assert (await stage.give("lee", "case.merge", case=one["number"], to=other["number"])).done
    (talk,) = _talks(stage)
    assert other["number"] in talk.said[1][1]
    assert not talk.is_open


async def test_who_asked_and_who_closed_the_case_stand_in_the_ledger(stage: Stage) -> None:
    await stage.say("you blockhead")
    await stage.press("lee", _discuss(stage))
    await stage.give("ada", "case.decide", verdict="violation", case=(await _case(stage))["number"])
    opened, ended = await _asked(stage)
    planned = {
        action["id"]: entry["actor"]["who"] for entry in await stage.entries("planned")
        for action in entry["details"]["actions"]
    }  # fmt: skip
    assert (planned[opened["id"]], planned[ended["id"]]) == ("lee", "ada")
    done = {entry["action"]: entry for entry in await stage.entries("action")}
    assert [done[one["id"]]["actor"]["who"] for one in (opened, ended)] == ["lee", "ada"]
    assert {done[one["id"]]["details"]["outcome"] for one in (opened, ended)} == {"confirmed"}


async def test_a_thread_of_which_no_answer_came_is_looked_for_and_nothing_is_said_twice(stage: Stage) -> None:
    await stage.say("you blockhead")
    stage.platform.fail(FaultKind.ACTED, of=ActionKind.THREAD)
    await stage.press("lee", _discuss(stage))
    await stage.pass_time(LATER)
    assert [one["state"] for one in await _asked(stage)] == ["confirmed"]
    assert len(_talks(stage)[0].said) == 1


async def test_where_threads_are_forbidden_a_later_press_tries_again(stage: Stage) -> None:
    await stage.say("you blockhead")
    stage.platform.fail(FaultKind.FORBIDDEN, of=ActionKind.THREAD)
    await stage.press("lee", _discuss(stage))
    assert not _talks(stage)
    assert (await stage.press("lee", _discuss(stage))).done
    assert len(_talks(stage)) == 1


async def test_the_thread_of_a_card_that_somebody_deleted_comes_to_nothing_and_a_new_card_has_one(stage: Stage) -> None:
    await stage.say("you blockhead")
    (shown,) = stage.world.cards.values()
    assert shown.stream is not None
    ref = MessageRef(
        platform=CONNECTION.platform, workspace=CONNECTION.workspace, channel=CHANNELS["leads"], message=shown.id
    )  # fmt: skip
    action = _discuss(stage)
    stage.world.erase(ref)
    await stage.press("lee", action)
    assert not _talks(stage)
    await stage.give("lee", "case.claim", case=(await _case(stage))["number"])
    assert (await stage.press("lee", _discuss(stage))).done
    assert len(_talks(stage)) == 1
