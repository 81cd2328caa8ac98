"""The jobs of a running program: what each tick does."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from bot.app.community import CommunityRun
from bot.app.frame import Frame
from bot.app.stages import all_of
from bot.jobs import Job
from bot.services.intake.following import RAID_MODE_ENDS, SLOW_MODE_ENDS
from bot.services.ledger.checkpointing import checkpoint
from bot.services.performing import RENEW, renew
from bot.services.record import close_refusals
from bot.services.relaxing import relaxing
from bot.services.retention import RETAIN, Limits, retain_handler
from bot.services.sanctioning import EXPIRE, expiring
from bot.services.subjects.erasing import forget_handler
from bot.services.subjects.forgetting import FORGET
from bot.services.subjects.requests import REQUEST_DUE, request_due_handler
from bot.services.timing import Handler, sweep


def handlers(frame: Frame, limits: Limits) -> Mapping[str, Handler]:
    """Return who fires which kind of timer."""
    return {
        EXPIRE: expiring(frame.keys),
        RENEW: renew(frame.keys),
        SLOW_MODE_ENDS: relaxing(frame.keys, SLOW_MODE_ENDS),
        RAID_MODE_ENDS: relaxing(frame.keys, RAID_MODE_ENDS),
        RETAIN: retain_handler(frame.keys, limits),
        FORGET: forget_handler(frame.keys),
        REQUEST_DUE: request_due_handler(frame.keys),
    }


def all_jobs(
    frame: Frame, firing: Mapping[str, Handler], communities: Sequence[CommunityRun], wake: Callable[[], None]
) -> list[Job]:
    """Return everything that is done again and again; `wake` tells performers that something was planned."""
    return [
        Job(name="timers", every=0.25, work=partial(_fire, frame, firing, wake)),
        Job(name="gaps", every=5.0, work=partial(_catch_up, communities)),
        Job(name="checkpoints", every=5.0, work=partial(_sign, frame, communities)),
        Job(name="refusals", every=30.0, work=partial(_close_refusals, frame)),
        Job(name="watch", every=5.0, work=partial(_look, frame, communities)),
    ]


async def _fire(frame: Frame, firing: Mapping[str, Handler], wake: Callable[[], None]) -> None:
    swept = await sweep(frame.store, frame.clock, firing)
    frame.watch.metrics.swept(swept)
    frame.watch.strange_timers = swept.strange
    for failure in swept.failed:
        frame.tell.error(
            "timer_failed",
            kind=failure.kind,
            community=failure.community,
            timer=failure.timer,
            dead=failure.dead,
            problem=failure.error,
        )
    if swept.fired:
        wake()


async def _catch_up(communities: Sequence[CommunityRun]) -> None:
    await all_of([community.catch_up() for community in communities])


async def _sign(frame: Frame, communities: Sequence[CommunityRun]) -> None:
    for community in communities:
        # whoever owns the intake signs; all others would only meet at the head
        if community.intake is not None:
            await checkpoint(frame.store, frame.keys, frame.clock, community.community, frame.witnesses)


async def _close_refusals(frame: Frame) -> None:
    async with frame.store.writing() as tx:
        await close_refusals(tx, frame.keys, frame.clock.now())


async def _look(frame: Frame, communities: Sequence[CommunityRun]) -> None:
    await frame.watch.look(frame.store)
    for connection in (one for community in communities for one in community.connections):
        if connection.performer is not None:
            ended = (await connection.performer.numbers()).outcomes
            totals = {(kind.value, state.value): count for (kind, state), count in ended.items()}
            frame.watch.metrics.outcomes(connection.name, totals)
