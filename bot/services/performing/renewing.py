"""Renews what a platform can't hold in one piece, before it ends by itself."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.domain.action import Action
from bot.domain.actor import scheduler
from bot.domain.outcome import OutcomeKind
from bot.domain.sanction import Standing, outlasts
from bot.domain.severity import Severity
from bot.ports import Keys
from bot.services.performing.entries import record_all
from bot.services.sanctioning import Grounds, planned_entry, restriction
from bot.services.timing import Handler
from bot.store.actions import plan
from bot.store.columns import micros
from bot.store.engine import Tx
from bot.store.timers import Timer

#: kind of the timers that renew; their subject is the account and the kind of sanction
RENEW = "renew"
_EARLY = timedelta(hours=1)


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
