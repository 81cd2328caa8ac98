"""Ends sanctions: rows, timers and the actions that bring the platform to what then holds."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain.action import Action, ActionKind
from bot.domain.actor import Actor, scheduler
from bot.domain.entry_kind import EntryKind
from bot.domain.outcome import OutcomeKind
from bot.domain.sanction import Sanction
from bot.domain.severity import Severity
from bot.ledger.canonical import Plain
from bot.ports import Keys
from bot.services.record import Draft, record
from bot.services.timing import Handler
from bot.store.actions import plan
from bot.store.columns import new_id
from bot.store.engine import Tx
from bot.store.sanctions import Imposed, end_sanctions, move_ends, unended
from bot.store.timers import Timer, drop_timers, set_timers

#: kind of the timers that end sanctions; their subject is the sanction
EXPIRE = "expire"
#: key of a deletion's details: the sanction that it upholds
UPHOLDS = "upholds"


def _timer(community: str, sanction: Sanction) -> Timer:
    assert sanction.until is not None  # noqa: S101 - what holds for good has no timer
    return Timer(kind=EXPIRE, community=community, subject=sanction.id, due_at=sanction.until)


async def end_early(
    tx: Tx,
    community: str,
    sanctions: Collection[str],
    at: datetime,
    *,
    actor: Actor,
    policy: str | None,
    reason: str = "lifted",
) -> tuple[list[Action], list[Draft]]:
    """End sanctions before their time, and return what was planned and what is still to be recorded.

    Those that are over are left out.
    """
    ended = await unended(tx, community, sanctions)
    await drop_timers(tx, EXPIRE, community, [one.sanction.id for one in ended])
    return await _end(tx, community, [(one, actor, policy) for one in ended], at, reason=reason)


async def change_ends(
    tx: Tx, community: str, ends: Mapping[str, datetime | None], *, actor: Actor, policy: str | None
) -> list[Draft]:
    """Let sanctions end at other times, and return what is still to be recorded; those that are over are left out."""
    found = await unended(tx, community, ends)
    changed = [replace(one.sanction, until=ends[one.sanction.id]) for one in found]
    await move_ends(tx, {one.id: one.until for one in changed})
    await drop_timers(tx, EXPIRE, community, [one.id for one in changed])
    await set_timers(tx, [_timer(community, one) for one in changed if one.until is not None])
    drafts = []
    for imposed, one in zip(found, changed, strict=True):
        said: dict[str, Plain] = {"sanction": one.id, "account": one.account}
        if one.until is not None:
            said["until"] = one.until.isoformat()
        drafts.append(
            Draft(kind=EntryKind.SANCTION_CHANGED, actor=actor, policy=policy, case=imposed.case, details=said)
        )
    return drafts


def expiring(keys: Keys) -> Handler:
    """Return what fires `expire` timers: the sanctions they name no longer hold, by the scheduler's own act."""

    async def expire(tx: Tx, timers: Sequence[Timer], now: datetime) -> None:
        community = timers[0].community
        named = {timer.subject for timer in timers}
        found = await unended(tx, community, named)
        ended = [one for one in found if one.sanction.until is not None and one.sanction.until <= now]
        # fired before its time: it fires again
        await set_timers(
            tx,
            [_timer(community, one.sanction) for one in found if one not in ended and one.sanction.until is not None],
        )
        over = [(one, scheduler(EXPIRE), one.policy) for one in ended]
        _, drafts = await _end(tx, community, over, now, reason="expired")
        await record(tx, keys, community, now, drafts)

    return expire


async def _end(
    tx: Tx, community: str, ended: Sequence[tuple[Imposed, Actor, str | None]], at: datetime, *, reason: str
) -> tuple[list[Action], list[Draft]]:
    if not ended:
        return [], []
    await end_sanctions(tx, [one.sanction.id for one, _, _ in ended], at)
    planned = [ending(one, community, at, actor) for one, actor, _ in ended]
    await plan(tx, planned, at)
    drafts = []
    for (one, actor, policy), action in zip(ended, planned, strict=True):
        said = {"sanction": one.sanction.id, "account": one.sanction.account, "reason": reason}
        drafts.append(Draft(kind=EntryKind.SANCTION_ENDED, actor=actor, policy=policy, case=one.case, details=said))
        drafts.append(planned_entry([action], actor, policy))
    return planned, drafts


def ending(one: Imposed, community: str, at: datetime, actor: Actor) -> Action:
    """Return the action that brings a member to what still holds once a sanction is over."""
    # the decision's actor imposed it, and didn't end it
    return restriction_of(one, community, event="end", at=at, actor=actor)


@dataclass(frozen=True, kw_only=True, slots=True)
class Grounds:
    """What a restriction goes back to, and through what it reaches the member."""

    #: the community
    community: str
    #: name of the connection through which the member is reached
    connection: str
    #: how grave
    severity: Severity
    #: surrogate of the decision
    decision: str
    #: surrogate of the case, if there is one
    case: str | None


def restriction(
    grounds: Grounds,
    account: str,
    kind: OutcomeKind,
    *,
    key: str,
    at: datetime,
    actor: Actor,
) -> Action:
    """Return the action that brings a member to what their active sanctions of one kind add up to.

    `actor` is who asks for it: not the decision's.
    """
    return Action(
        id=new_id(),
        community=grounds.community,
        connection=grounds.connection,
        key=f"restrict:{key}",
        kind=ActionKind.RESTRICT,
        target=f"account:{account}",
        severity=grounds.severity,
        decision=grounds.decision,
        case=grounds.case,
        details={"account": account, "sanction": kind.value, "purge": 0, "actor": written(actor)},
        due_at=at,
    )


def restriction_of(one: Imposed, community: str, *, event: str, at: datetime, actor: Actor) -> Action:
    """Return the restriction that something which happened to a sanction asks for, such as its `end`."""
    grounds = Grounds(
        community=community, connection=one.connection, severity=one.severity, decision=one.decision, case=one.case
    )
    sanction = one.sanction
    return restriction(grounds, sanction.account, sanction.kind, key=f"{sanction.id}:{event}", at=at, actor=actor)


def written(actor: Actor) -> str:
    """Return an actor as an action's details keep one that isn't the decision's."""
    return json.dumps(actor.record(), separators=(",", ":"))


def planned_entry(planned: Sequence[Action], actor: Actor, policy: str | None) -> Draft:
    """Return the entry of actions that something other than a new decision planned; they share case and decision."""
    said: list[Plain] = [{"id": action.id, "kind": action.kind.value, "target": action.target} for action in planned]
    details: dict[str, Plain] = {"actions": said}
    if planned[0].decision:
        details["decision"] = planned[0].decision
    return Draft(kind=EntryKind.PLANNED, actor=actor, policy=policy, case=planned[0].case, details=details)
