"""Silence never approves: it begins the path. What can't be asked for any more lapses."""

from datetime import timedelta

from bot.domain.actor import OPERATOR
from bot.services.approvals.lapsing import lapse
from bot.services.work import Work, begin_work
from bot.store.engine import Tx
from tests.services.approvals.house import House


async def begin(house: House, tx: Tx) -> Work:
    return await begin_work(tx, house.stage.keys, house.stage.policies, house.stage.clock.now())


async def test_nobody_answers_so_the_path_begins_and_nothing_is_approved(house: House) -> None:
    stage = house.stage
    await house.ask_for_ban()
    await stage.pass_time(timedelta(minutes=29))
    assert not await stage.rows("escalations")
    await stage.pass_time(timedelta(minutes=2))
    (path,) = await stage.rows("escalations")
    (row,) = await house.requests()
    assert (path["cause"], path["subject"]) == ("approval", row["id"])
    assert row["state"] == "open"
    assert not await house.holding("ban")
    assert "Silence approves nothing" in house.card().text
    await stage.pass_time(timedelta(hours=48), step=timedelta(minutes=30))
    assert not await house.holding("ban")


async def test_an_answer_ends_the_path_that_silence_began(house: House) -> None:
    stage = house.stage
    await house.ask_for_ban()
    await stage.pass_time(timedelta(minutes=31))
    assert (await stage.press("lee", stage.button(house.card(), "Approve"))).done
    (path,) = await stage.rows("escalations")
    assert path["state"] == "ended"


async def test_a_request_that_was_answered_in_time_begins_no_path(house: House) -> None:
    stage = house.stage
    await house.ask_for_ban()
    await stage.press("lee", stage.button(house.card(), "Refuse"), why="no")
    await stage.pass_time(timedelta(hours=1))
    assert not await stage.rows("escalations")


async def test_what_somebody_asked_lapses_with_their_rights_and_its_interim_ends(house: House) -> None:
    stage = house.stage
    await house.ask_for_ban()
    async with stage.store.writing() as tx:
        work = await begin(house, tx)
        assert await lapse(work, OPERATOR, person="robin", why="suspended") == 1
        await work.finish()
    await stage.perform()
    (row,) = await house.requests()
    assert row["state"] == "lapsed"
    assert not await house.holding("timeout")
    (entry,) = await stage.entries("approval_answered")
    assert entry["details"]["reason"] == "suspended"


async def test_only_the_named_organisations_requests_lapse(house: House) -> None:
    stage = house.stage
    await house.ask_for_ban()
    async with stage.store.writing() as tx:
        work = await begin(house, tx)
        assert await lapse(work, OPERATOR, organisation="faro", why="contract") == 0
        assert await lapse(work, OPERATOR, why="contract") == 0
        assert await lapse(work, OPERATOR, organisation="nightwatch", why="contract") == 1
        await work.finish()


async def test_closing_the_case_ends_what_held_since_somebody_took_it_over(house: House) -> None:
    stage = house.stage
    await house.ask_for_ban()
    await stage.press("lee", stage.button(house.card(), "Take over"))
    (case,) = await stage.rows("cases")
    async with stage.store.writing() as tx:
        work = await begin(house, tx)
        await lapse(work, OPERATOR, case=case["id"], why="decided")
        await work.finish()
    assert not await house.holding("timeout")
