"""Escalations walk their paths: each step is told once, at its time, until somebody answers."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import update

from bot.domain.severity import Severity
from bot.store.tables import cases
from tests.services.escalating.make import add_case, begin, escalation, on_shift, told
from tests.stage.policies import ESCALATION, policies_of
from tests.stage.stage import Stage

MINUTE = timedelta(minutes=1)


async def test_the_first_step_is_told_at_once_and_the_next_after_its_wait(stage: Stage) -> None:
    name = await begin(stage, await add_case(stage))
    assert await told(stage, name) == [(0, 0, "person:heron", "chat", "told")]
    await stage.pass_time(14 * MINUTE)
    assert len(await told(stage, name)) == 1
    await stage.pass_time(1 * MINUTE)
    assert (await told(stage, name))[1:] == [(0, 1, "channel:leads", "chat", "told")]


async def test_whom_a_step_tells_gets_a_message_with_buttons(stage: Stage) -> None:
    await begin(stage, await add_case(stage))
    (posted,) = [one for one in stage.world.notices.values() if one.account == stage.ref("heron")]
    assert "needs you" in posted.text
    assert posted.card is not None
    assert [one.action.split(":")[0] for one in posted.card.buttons] == [
        "escalation.acknowledge", "escalation.take_over", "escalation.resolve", "escalation.further",
    ]  # fmt: skip


async def test_the_leads_see_one_card_from_the_first_step_on_and_a_new_one_when_they_are_called(stage: Stage) -> None:
    await on_shift(stage, "mo")
    await begin(stage, await add_case(stage))
    (card,) = stage.cards()
    assert card.mentions == ()
    await stage.pass_time(15 * MINUTE)
    assert len(stage.cards()) == 2
    assert all(one.mentions == (stage.ref("mo"),) for one in stage.cards())


async def test_nobody_answers_and_the_fallback_is_told_again_every_hour(stage: Stage) -> None:
    name = await begin(stage, await add_case(stage, severity=Severity.CRITICAL))
    # nobody is on duty: the only step is skipped at once
    assert await told(stage, name) == [
        (0, 0, "nobody", "none", "unreachable"),
        (1, 0, "contact:ada", "email", "told"),
        (1, 0, "contact:ada", "webhook", "told"),
    ]
    assert len(stage.world.pages) == 2
    await stage.pass_time(timedelta(hours=2))
    assert [row[:2] for row in (await told(stage, name))[1:]] == [(1, 0)] * 2 + [(1, 1)] * 2 + [(1, 2)] * 2
    assert all(len(sent) == 1 for sent in stage.world.pages.values())


async def test_pages_name_the_reference_and_never_the_address(stage: Stage) -> None:
    await begin(stage, await add_case(stage, severity=Severity.CRITICAL))

    assert sorted(stage.pager.to) == ["email:ADA_MAIL", "webhook:ADA_PAGER"]


async def test_at_night_what_is_to_wait_waits_and_the_rest_goes_on(stage: Stage) -> None:
    stage.clock.move(datetime(2026, 6, 17, 23, 0, tzinfo=UTC) - stage.clock.now())
    name = await begin(stage, await add_case(stage))
    await stage.pass_time(timedelta(minutes=31))
    assert await told(stage, name) == [
        (0, 0, "person:heron", "chat", "told"),
        (0, 1, "channel:leads", "digest", "digest"),
        (1, 0, "person:heron", "chat", "told"),
        (1, 1, "channel:leads", "digest", "digest"),
        (2, 0, "contact:ada", "email", "told"),
        (2, 0, "contact:ada", "webhook", "told"),
    ]
    cards = len(stage.cards())
    # 08:00 in Berlin
    await stage.pass_time(datetime(2026, 6, 18, 6, 1, tzinfo=UTC) - stage.clock.now(), step=timedelta(minutes=10))
    assert len(stage.cards()) == cards + 1
    digest = next(card for card in stage.cards() if card.title == "What waited")
    assert digest.text == "An escalation waited for these hours."
    assert [row[4] for row in await told(stage, name) if row[3] == "digest"] == ["told", "told"]


async def test_what_was_answered_in_the_night_is_not_in_the_morning_digest(stage: Stage) -> None:
    stage.clock.move(datetime(2026, 6, 17, 23, 0, tzinfo=UTC) - stage.clock.now())
    name = await begin(stage, await add_case(stage))
    await stage.pass_time(timedelta(minutes=16))
    reply = await stage.press("lee", f"escalation.resolve:{name}")
    assert reply.done, reply.text
    await stage.pass_time(timedelta(hours=9), step=timedelta(minutes=10))
    assert not [card for card in stage.cards() if card.title == "What waited"]


async def test_a_later_policy_leaves_a_running_copy_as_it_was(stage: Stage) -> None:
    name = await begin(stage, await add_case(stage))
    changed = ESCALATION.replace("wait: 15m", "wait: 99h").replace("ada: {person", "eve: {person").replace(
        "person: ada, via", "person: eve, via"
    ).replace("{person: ada}, via", "{person: eve}, via")  # fmt: skip
    stage.policies = policies_of(("escalation.yaml", changed))
    await stage.pass_time(timedelta(minutes=91))
    assert (await told(stage, name))[-1][:3] == (2, 0, "contact:ada")


async def test_an_escalation_of_a_closed_case_ends_by_itself(stage: Stage) -> None:
    case = await add_case(stage)
    name = await begin(stage, case)
    async with stage.store.writing() as tx:
        await tx.execute(update(cases).where(cases.c.id == case).values(state="resolved"))
    await stage.pass_time(timedelta(minutes=16))
    assert (await escalation(stage, name))["ended_by"] == "case_closed"
    assert len(await told(stage, name)) == 1


async def test_begun_twice_for_one_cause_runs_once(stage: Stage) -> None:
    case = await add_case(stage)
    assert await begin(stage, case) == await begin(stage, case)
    assert await begin(stage, case, cause="claim") != await begin(stage, case)
