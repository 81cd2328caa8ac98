"""Who somebody is here and now, for a page that shows it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.services.tracing.seeing import seen, seen_many
from tests.services.tracing.looks import tracing
from tests.stage.stage import Stage


async def test_a_member_has_no_role_and_is_offered_what_everybody_is(stage: Stage) -> None:
    found = await seen(tracing(stage), stage.ref("u1"), "en")
    assert (found.by, found.role, found.hindered, set(found.audiences)) == (None, "", "", {"everybody"})


async def test_everybody_is_offered_what_their_role_is_for(stage: Stage) -> None:
    offered = {who: set((await seen(tracing(stage), stage.ref(who), "en")).audiences) for who in ("robin", "heron")}
    offered["lee"] = set((await seen(tracing(stage), stage.ref("lee"), "en")).audiences)
    assert offered == {
        "robin": {"everybody", "moderators"},
        "heron": {"everybody", "moderators", "partner_leads"},
        "lee": {"everybody", "moderators", "partner_leads", "leads"},
    }


async def test_somebody_on_shift_is_shown_with_its_end_and_the_level_that_a_lead_decided(stage: Stage) -> None:
    await stage.give("robin", "shift.start")
    await stage.give("lee", "lead.level", person="robin", to="sampled", why="We looked at it.")
    found = await seen(tracing(stage), stage.ref("robin"), "de")
    assert found.on_shift_until == stage.clock.now() + timedelta(hours=10)
    assert (found.role, found.hindered) == ("Moderation", "")
    assert found.by is not None
    assert found.by.line == "Robin für Nightwatch GmbH (auf Stichprobe)"


async def test_what_is_in_somebodys_way_is_told(stage: Stage) -> None:
    await stage.give("lee", "lead.suspend", organisation="nightwatch", why="A dispute.")
    assert (await seen(tracing(stage), stage.ref("robin"), "en")).hindered == "suspended"
    await stage.give("lee", "lead.freeze", person="onda", why="Strange.")
    assert (await seen(tracing(stage), stage.ref("onda"), "en")).hindered == "account held"
    later = replace(tracing(stage), now=datetime(2028, 2, 1, tzinfo=UTC))
    assert (await seen(later, stage.ref("gaivota"), "en")).hindered == "contract over"


async def test_looking_at_somebody_whom_nobody_knows_leaves_nothing_behind(stage: Stage) -> None:
    await seen(tracing(stage), stage.ref("a stranger"), "en")
    assert await stage.rows("accounts") == []


async def test_many_at_once_are_what_each_of_them_is(stage: Stage) -> None:
    await stage.say("hello", user="u1")
    await stage.give("robin", "shift.start")
    await stage.give("lee", "lead.level", person="robin", to="sampled", why="We looked at it.")
    await stage.give("lee", "lead.freeze", person="onda", why="Strange.")
    await stage.give("lee", "lead.suspend", organisation="nightwatch", why="A dispute.")
    refs = [stage.ref(who) for who in ("robin", "onda", "heron", "lee", "ada", "u1", "a stranger")]
    assert await seen_many(tracing(stage), refs, "de") == {ref: await seen(tracing(stage), ref, "de") for ref in refs}
    assert {one.hindered for one in (await seen_many(tracing(stage), refs, "en")).values()} == {
        "", "suspended", "account held",
    }  # fmt: skip
