"""The heart beats only after an audit that found nothing, and who can't be reached is said before it matters."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import delete

from adapters.pager import Directory, Heartbeat, HeartbeatError
from bot.app.auditing import audit_escalations
from bot.app.frame import Frame
from bot.app.metrics import Metrics
from bot.app.watching import Watch
from bot.store.engine import Store
from bot.store.tables import timers
from tests.app.house import Lines
from tests.fakes.pager import FakePager
from tests.fakes.webhook import Webhooks
from tests.services.escalating.make import add_case, begin
from tests.stage.stage import Stage, set_stage


@pytest.fixture
async def stage(store: Store) -> AsyncIterator[Stage]:
    """Return a community that has just begun."""
    made = await set_stage(store)
    yield made
    await made.close()


def frame_of(stage: Stage, lines: Lines, **more: object) -> Frame:
    watch = Watch(clock=stage.clock, metrics=Metrics())
    watch.running()
    frame = Frame(
        store=stage.store, keys=stage.keys, clock=stage.clock, tell=lines.tell, watch=watch,
        policies={"acme": stage.policies}, owner="one",
    )  # fmt: skip
    return replace(frame, **more)  # type: ignore[arg-type]  # a test's shorthand


async def test_the_heart_beats_after_a_clean_audit_and_not_while_something_is_stuck(stage: Stage) -> None:
    lines = Lines()
    with Webhooks() as receiver:
        frame = frame_of(stage, lines, heartbeat=Heartbeat(receiver.url))
        await begin(stage, await add_case(stage))
        await audit_escalations(frame)
        assert len(receiver.got) == 1
        async with stage.store.writing() as tx:
            await tx.execute(delete(timers))
        await audit_escalations(frame)
        assert len(receiver.got) == 1
        assert "escalations_stuck" in [one.code for one in frame.watch.report().reasons]
        assert b'locum_escalations_stuck{community="acme"} 1.0' in frame.watch.page()
        assert [line["kind"] for line in lines.events if line["event"] == "escalation_stuck"] == ["no_timer"]
        # it was mended, so that the next audit finds nothing
        await audit_escalations(frame)
        assert len(receiver.got) == 2
    assert b'locum_escalations_open{community="acme"} 1.0' in frame.watch.page()


async def test_a_heartbeat_that_nobody_takes_is_an_error_of_the_job(stage: Stage) -> None:
    with Webhooks() as receiver:
        receiver.answer(500)
        frame = frame_of(stage, Lines(), heartbeat=Heartbeat(receiver.url))
        with pytest.raises(HeartbeatError):
            await audit_escalations(frame)
    stage.clock.move(timedelta(minutes=5))
    assert b"locum_heartbeat_age_seconds 0.0" in frame.watch.page()


async def test_contacts_without_an_address_are_said_once_and_shown(stage: Stage) -> None:
    lines = Lines()
    known = Directory(
        default=None, making={"email": lambda _: FakePager(world=stage.world)}, addresses={"ADA_MAIL": "a@example.org"}
    )  # fmt: skip
    frame = frame_of(stage, lines, pager=known)
    await audit_escalations(frame)
    await audit_escalations(frame)
    said = [line["contact"] for line in lines.events if line["event"] == "contact_unreachable"]
    assert sorted(said) == ["acme/ada/webhook", "acme/ombud/email"]
    shown = {one.about for one in frame.watch.report().reasons if one.code == "contact_unreachable"}
    assert shown == set(said)
