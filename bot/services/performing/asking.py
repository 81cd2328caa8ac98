"""Asks the outside for effects, within a deadline and whatever it does: every action has an answer afterwards."""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain.action import ActionKind, ActionState, Answer, Result, back_off
from bot.domain.message import AccountRef
from bot.domain.outcome import OutcomeKind
from bot.domain.sanction import FREE, Standing, alike, others, settle
from bot.ports import ConnectionRevokedError, Effect, PlatformUnavailableError
from bot.services.performing.needs import Needs
from bot.services.performing.outcomes import REVOKED, Became, asked, not_asked, opened_outside, read, told_to_wait
from bot.services.performing.outside import Outside
from bot.services.performing.rendering import Job, asked_standing
from bot.services.performing.renewing import are_held
from bot.store.standings import Known

_SO = Result(answer=Answer.ALREADY_SO)


@dataclass(frozen=True, kw_only=True, slots=True)
class Answered:
    """An action, what was asked for it, and what became of it."""

    #: the action and its effect
    job: Job
    #: where it stands now
    became: Became
    #: what the outside said; None where it wasn't asked
    result: Result | None = None
    #: it was read back
    was_read: bool = False
    #: for so long the platform keeps closed doors closed; None or zero where they stay so
    holds: timedelta | None = None

    @property
    def is_ours(self) -> bool:
        """Whether the platform is as it is by what was asked."""
        if self.result is None or self.result.answer is Answer.UNKNOWN:
            return False
        return self.result.answer is Answer.DONE or (self.result.answer is Answer.ALREADY_SO and not self.was_read)


async def look(jobs: Sequence[Job], outside: Outside, needs: Needs, now: datetime) -> tuple[list[Job], list[Answered]]:
    """Return restrictions as they are to be asked for now, and what needs no asking or can't be for now.

    What somebody else extended on the platform is respected. Raises ConnectionRevokedError: nothing was asked yet.
    """
    by_kind: dict[OutcomeKind, list[Job]] = defaultdict(list)
    for job in jobs:
        assert job.effect.sanction is not None  # noqa: S101 - every restriction has one
        by_kind[job.effect.sanction].append(job)
    ready: list[Job] = []
    settled: list[Answered] = []
    for kind, same in by_kind.items():
        accounts = [job.effect.account for job in same if job.effect.account is not None]
        natives = await _standings(accounts, kind, outside, needs)
        for job, answers in zip(same, natives, strict=True):
            if not answers:
                after = back_off(job.claimed.action.fence, needs.chance())
                settled.append(Answered(job=job, became=not_asked(job.claimed.action, "no_answer", now, after)))
                continue
            (native,) = answers
            seen = _compared(job, native, outside, now)
            if native is not None and alike(native, seen.effect.standing):
                settled.append(Answered(job=seen, became=asked(job.claimed.action, seen.effect, _SO, now, 0.0)))
            else:
                ready.append(seen)
    return ready, settled


async def look_at_doors(jobs: Sequence[Job], outside: Outside, needs: Needs) -> tuple[list[Job], list[Answered]]:
    """Return what is to be asked for, without closing doors once more that somebody opened on the platform meanwhile.

    That is respected: whoever wants them closed again says so. Where nobody can tell they are closed.
    """
    held = [job for job in jobs if are_held(job.claimed.action, needs.clock.now())]
    if not held:
        return list(jobs), []
    call = await _called(outside.read_back, held, needs)
    now = needs.clock.now()
    settled: dict[str, Answered] = {}
    for job, result in zip(held, call.results, strict=True):
        action = job.claimed.action
        if call.failed:
            after = 0.0 if result == REVOKED else back_off(action.fence, needs.chance())
            became = not_asked(action, result.reason, now, after)
            settled[action.id] = Answered(job=job, result=result if result == REVOKED else None, became=became)
        elif result.answer is Answer.RETRY_AFTER:
            settled[action.id] = Answered(job=job, was_read=True, became=opened_outside(action, now))
        elif result.answer is Answer.UNKNOWN and result.after > 0:
            became = not_asked(action, "no_answer", now, told_to_wait(result))
            settled[action.id] = Answered(job=job, became=became)
    return [job for job in jobs if job.claimed.action.id not in settled], list(settled.values())


#: what a platform said of one member: nothing when it couldn't be asked, else how they stand, if it can tell
_Told = tuple[()] | tuple[Standing | None]


async def _standings(accounts: Sequence[AccountRef], kind: OutcomeKind, outside: Outside, needs: Needs) -> list[_Told]:
    try:
        async with asyncio.timeout(needs.limits.deadline):
            return await _told(accounts, kind, outside)
    except TimeoutError:
        return [() for _ in accounts]


async def _told(accounts: Sequence[AccountRef], kind: OutcomeKind, outside: Outside) -> list[_Told]:
    """Return what the platform says of members; one for whom an adapter breaks is found by halving."""
    try:
        found = await outside.standings(accounts, kind)
    except (ConnectionRevokedError, TimeoutError):
        raise
    except PlatformUnavailableError:
        return [() for _ in accounts]
    except Exception:  # noqa: BLE001 - whatever an adapter raises, nothing was asked yet
        found = ()
    if len(found) == len(accounts):
        return [(one,) for one in found]
    if len(accounts) == 1:
        return [()]
    half = len(accounts) // 2
    return [*await _told(accounts[:half], kind, outside), *await _told(accounts[half:], kind, outside)]


def _compared(job: Job, native: Standing | None, outside: Outside, now: datetime) -> Job:
    """Return a restriction as it is to be asked for, with what is known of the member now."""
    assert job.effect.sanction is not None  # noqa: S101 - every restriction has one
    longest = outside.longest(job.effect.sanction)
    ours, theirs = job.known.ours, job.known.theirs
    if native is not None:
        before = asked_standing(job.claimed.action.details)
        # what was asked for and never confirmed may have come about all the same
        ours = native if before is not None and alike(native, before) else ours
        theirs = others(native, ours, theirs, now)
        ours = ours if native.held else FREE
    goal = settle(job.wanted, ours if native is None else native, theirs, now, longest)
    effect = replace(job.effect, standing=goal, ours=ours)
    return replace(job, effect=effect, known=Known(ours=ours, theirs=theirs))


async def ask(jobs: Sequence[Job], outside: Outside, needs: Needs) -> list[Answered]:
    """Return what became of actions that are asked for now.

    Those that were tried before are asked for one by one beside the others: what fails again takes nobody along.
    """
    fresh = [job for job in jobs if not job.claimed.action.attempts]
    groups = [fresh, *([job] for job in jobs if job.claimed.action.attempts)]
    groups = [group for group in groups if group]
    answers = await asyncio.gather(*(_called(outside.enforce, group, needs) for group in groups))
    now, doubt, holds = needs.clock.now(), needs.limits.doubt, outside.longest(OutcomeKind.RAID_MODE)
    return [
        Answered(job=job, result=result, became=asked(job.claimed.action, job.effect, result, now, doubt), holds=holds)
        for group, call in zip(groups, answers, strict=True)
        for job, result in zip(group, call.results, strict=True)
    ]


async def read_back(jobs: Sequence[Job], outside: Outside, needs: Needs) -> list[Answered]:
    """Return what became of actions whose outcome is unknown."""
    if not jobs:
        return []
    call = await _called(outside.read_back, jobs, needs)
    now = needs.clock.now()
    answered = []
    for job, result in zip(jobs, call.results, strict=True):
        action = job.claimed.action
        if call.failed:
            # who doesn't answer at all doesn't say that it can't tell
            after = 0.0 if result == REVOKED else back_off(action.fence, needs.chance())
            became = not_asked(action, result.reason, now, after)
        else:
            became = read(action, job.effect, result, now, needs.chance())
        holds = outside.longest(OutcomeKind.RAID_MODE)
        answered.append(Answered(job=job, result=result, was_read=True, became=became, holds=holds))
    return answered


@dataclass(frozen=True, kw_only=True, slots=True)
class _Call:
    """What came of a call."""

    #: one result an effect
    results: Sequence[Result]
    #: there was no answer: the results are what that means
    failed: bool = False


async def _called(
    call: Callable[[Sequence[Effect]], Awaitable[Sequence[Result]]], jobs: Sequence[Job], needs: Needs
) -> _Call:
    """Return one result an effect, whatever happens: who asks must be able to write down what it knows."""
    reason = "wrong_answer"
    try:
        async with asyncio.timeout(needs.limits.deadline):
            results = await call([job.effect for job in jobs])
        if len(results) == len(jobs):
            return _Call(results=results)
    except ConnectionRevokedError:
        return _Call(results=[REVOKED for _ in jobs], failed=True)
    except TimeoutError:
        reason = "no_answer"
    except PlatformUnavailableError:
        reason = "unavailable"
    except Exception as error:  # noqa: BLE001 - an adapter's mistake must not stop everything else
        reason = type(error).__name__[:64]
    return _Call(results=[Result(answer=Answer.UNKNOWN, reason=reason) for _ in jobs], failed=True)


def is_restriction(job: Job) -> bool:
    """Return whether the platform is to be looked at before."""
    return job.claimed.action.kind is ActionKind.RESTRICT and job.claimed.action.state is not ActionState.UNKNOWN
