"""Opens the doors of a server or workspace again, and ends a channel's slow mode, by somebody's decision."""

from dataclasses import replace

from bot.domain.action import Action, ActionKind
from bot.domain.actor import Actor
from bot.domain.judgement import Mode
from bot.domain.order import Order
from bot.domain.right import Right
from bot.services.intake.following import RAID_MODE_ENDS, Follows
from bot.services.moderating.deciding import decide_on
from bot.services.work import Work
from bot.store.columns import new_id
from bot.store.decisions import Decision
from bot.store.timers import drop_timers


async def open_doors(
    work: Work, actor: Actor, order: Order, *, reason: str, asked: str
) -> tuple[str, tuple[Action, ...]]:
    """End raid mode on a connection at once, and return the decision with what was planned."""
    decision = new_id()
    # what would have ended it by itself is over with it
    await drop_timers(work.tx, RAID_MODE_ENDS, work.community, [order.connection])
    follows = Follows()
    follows.actions.append(doors(work, order.connection, decision, on=False, order=order))
    written = Decision(
        id=decision,
        account=None,
        actor=actor,
        rules=(),
        outcomes=({"kind": Right.RAID_MODE.value, "on": 0},),
        mode=Mode.LIVE,
        policy=work.policies.version,
        severity=order.severity,
    )
    return decision, await decide_on(work, written, follows, reason=reason, asked=asked)


def doors(work: Work, connection: str, decision: str, *, on: bool, order: Order) -> Action:
    """Return the action that closes or opens the doors of a connection."""
    return Action(
        id=new_id(),
        community=work.community,
        connection=connection,
        key=f"raid:{connection}:{decision}",
        kind=ActionKind.RAID_MODE,
        target=f"connection:{connection}",
        severity=order.severity,
        decision=decision,
        details={"on": int(on)},
        due_at=work.now,
    )


def pace(work: Work, channel: int, connection: str, decision: str, order: Order) -> Action:
    """Return the action that ends a channel's slow mode."""
    return replace(
        doors(work, connection, decision, on=False, order=order),
        key=f"slow:{channel}:{decision}",
        kind=ActionKind.SLOW_MODE,
        target=f"channel:{channel}",
        details={"channel": channel, "every": 0},
    )
