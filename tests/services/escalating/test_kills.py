"""Whatever is killed when, every step is told, and told once."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.app.work import handlers_of
from bot.domain.action import Answer, Result
from bot.domain.severity import Severity
from bot.services.escalating.beginning import begin_escalation
from bot.services.escalating.stepping import take_steps
from bot.services.timing import sweep
from bot.store.engine import Tx
from bot.store.timers import Timer
from tests.services.escalating.make import add_case, begin, told, work_in
from tests.stage.stage import Stage


async def test_killed_between_the_commit_and_the_page_it_is_told_once(stage: Stage) -> None:
    name = await begin_unperformed(stage)
    assert stage.world.pages == {}
    # another process performs what was committed
    await stage.perform()
    assert [len(sent) for sent in stage.world.pages.values()] == [1, 1]
    await stage.pass_time(timedelta(minutes=30))
    assert len(stage.world.pages) == 2
    assert len(await told(stage, name)) == 3


async def test_a_page_that_arrived_without_an_answer_is_sent_again_under_its_key_and_is_the_same(stage: Stage) -> None:
    stage.pager.answers = [Result(answer=Answer.UNKNOWN, reason="timeout")] * 2
    await begin(stage, await add_case(stage, severity=Severity.CRITICAL))
    await stage.pass_time(timedelta(minutes=10))
    asked = stage.pager.asked
    assert len(asked) == 4
    assert len(set(asked)) == 2
    assert [len(sent) for sent in stage.world.pages.values()] == [1, 1]


async def test_a_step_that_fails_before_its_commit_is_taken_again_as_if_nothing_had_been(stage: Stage) -> None:
    name = await begin(stage, await add_case(stage))
    stage.clock.move(timedelta(minutes=15))
    handlers = handlers_of(stage.keys, lambda _: stage.policies)

    async def killed(tx: Tx, timers: Sequence[Timer], now: datetime) -> None:
        await handlers["escalation_step"](tx, timers, now)
        raise RuntimeError

    swept = await sweep(stage.store, stage.clock, {"escalation_step": killed})
    assert swept.failed
    assert len(await told(stage, name)) == 1
    stage.clock.move(timedelta(seconds=5))
    await stage.fire()
    assert len(await told(stage, name)) == 2


async def test_a_handler_that_runs_twice_plans_nothing_twice(stage: Stage) -> None:
    name = await begin(stage, await add_case(stage))
    before = len(await stage.rows("actions"))
    for _ in range(2):
        async with stage.store.writing() as tx:
            work = await work_in(stage, tx)
            await take_steps(work, [name])
            await work.finish()
    assert len(await stage.rows("actions")) == before
    assert len(await told(stage, name)) == 1


async def test_after_a_standstill_no_step_is_left_out(stage: Stage) -> None:
    names = [await begin(stage, await add_case(stage)) for _ in range(3)]
    stage.clock.move(timedelta(hours=5))
    await stage.fire()
    for name in names:
        assert [row[:2] for row in await told(stage, name)] == [(0, 0), (0, 1)]
    await stage.pass_time(timedelta(minutes=75))
    for name in names:
        assert {row[:2] for row in await told(stage, name)} == {(0, 0), (0, 1), (1, 0), (1, 1), (2, 0)}


async def test_many_that_fall_due_together_are_told_together_each_once(stage: Stage) -> None:
    names = [await begin_unperformed(stage) for _ in range(5)]
    assert len([row for row in await stage.rows("actions") if row["kind"] == "page"]) == 10
    for name in names:
        assert len(await told(stage, name)) == 3


async def begin_unperformed(stage: Stage) -> str:
    """Take the first step of a case that only the fallback answers, and perform nothing of it."""
    case = await add_case(stage, severity=Severity.CRITICAL)
    async with stage.store.writing() as tx:
        work = await work_in(stage, tx)
        name = await begin_escalation(work, case, cause="rule")
        await work.finish()
    await sweep(stage.store, stage.clock, handlers_of(stage.keys, lambda _: stage.policies))
    return name
