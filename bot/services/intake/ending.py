"""Ends what rules set on channels and servers for a while: slow mode and raid mode."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.domain.action import Action, ActionKind
from bot.domain.actor import scheduler
from bot.domain.severity import Severity
from bot.ports import Keys
from bot.services.intake.following import RAID_MODE_ENDS, SLOW_MODE_ENDS
from bot.services.record import record
from bot.services.sanctioning import planned_entry, written
from bot.services.timing import Handler
from bot.store.actions import plan
from bot.store.columns import new_id
from bot.store.engine import Tx
from bot.store.timers import Timer


def endings(keys: Keys) -> Mapping[str, Handler]:
    """Return what fires the timers that rules set on channels and servers, by the timers' kind."""

    async def end(tx: Tx, timers: Sequence[Timer], now: datetime) -> None:
        planned = [_action(timer, now) for timer in timers]
        await plan(tx, planned, now)
        drafts = [
            planned_entry([action], scheduler(timer.kind), None) for timer, action in zip(timers, planned, strict=True)
        ]
        await record(tx, keys, timers[0].community, now, drafts)

    return {SLOW_MODE_ENDS: end, RAID_MODE_ENDS: end}


def _action(timer: Timer, now: datetime) -> Action:
    """Return the action that ends what the timer's decision set."""
    slow = timer.kind == SLOW_MODE_ENDS
    actor = written(scheduler(timer.kind))
    details: dict[str, str | int] = {"channel": int(timer.subject), "every": 0} if slow else {"on": 0}
    return Action(
        id=new_id(),
        community=timer.community,
        connection=timer.details["connection"],
        key=f"{'slow' if slow else 'raid'}:{timer.subject}:{timer.id}",
        kind=ActionKind.SLOW_MODE if slow else ActionKind.RAID_MODE,
        target=f"{'channel' if slow else 'connection'}:{timer.subject}",
        severity=Severity(timer.details["severity"]),
        decision=timer.details["decision"],
        details={**details, "actor": actor},
        due_at=now,
    )
