"""Imposes, lifts and ends sanctions: rows, timers and the actions that bring the platform to what then holds."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
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
from bot.store.sanctions import Imposed, add_sanctions, end_sanctions, unended
from bot.store.timers import Timer, drop_timers, set_timers

#: kind of the timers that end sanctions; their subject is the sanction
EXPIRE = "expire"


@dataclass(frozen=True, kw_only=True, slots=True)
class Imposition:
    """A sanction that a decision asks for."""

    #: surrogate of the member's account
    account: str
    #: timeout, quarantine or ban
    kind: OutcomeKind
    #: when it ends, UTC; None for good
    until: datetime | None
    #: surrogate of the decision, which is written before
    decision: str
    #: how grave
    severity: Severity
    #: name of the connection through which the member is reached
    connection: str
    #: surrogate of the case, if there is one
    case: str | None = None
    #: ban: seconds of the member's messages that go with it
    purge: int = 0


async def impose(
    tx: Tx, community: str, impositions: Sequence[Imposition], at: datetime
) -> list[tuple[Sanction, Action]]:
    """Impose sanctions from now on, and return each with the action that was planned for it.

    Nothing is recorded: whoever decided names sanctions and actions in the decision's entry.
    """
    made = [(_sanction(one, at), one) for one in impositions]
    await add_sanctions(tx, community, [(sanction, one.decision) for sanction, one in made])
    await set_timers(tx, [_timer(community, sanction) for sanction, _ in made if sanction.until is not None])
    planned = [
        (
            sanction,
            Action(
                id=new_id(),
                community=community,
                connection=one.connection,
                key=f"restrict:{sanction.id}:start",
                kind=ActionKind.RESTRICT,
                target=f"account:{one.account}",
                severity=one.severity,
                decision=one.decision,
                case=one.case,
                details={"account": one.account, "sanction": one.kind.value, "purge": one.purge},
                due_at=at,
            ),
        )
        for sanction, one in made
    ]
    await plan(tx, [action for _, action in planned], at)
    return planned


def _sanction(one: Imposition, at: datetime) -> Sanction:
    return Sanction(id=new_id(), account=one.account, kind=one.kind, start=at, until=one.until)


def _timer(community: str, sanction: Sanction) -> Timer:
    assert sanction.until is not None  # noqa: S101 - what holds for good has no timer
    return Timer(kind=EXPIRE, community=community, subject=sanction.id, due_at=sanction.until)


async def lift(
    tx: Tx, keys: Keys, community: str, sanctions: Collection[str], at: datetime, *, actor: Actor, policy: str | None
) -> list[Action]:
    """End sanctions before their time, and return the actions planned for it; those that are over are left out.

    It records last: nothing that locks may follow in the transaction.
    """
    ended = await unended(tx, community, sanctions)
    await drop_timers(tx, EXPIRE, community, [one.sanction.id for one in ended])
    return await _end(tx, keys, community, [(one, actor, policy) for one in ended], at, reason="lifted")


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
        await _end(tx, keys, community, [(one, scheduler(EXPIRE), one.policy) for one in ended], now, reason="expired")

    return expire


async def _end(
    tx: Tx,
    keys: Keys,
    community: str,
    ended: Sequence[tuple[Imposed, Actor, str | None]],
    at: datetime,
    *,
    reason: str,
) -> list[Action]:
    if not ended:
        return []
    await end_sanctions(tx, [one.sanction.id for one, _, _ in ended], at)
    planned = [_ending(one, community, at, actor) for one, actor, _ in ended]
    await plan(tx, planned, at)
    drafts = []
    for (one, actor, policy), action in zip(ended, planned, strict=True):
        said = {"sanction": one.sanction.id, "account": one.sanction.account, "reason": reason}
        drafts.append(Draft(kind=EntryKind.SANCTION_ENDED, actor=actor, policy=policy, case=one.case, details=said))
        drafts.append(planned_entry([action], actor, policy))
    await record(tx, keys, community, at, drafts)
    return planned


def _ending(one: Imposed, community: str, at: datetime, actor: Actor) -> Action:
    return Action(
        id=new_id(),
        community=community,
        connection=one.connection,
        key=f"restrict:{one.sanction.id}:end",
        kind=ActionKind.RESTRICT,
        target=f"account:{one.sanction.account}",
        severity=one.severity,
        decision=one.decision,
        case=one.case,
        details={
            "account": one.sanction.account,
            "sanction": one.sanction.kind.value,
            "purge": 0,
            # the decision's actor imposed it, and didn't end it
            "actor": written(actor),
        },
        due_at=at,
    )


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
