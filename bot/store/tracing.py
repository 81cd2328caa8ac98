"""Reads what followed from one message: decisions, actions, sanctions, and the ledger's entries that name them."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, or_, select, union_all

from bot.domain.action import ActionKind, ActionState
from bot.domain.actor import Actor, read_actor
from bot.domain.judgement import Mode
from bot.domain.message import MessageRef
from bot.domain.outcome import OutcomeKind
from bot.domain.sanction import Sanction
from bot.domain.severity import Severity
from bot.store.chunks import chunks
from bot.store.engine import Tx
from bot.store.reports import ReportState
from bot.store.tables import (
    actions,
    appeals,
    approvals,
    channels,
    decisions,
    escalations,
    messages,
    reports,
    sanctions,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class TracedMessage:
    """A message that something followed from."""

    #: surrogate
    id: str
    #: surrogate of its author
    account: str
    #: when it was posted, UTC
    at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class TracedDecision:
    """A decision as it was made, in shadow too."""

    #: surrogate
    id: str
    #: surrogate of the case; None for none
    case: str | None
    #: surrogate of the message; None where it is about the member as a whole
    message: str | None
    #: who decided, as they were
    actor: Actor
    #: the rules cited
    rules: tuple[str, ...]
    #: what followed, as records keep outcomes
    outcomes: tuple[Mapping[str, str | int], ...]
    #: live or shadow
    mode: Mode
    #: how grave
    severity: Severity
    #: when, UTC
    at: datetime
    #: when it was taken back, UTC; None while it holds
    undone_at: datetime | None


@dataclass(frozen=True, kw_only=True, slots=True)
class TracedAction:
    """An action with what became of it so far."""

    #: surrogate
    id: str
    #: what sort of effect
    kind: ActionKind
    #: restrict: which sanction; empty for all else
    sanction: str
    #: where it stands
    state: ActionState
    #: why, as a code
    reason: str
    #: attempts that counted
    attempts: int
    #: surrogate of the decision; None for none
    decision: str | None
    #: when it was planned, UTC
    planned_at: datetime
    #: when it is to be done or tried again, UTC
    due_at: datetime
    #: when it ended, UTC; None while it didn't
    finished_at: datetime | None


@dataclass(frozen=True, kw_only=True, slots=True)
class TracedSanction:
    """A sanction and the decision that imposed it."""

    #: the sanction
    sanction: Sanction
    #: surrogate of the decision
    decision: str


@dataclass(frozen=True, kw_only=True, slots=True)
class TracedReport:
    """A member's report, without who told it."""

    #: surrogate
    id: str
    #: surrogate of the case; None for none
    case: str | None
    #: the guideline named; empty for none
    guideline: str
    #: what became of it
    state: ReportState
    #: when, UTC
    at: datetime


# a ref names the channel, or a thread by itself; so looked up, the index of messages serves however many there are
_PLACES = select(channels.c.id).where(
    channels.c.community == bindparam("community"),
    channels.c.platform == bindparam("platform"),
    channels.c.workspace == bindparam("workspace"),
    or_(
        channels.c.channel.in_(bindparam("places", expanding=True)),
        channels.c.thread.in_(bindparam("places", expanding=True)),
    ),
)
# what Locum itself posted has no account, and nothing follows from it
_MESSAGES = (
    select(messages.c.id, messages.c.account, messages.c.at, messages.c.message, channels.c.channel, channels.c.thread)
    .join(channels, channels.c.id == messages.c.channel)
    .where(
        messages.c.channel.in_(_PLACES),
        messages.c.message.in_(bindparam("refs", expanding=True)),
        messages.c.account.is_not(None),
    )
)
_OF_MESSAGE = select(actions.c.decision).where(
    actions.c.community == bindparam("community"),
    actions.c.target == bindparam("target"),
    actions.c.decision.is_not(None),
)
_DECISIONS = (
    select(decisions)
    .where(
        decisions.c.id.in_(
            union_all(select(decisions.c.id).where(decisions.c.message == bindparam("message")), _OF_MESSAGE)
        )
    )
    .order_by(decisions.c.at, decisions.c.id)
    .limit(bindparam("most"))
)
_OF_CASES = (
    select(decisions)
    .where(
        decisions.c.community == bindparam("community"),
        decisions.c.case.in_(bindparam("cases", expanding=True)),
        decisions.c.message.is_(None),
    )
    .order_by(decisions.c.at, decisions.c.id)
    .limit(bindparam("most"))
)
# cards are how staff see it, and no effect on anybody
_ACTIONS = (
    select(actions)
    .where(actions.c.decision.in_(bindparam("ids", expanding=True)), actions.c.kind != ActionKind.CARD.value)
    .order_by(actions.c.number)
)
_SANCTIONS = (
    select(sanctions)
    .where(sanctions.c.decision.in_(bindparam("ids", expanding=True)))
    .order_by(sanctions.c.start, sanctions.c.id)
)
_REPORTS = (
    select(reports)
    .where(reports.c.community == bindparam("community"), reports.c.message == bindparam("message"))
    .order_by(reports.c.at, reports.c.id)
    .limit(bindparam("most"))
)
_APPROVALS = select(approvals.c.id).where(approvals.c.decision.in_(bindparam("ids", expanding=True)))
_APPEALS = select(appeals.c.id).where(appeals.c.decision.in_(bindparam("ids", expanding=True)))
_ESCALATIONS = select(escalations.c.id).where(escalations.c.case.in_(bindparam("cases", expanding=True)))
#: of one sort, so much is read of what belongs to one message
_MOST = 100


async def traced_messages(tx: Tx, community: str, refs: Collection[MessageRef]) -> dict[MessageRef, TracedMessage]:
    """Return those messages that something followed from: one statement for each server or workspace.

    A ref may name a thread by itself, or the channel that it hangs under.
    """
    found: dict[MessageRef, TracedMessage] = {}
    places = {(ref.platform, ref.workspace) for ref in refs}
    for platform, workspace in sorted(places):
        here = [ref for ref in refs if (ref.platform, ref.workspace) == (platform, workspace)]
        given = {
            "community": community, "platform": platform.value, "workspace": workspace,
            "places": sorted({ref.channel for ref in here}),
        }  # fmt: skip
        for part in chunks(sorted({ref.message for ref in here})):
            rows = (await tx.execute(_MESSAGES, {**given, "refs": part})).all()
            held = {(place, row.message): row for row in rows for place in (row.thread, row.channel) if place}
            for ref in here:
                row = held.get((ref.channel, ref.message))
                if row is not None:
                    found[ref] = TracedMessage(id=row.id, account=row.account, at=row.at)
    return found


async def decisions_for(tx: Tx, community: str, message: str) -> list[TracedDecision]:
    """Return what was decided about a message, live and in shadow, oldest first."""
    values = {"community": community, "message": message, "target": f"message:{message}", "most": _MOST}
    return [_decision(row) for row in await tx.execute(_DECISIONS, values)]


async def decisions_in(tx: Tx, community: str, cases: Collection[str]) -> list[TracedDecision]:
    """Return what was decided in cases about a member as a whole, oldest first."""
    if not cases:
        return []
    values = {"community": community, "cases": sorted(cases), "most": _MOST}
    return [_decision(row) for row in await tx.execute(_OF_CASES, values)]


async def actions_for(tx: Tx, ids: Collection[str]) -> list[TracedAction]:
    """Return what decisions asked for, in the order of planning; cards are left out."""
    found = [row for part in chunks(sorted(ids)) for row in await tx.execute(_ACTIONS, {"ids": part})]
    return [_action(row) for row in found]


async def sanctions_for(tx: Tx, ids: Collection[str]) -> list[TracedSanction]:
    """Return what decisions imposed, whether or not it still holds."""
    found = [row for part in chunks(sorted(ids)) for row in await tx.execute(_SANCTIONS, {"ids": part})]
    return [
        TracedSanction(
            sanction=Sanction(
                id=row.id, account=row.account, kind=OutcomeKind(row.kind), start=row.start, until=row.until,
                lifted_at=row.lifted_at,
            ),
            decision=row.decision,
        )
        for row in found
    ]  # fmt: skip


async def reports_about(tx: Tx, community: str, message: str) -> list[TracedReport]:
    """Return the reports of a message, oldest first; who told them isn't among what is read."""
    found = await tx.execute(_REPORTS, {"community": community, "message": message, "most": _MOST})
    return [
        TracedReport(id=row.id, case=row.case, guideline=row.guideline, state=ReportState(row.state), at=row.at)
        for row in found
    ]


async def approvals_for(tx: Tx, decided: Collection[str]) -> list[str]:
    """Return the requests for somebody's yes that came with decisions."""
    return await _ids(tx, _APPROVALS, "ids", decided)


async def appeals_for(tx: Tx, decided: Collection[str]) -> list[str]:
    """Return the appeals against decisions."""
    return await _ids(tx, _APPEALS, "ids", decided)


async def escalations_for(tx: Tx, cases: Collection[str]) -> list[str]:
    """Return the escalations of cases, those that have ended too."""
    return await _ids(tx, _ESCALATIONS, "cases", cases)


async def _ids(tx: Tx, statement: Any, name: str, given: Collection[str]) -> list[str]:
    return [found for part in chunks(sorted(given)) for found in await tx.scalars(statement, {name: part})]


def _decision(row: Row[Any]) -> TracedDecision:
    return TracedDecision(
        id=row.id,
        case=row.case,
        message=row.message,
        actor=read_actor(json.loads(row.actor)),
        rules=tuple(json.loads(row.rules)),
        outcomes=tuple(json.loads(row.outcomes)),
        mode=Mode(row.mode),
        severity=Severity(row.severity),
        at=row.at,
        undone_at=row.undone_at,
    )


def _action(row: Row[Any]) -> TracedAction:
    return TracedAction(
        id=row.id,
        kind=ActionKind(row.kind),
        sanction=str(json.loads(row.details).get("sanction", "")),
        state=ActionState(row.state),
        reason=row.reason,
        attempts=row.attempts,
        decision=row.decision,
        planned_at=row.planned_at,
        due_at=row.due_at,
        finished_at=row.finished_at,
    )
