"""Ends what was set for a while on a place: a channel's slow mode, closed doors of a server or workspace."""

from collections.abc import Sequence
from datetime import datetime

from bot.domain.action import Action, ActionKind
from bot.domain.actor import Actor, scheduler
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


def relaxing(keys: Keys, kind: str) -> Handler:
    """Return what fires timers of one of both kinds: an action that ends the mode, by the scheduler's own act."""
    actor = scheduler(kind)

    async def relax(tx: Tx, timers: Sequence[Timer], now: datetime) -> None:
        planned = [_ending(timer, actor, now) for timer in timers]
        await plan(tx, planned, now)
        entries = [planned_entry([action], actor, None) for action in planned]
        await record(tx, keys, timers[0].community, now, entries)

    return relax


def _ending(timer: Timer, actor: Actor, now: datetime) -> Action:
    details: dict[str, str | int] = {"actor": written(actor)}
    if timer.kind == SLOW_MODE_ENDS:
        kind, target = ActionKind.SLOW_MODE, f"channel:{timer.subject}"
        details |= {"channel": int(timer.subject), "every": 0}
    else:
        kind, target = ActionKind.RAID_MODE, f"connection:{timer.subject}"
        details |= {"on": 0}
    return Action(
        id=new_id(),
        community=timer.community,
        connection=str(timer.details["connection"]),
        key=f"{_PREFIX[timer.kind]}:{timer.subject}:{timer.details['decision']}:end",
        kind=kind,
        target=target,
        severity=Severity(timer.details["severity"]),
        decision=str(timer.details["decision"]),
        details=details,
        due_at=now,
    )


_PREFIX = {SLOW_MODE_ENDS: "slow", RAID_MODE_ENDS: "raid"}
