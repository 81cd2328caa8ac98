"""Ends escalations: whatever they called for was done, or there is nothing left that calls."""

from collections.abc import Mapping, Sequence

from bot.domain.actor import Actor
from bot.services.escalating.kinds import ESCALATION_STEP
from bot.services.escalating.recording import note, show_again
from bot.services.work import Work
from bot.store.escalations import Escalation, end_rows, lock_escalations, open_escalations
from bot.store.timers import drop_timers


async def end_escalations(
    work: Work, case: str, by: str, *, actor: Actor, subject: str | None = None, cause: str = ""
) -> int:
    """End what runs for a case, and return how many ended.

    `by` says as a code what did it: case_closed, approval_answered, appeal_answered, claimed. `subject` names the
    approval or appeal that was answered, `cause` the only cause that is meant; what else runs for the case goes on.
    """
    found = [
        one
        for one in await open_escalations(work.tx, [case])
        if subject in (None, one.subject) and cause in ("", one.cause)
    ]
    if not found:
        return 0
    names = [one.id for one in found]
    # timers before escalations: whoever fires one locks them in that order
    await drop_timers(work.tx, ESCALATION_STEP, work.community, names)
    held = await lock_escalations(work.tx, names)
    alive = [one for one in held.values() if not one.ended_by]
    await note_ended(work, {one.id: by for one in alive}, alive, actor)
    return len(alive)


def reason_to_end(one: Escalation) -> str:
    """Return why nothing calls any more, as a code; empty while something does."""
    if one.case.is_closed:
        return "case_closed"
    if one.cause == "claim" and one.case.claimed_by:
        return "claimed"
    return ""


async def note_ended(work: Work, ended: Mapping[str, str], of: Sequence[Escalation], actor: Actor) -> None:
    """End escalations that this transaction has locked and whose timers are gone, each with what ended it."""
    if not ended:
        return
    await end_rows(work.tx, ended, work.now)
    over = [one for one in of if one.id in ended]
    for one in over:
        note(work, one, "ended", actor, by=ended[one.id])
    await show_again(work, over, actor)
