"""Ends shifts for a reason other than their end: whoever may no longer act is no longer on duty."""

from collections.abc import Collection

from bot.domain.actor import Actor
from bot.domain.entry_kind import EntryKind
from bot.services.record import Draft
from bot.services.work import Work
from bot.store.shifts import end_shifts, unended_shifts
from bot.store.timers import drop_timers

#: kind of the timers that end shifts; their subject is the shift
SHIFT_ENDS = "shift_ends"


async def off_duty(work: Work, actor: Actor, people: Collection[str], *, by: str) -> int:
    """End the shifts that people are on, and return how many; `by` is a code: suspension, contract, seat.

    Cases are given back by whoever calls.
    """
    shifts = await unended_shifts(work.tx, work.community, people) if people else []
    await end_shifts(work.tx, [one.id for one in shifts], work.now, by=by)
    await drop_timers(work.tx, SHIFT_ENDS, work.community, [one.id for one in shifts])
    for one in shifts:
        details = {"shift": one.id, "person": one.person, "organisation": one.organisation, "by": by}
        work.record(Draft(kind=EntryKind.SHIFT_ENDED, actor=actor, policy=work.policies.version, details=details))
    return len(shifts)
