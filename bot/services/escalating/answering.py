"""What people answer to an escalation: that they look after it, that it is done, or that it has to go further."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.domain.stepping import patience
from bot.services.cases.errors import unknown
from bot.services.cases.holding import find_case
from bot.services.escalating.ending import note_ended
from bot.services.escalating.kinds import ESCALATION_STEP
from bot.services.escalating.meanwhile import meanwhile
from bot.services.escalating.recording import note, show_again
from bot.services.staff.knowing import Caller
from bot.services.work import Work
from bot.store.escalations import (
    ACKNOWLEDGED,
    ENDED,
    RUNNING,
    Escalation,
    change_escalation,
    escalations_by_id,
    lock_escalations,
)
from bot.store.timers import Timer, drop_timers, set_timers


@dataclass(frozen=True, kw_only=True, slots=True)
class Press:
    """Somebody's answer."""

    #: surrogate of the escalation, as the card says it
    escalation: str
    #: what the pressed card showed; empty for a message that stays as it was sent
    version: str = ""


async def find_escalation(work: Work, caller: Caller, press: Press) -> Escalation:
    """Return an escalation that hasn't ended, for whoever may see its case; raises DeniedError, CaseError.

    That there is none and that it isn't theirs to see is one sentence.
    """
    found = (await escalations_by_id(work.tx, [press.escalation])).get(press.escalation)
    if found is None:
        # whoever may see no case at all hears that, and nothing of whether this one exists
        await find_case(work, caller, press.escalation)
        raise unknown()
    await find_case(work, caller, found.case.id)
    if found.state == ENDED or (press.version and press.version != str(found.version)):
        raise await meanwhile(work, caller, found)
    return found


async def acknowledge(work: Work, caller: Caller, press: Press, *, change: str = "acknowledged") -> datetime:
    """Stop an escalation for as long as an acknowledgement holds, and return until when that is.

    Raises DeniedError, CaseError.
    """
    one = await find_escalation(work, caller, press)
    until = patience(one.path, one.position, work.now, one.case.resolve_due)
    await _set_timer(work, one, until)
    values = {
        "state": ACKNOWLEDGED,
        "due_at": until,
        "acknowledged_by": json.dumps(caller.actor().record()),
        "acknowledged_at": work.now,
    }
    await _change(work, caller, one, change, **values)
    return until


async def resolve(work: Work, caller: Caller, press: Press) -> Escalation:
    """End an escalation, for what it called for is done; the case itself stays as it is. Raises like `acknowledge`."""
    one = await find_escalation(work, caller, press)
    await drop_timers(work.tx, ESCALATION_STEP, work.community, [one.id])
    held = (await lock_escalations(work.tx, [one.id]))[one.id]
    if held.version != one.version:
        raise await meanwhile(work, caller, held)
    await note_ended(work, {one.id: "resolved"}, [one], caller.actor())
    return one


async def go_further(work: Work, caller: Caller, press: Press) -> Escalation:
    """Have the next step taken now, whatever was acknowledged; raises like `acknowledge`."""
    one = await find_escalation(work, caller, press)
    await _set_timer(work, one, work.now)
    await _change(work, caller, one, "further", state=RUNNING, due_at=work.now)
    return one


async def _set_timer(work: Work, one: Escalation, at: datetime) -> None:
    # before the escalation is changed: whoever fires a timer locks them in that order
    timer = Timer(kind=ESCALATION_STEP, community=work.community, subject=one.id, due_at=at)
    await set_timers(work.tx, [timer])


async def _change(work: Work, caller: Caller, one: Escalation, change: str, **values: Any) -> None:
    if not await change_escalation(work.tx, one.id, one.version, **values):
        # somebody was quicker, and has committed
        raise await meanwhile(work, caller, (await escalations_by_id(work.tx, [one.id]))[one.id])
    note(work, one, change, caller.actor(), round=one.position.round, step=one.position.step)
    await show_again(work, [one], caller.actor())
