"""What each outcome of a decision becomes: actions, sanctions, strikes and timers, as values."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import MAXYEAR, datetime, timedelta

from bot.domain.action import FIRST, HOLDS_UP, Action, ActionKind, ActionState
from bot.domain.gap import later
from bot.domain.outcome import Outcome, OutcomeKind
from bot.domain.place import Connection
from bot.domain.sanction import Sanction
from bot.domain.severity import Severity
from bot.services.intake.book import Imposed
from bot.services.sanctioning import EXPIRE
from bot.store.columns import micros, new_id
from bot.store.strikes import NewStrike
from bot.store.timers import Timer

_SECOND = timedelta(seconds=1)

#: timers that end what was set on a channel or a server
SLOW_MODE_ENDS = "slow_mode_ends"
RAID_MODE_ENDS = "raid_mode_ends"


@dataclass(frozen=True, kw_only=True, slots=True)
class Deciding:
    """What a decision is about."""

    #: the community
    community: str
    #: surrogate of the decision
    decision: str
    #: surrogate of the message
    message: str
    #: surrogate of the member
    account: str
    #: number of the message's stream
    channel: int
    #: through what the platform is reached
    connection: Connection
    #: how grave
    severity: Severity
    #: the time of deciding
    now: datetime
    #: message time
    at: datetime
    #: somebody who moderates: their id in the roster, and their organisation's
    person: str = ""
    organisation: str = ""
    #: surrogate of the incident
    incident: str = ""
    #: surrogate of the case
    case: str | None = None


@dataclass(kw_only=True, slots=True)
class Follows:
    """What one decision brings about."""

    #: actions
    actions: list[Action] = field(default_factory=list)
    #: sanctions
    sanctions: list[Imposed] = field(default_factory=list)
    #: strikes
    strikes: list[NewStrike] = field(default_factory=list)
    #: timers
    timers: list[Timer] = field(default_factory=list)


def follow(deciding: Deciding, newly: Sequence[Outcome]) -> Follows:
    """Return what the outcomes that newly follow become; cases and escalations are casework."""
    follows = Follows()
    for outcome in newly:
        become = _BECOMES.get(outcome.kind)
        if become is not None:
            become(deciding, outcome, follows)
    _put_notice_first(deciding, follows)
    return follows


def _put_notice_first(deciding: Deciding, follows: Follows) -> None:
    """Let a notice go out before what removes its member: afterwards it might not reach them."""
    if not any(_removes(one) for one in follows.actions):
        return
    by = micros(deciding.now + HOLDS_UP)
    follows.actions = [
        replace(one, details={**one.details, FIRST: by}) if one.kind is ActionKind.NOTICE else one
        for one in follows.actions
    ]


def _removes(one: Action) -> bool:
    if one.state is ActionState.HELD:
        return False
    return one.kind is ActionKind.KICK or one.details.get("sanction") == OutcomeKind.BAN.value


def action(
    deciding: Deciding, kind: ActionKind, key: str, target: str, details: Mapping[str, str | int]
) -> Action:  # fmt: skip
    """Return an action that the decision asks for, due at once."""
    return Action(
        id=new_id(),
        community=deciding.community,
        connection=deciding.connection.name,
        key=key,
        kind=kind,
        target=target,
        severity=deciding.severity,
        decision=deciding.decision,
        case=deciding.case,
        details=details,
        due_at=deciding.now,
    )


def _delete(deciding: Deciding, outcome: Outcome, follows: Follows) -> None:
    message = deciding.message
    details = {"account": deciding.account}
    follows.actions.append(
        action(deciding, ActionKind.DELETE, f"delete:{message}", f"message:{message}", details)
    )  # fmt: skip


def _notice(deciding: Deciding, outcome: Outcome, follows: Follows) -> None:
    details = {"account": deciding.account, "guideline": outcome.target, "incident": deciding.incident}
    key = f"notice:{deciding.incident}"
    follows.actions.append(action(deciding, ActionKind.NOTICE, key, f"account:{deciding.account}", details))


def _strike(deciding: Deciding, outcome: Outcome, follows: Follows) -> None:
    follows.strikes.append(
        NewStrike(
            id=new_id(),
            account=deciding.account,
            decision=deciding.decision,
            amount=outcome.amount,
            at=deciding.at,
        )
    )


def _sanction(deciding: Deciding, outcome: Outcome, follows: Follows) -> None:
    until = None if outcome.duration is None else later(deciding.now, outcome.duration)
    if until is not None and until.year == MAXYEAR:  # beyond the calendar
        until = None
    sanction = Sanction(
        id=new_id(), account=deciding.account, kind=outcome.kind, start=deciding.now, until=until
    )  # fmt: skip
    follows.sanctions.append(Imposed(sanction=sanction, decision=deciding.decision))
    details: dict[str, str | int] = {
        "account": deciding.account,
        "sanction": outcome.kind.value,
        "purge": _purge(outcome),
    }
    target = f"account:{deciding.account}"
    follows.actions.append(
        action(deciding, ActionKind.RESTRICT, f"restrict:{sanction.id}:start", target, details)
    )  # fmt: skip
    if until is not None:
        follows.timers.append(
            Timer(kind=EXPIRE, community=deciding.community, subject=sanction.id, due_at=until)
        )  # fmt: skip


def _purge(outcome: Outcome) -> int:
    return 0 if outcome.purge is None else outcome.purge // _SECOND


def _kick(deciding: Deciding, outcome: Outcome, follows: Follows) -> None:
    key = f"kick:{deciding.decision}:{deciding.account}"
    details = {"account": deciding.account}
    follows.actions.append(action(deciding, ActionKind.KICK, key, f"account:{deciding.account}", details))


def _slow_mode(deciding: Deciding, outcome: Outcome, follows: Follows) -> None:
    every = (outcome.duration or timedelta()) // _SECOND
    details = {"channel": deciding.channel, "every": every}
    key = f"slow:{deciding.channel}:{deciding.decision}"
    follows.actions.append(action(deciding, ActionKind.SLOW_MODE, key, f"channel:{deciding.channel}", details))
    if outcome.lasts is not None:
        follows.timers.append(_ending(deciding, SLOW_MODE_ENDS, str(deciding.channel), outcome.lasts))


def _raid_mode(deciding: Deciding, outcome: Outcome, follows: Follows) -> None:
    name = deciding.connection.name
    key = f"raid:{name}:{deciding.decision}"
    follows.actions.append(action(deciding, ActionKind.RAID_MODE, key, f"connection:{name}", {"on": 1}))
    if outcome.duration is not None:
        follows.timers.append(_ending(deciding, RAID_MODE_ENDS, name, outcome.duration))


def _ending(deciding: Deciding, kind: str, subject: str, after: timedelta) -> Timer:
    """Return the timer that ends what was set; its details are what ending it needs."""
    details = {
        "connection": deciding.connection.name,
        "decision": deciding.decision,
        "severity": int(deciding.severity),
    }
    return Timer(
        kind=kind, community=deciding.community, subject=subject, due_at=later(deciding.now, after), details=details
    )


def _ask(deciding: Deciding, outcome: Outcome, follows: Follows) -> None:
    """Hold what is asked for until somebody approves: nothing of it is true before."""
    kind = _ASKED.get(outcome.asked) if outcome.asked is not None else None
    if kind is None or outcome.asked is None:
        return
    details: dict[str, str | int] = {"account": deciding.account, "asked": outcome.asked.value}
    target = f"account:{deciding.account}"
    if kind is ActionKind.DELETE:
        target = f"message:{deciding.message}"
    elif kind is ActionKind.RESTRICT:
        details |= {"sanction": outcome.asked.value, "purge": _purge(outcome)}
    elif kind is ActionKind.SLOW_MODE:
        target = f"channel:{deciding.channel}"
        details |= {"channel": deciding.channel, "every": (outcome.duration or timedelta()) // _SECOND}
    elif kind is ActionKind.RAID_MODE:
        target = f"connection:{deciding.connection.name}"
        details |= {"on": 1}
    if outcome.duration is not None and kind is not ActionKind.SLOW_MODE:
        details["seconds"] = outcome.duration // _SECOND
    if outcome.lasts is not None:
        details["lasts"] = outcome.lasts // _SECOND
    key = f"ask:{deciding.decision}:{outcome.asked.value}"
    follows.actions.append(replace(action(deciding, kind, key, target, details), state=ActionState.HELD))


_ASKED: Mapping[OutcomeKind, ActionKind] = {
    OutcomeKind.DELETE: ActionKind.DELETE,
    OutcomeKind.TIMEOUT: ActionKind.RESTRICT,
    OutcomeKind.QUARANTINE: ActionKind.RESTRICT,
    OutcomeKind.BAN: ActionKind.RESTRICT,
    OutcomeKind.KICK: ActionKind.KICK,
    OutcomeKind.SLOW_MODE: ActionKind.SLOW_MODE,
    OutcomeKind.RAID_MODE: ActionKind.RAID_MODE,
}

_BECOMES: Mapping[OutcomeKind, Callable[[Deciding, Outcome, Follows], None]] = {
    OutcomeKind.DELETE: _delete,
    OutcomeKind.NOTICE: _notice,
    OutcomeKind.STRIKE: _strike,
    OutcomeKind.TIMEOUT: _sanction,
    OutcomeKind.QUARANTINE: _sanction,
    OutcomeKind.BAN: _sanction,
    OutcomeKind.KICK: _kick,
    OutcomeKind.ASK: _ask,
    OutcomeKind.SLOW_MODE: _slow_mode,
    OutcomeKind.RAID_MODE: _raid_mode,
}
