"""Brings places back to what they were before a decision that is taken back: paces of channels, closed doors."""

from collections.abc import Sequence

from bot.domain.action import Action, ActionKind
from bot.domain.order import Order
from bot.domain.right import Right
from bot.services.intake.following import RAID_MODE_ENDS, SLOW_MODE_ENDS
from bot.services.moderating.opening import doors, pace
from bot.services.work import Work
from bot.store.decisions import Decided
from bot.store.superseding import room_actions
from bot.store.timers import drop_timers


async def restored(work: Work, made: Sequence[Decided], decision: str) -> list[Action]:
    """Return the actions that end what decisions set on places; what a later decision set there stays.

    A channel's pace and a server's doors were set by the last decision about them: only that one has anything to end.
    """
    ids = {one.id for one in made}
    last = {action.target: action for action in await room_actions(work.tx, work.community, ids)}
    planned: list[Action] = []
    for action in last.values():
        if action.decision not in ids:
            continue
        order = Order(right=Right.SLOW_MODE, severity=action.severity)
        place = action.target.partition(":")[2]
        if action.kind is ActionKind.SLOW_MODE and action.details.get("every"):
            await drop_timers(work.tx, SLOW_MODE_ENDS, work.community, [place])
            planned.append(pace(work, int(place), action.connection, decision, order))
        elif action.kind is ActionKind.RAID_MODE and action.details.get("on"):
            await drop_timers(work.tx, RAID_MODE_ENDS, work.community, [place])
            planned.append(doors(work, action.connection, decision, on=False, order=order))
    return planned
