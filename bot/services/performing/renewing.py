"""Renews what a platform can't hold in one piece, before it ends by itself."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.domain.action import Action, ActionKind
from bot.domain.actor import Actor, scheduler
from bot.domain.outcome import OutcomeKind
from bot.domain.sanction import Standing, outlasts
from bot.domain.severity import Severity
from bot.ports import Keys
from bot.services.performing.entries import record_all
from bot.services.sanctioning import Grounds, planned_entry, restriction, written
from bot.services.timing import Handler
from bot.store.actions import plan
from bot.store.columns import micros, moment, new_id
from bot.store.engine import Tx
from bot.store.superseding import doors_are_closed
from bot.store.timers import Timer

#: kind of the timers that renew; their subject is the account and the kind of sanction
RENEW = "renew"
_EARLY = timedelta(hours=1)
#: kind of the timers that keep doors closed; their subject is the connection's name
RENEW_DOORS = "raid_mode_renews"
#: what the keys of such actions hold
_RENEWED = ":renew:"
#: key of their details: until when the platform keeps the doors closed by itself
_HELD = "held"


def renewal(action: Action, wanted: Standing, shown: Standing, now: datetime) -> Timer | None:
    """Return the timer that renews a restriction, where what was set ends before what is wanted."""
    if not shown.held or shown.until is None or not outlasts(wanted, shown):
        return None
    early = min(_EARLY, (shown.until - now) / 4)
    account, kind = str(action.details["account"]), str(action.details["sanction"])
    return Timer(
        kind=RENEW,
        community=action.community,
        subject=f"{account}:{kind}",
        due_at=shown.until - early,
        details={
            "account": account,
            "sanction": kind,
            "connection": action.connection,
            "severity": int(action.severity),
            "decision": action.decision,
            "case": action.case,
        },
    )


def renew(keys: Keys) -> Handler:
    """Return what fires `renew` timers: members are brought once more to what the active sanctions add up to."""

    async def fire(tx: Tx, timers: Sequence[Timer], now: datetime) -> None:
        planned = [_again(timer, now) for timer in timers]
        await plan(tx, planned, now)
        actor = scheduler(RENEW)
        await record_all(
            tx, keys, now, [(action.community, planned_entry([action], actor, None)) for action in planned]
        )

    return fire


def doors_renewal(action: Action, holds: timedelta | None, now: datetime) -> Timer | None:
    """Return the timer that closes doors once more which were closed just now; None where they stay so, or opened."""
    if not holds or not action.details.get("on"):
        return None
    return Timer(
        kind=RENEW_DOORS,
        community=action.community,
        subject=action.connection,
        due_at=now + holds - min(_EARLY, holds / 4),
        details={"decision": action.decision, "severity": int(action.severity), _HELD: micros(now + holds)},
    )


def are_held(action: Action, now: datetime) -> bool:
    """Return whether doors are to be closed once more that the platform can't have opened by itself yet."""
    return is_doors_renewal(action) and now < moment(int(action.details.get(_HELD, 0)))


def is_doors_renewal(action: Action) -> bool:
    """Return whether an action only keeps closed what somebody closed."""
    return action.kind is ActionKind.RAID_MODE and _RENEWED in action.key


def renew_doors(keys: Keys) -> Handler:
    """Return what fires `raid_mode_renews` timers: doors that are still to be closed are closed once more."""
    actor = scheduler(RENEW_DOORS)

    async def fire(tx: Tx, timers: Sequence[Timer], now: datetime) -> None:
        planned = [_closing(timer, actor, now) for timer in timers if await doors_are_closed(tx, timer.subject)]
        await plan(tx, planned, now)
        await record_all(
            tx, keys, now, [(action.community, planned_entry([action], actor, None)) for action in planned]
        )

    return fire


def _closing(timer: Timer, actor: Actor, now: datetime) -> Action:
    return Action(
        id=new_id(),
        community=timer.community,
        connection=timer.subject,
        key=f"raid:{timer.subject}:{timer.details['decision']}{_RENEWED}{micros(timer.due_at)}",
        kind=ActionKind.RAID_MODE,
        target=f"connection:{timer.subject}",
        severity=Severity(timer.details["severity"]),
        decision=str(timer.details["decision"]),
        details={"on": 1, "actor": written(actor), _HELD: int(timer.details.get(_HELD, 0))},
        due_at=now,
    )


def _again(timer: Timer, now: datetime) -> Action:
    said = timer.details
    account, kind = str(said["account"]), OutcomeKind(said["sanction"])
    grounds = Grounds(
        community=timer.community,
        connection=str(said["connection"]),
        severity=Severity(said["severity"]),
        decision=str(said["decision"]),
        case=said["case"],
    )
    key = f"{account}:{kind.value}:renew:{micros(timer.due_at)}"
    return restriction(grounds, account, kind, key=key, at=now, actor=scheduler(RENEW))
