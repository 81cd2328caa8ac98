"""Approvals as rows: what waits for somebody's yes, and how it was answered."""

import json
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, bindparam, literal_column, select, update

from bot.domain.action import ActionState
from bot.domain.actor import Actor, ActorKind, read_actor
from bot.domain.joining import is_more
from bot.domain.order import Order, read_order, write_order
from bot.domain.verdict import ApprovalState
from bot.store.actions import Claimed, with_actors
from bot.store.chunks import chunks
from bot.store.engine import Tx
from bot.store.tables import actions, approvals
from bot.store.upsert import insert_rows


@dataclass(frozen=True, kw_only=True, slots=True)
class Approval:
    """A request for somebody's yes."""

    #: surrogate
    id: str
    #: surrogate of the decision that asks
    decision: str
    #: surrogate of the case, if there is one
    case: str | None = None
    #: surrogate of the action that is held; None where an order waits
    action: str | None = None
    #: what is asked for
    order: Order
    #: who asks, as they were
    actor: Actor
    #: why, as a code: asks, supervised, budget
    cause: str = "asks"
    #: number of the ledger's entry that holds the asker's words; None for none
    reason: int | None = None
    #: the organisation that decides
    whom: str
    #: whether somebody of another organisation than the asking one must decide
    another: bool = False
    #: surrogate of the sanction that holds meanwhile
    interim: str | None = None
    #: where it stands
    state: ApprovalState = ApprovalState.OPEN
    #: who answered; None while nobody did
    answered_by: Actor | None = None
    #: what was approved instead; None where it was what was asked for
    answer: Order | None = None
    #: number of the ledger's entry that holds the answerer's words; None for none
    words: int | None = None
    #: when it was asked, UTC
    opened_at: datetime
    #: when the path begins, UTC
    due_at: datetime
    #: when it was answered, UTC
    answered_at: datetime | None = None
    #: grows with every change
    version: int = 1

    @property
    def person(self) -> str:
        """Who asks; empty for automation."""
        return self.actor.who if self.actor.kind is ActorKind.PERSON else ""

    @property
    def organisation(self) -> str:
        """For whom they ask; empty for automation."""
        return self.actor.organisation

    def taking_up(self, order: Order) -> "Approval":
        """Return the request as it is with another order: a new version where more is asked for than was seen."""
        return replace(self, order=order, version=self.version + is_more(order, self.order))


@dataclass(frozen=True, kw_only=True, slots=True)
class Answered:
    """How a request was answered."""

    #: surrogate of the approval
    approval: str
    #: the version that was looked at
    version: int
    #: where it stands now
    state: ApprovalState
    #: who says so
    actor: Actor
    #: when, UTC
    at: datetime
    #: what was approved instead
    answer: Order | None = None


# spelt out: a partial index serves only conditions that are part of the statement's text
_IS_OPEN: ColumnElement[bool] = literal_column("approvals.state = 'open'")
_BY_ID = select(approvals).where(approvals.c.id.in_(bindparam("ids", expanding=True)))
_LOCKED = (
    select(approvals)
    .where(approvals.c.community == bindparam("community"), approvals.c.id == bindparam("id"))
    .with_for_update()
)
_OPEN = select(approvals).where(approvals.c.community == bindparam("community"), _IS_OPEN)
_OF_AUTOMATION = (
    select(approvals)
    .where(
        approvals.c.community == bindparam("community"),
        approvals.c.account.in_(bindparam("accounts", expanding=True)),
        approvals.c.person == "",
        _IS_OPEN,
    )
    .order_by(approvals.c.opened_at, approvals.c.id)
    .with_for_update()
)
_OF_DECISIONS = (
    select(approvals)
    .where(
        approvals.c.community == bindparam("community"),
        approvals.c.decision.in_(bindparam("decisions", expanding=True)),
        _IS_OPEN,
    )
    .order_by(approvals.c.opened_at, approvals.c.id)
    .with_for_update()
)
_TAKEN_OVER = select(approvals).where(
    approvals.c.community == bindparam("community"),
    approvals.c.case == bindparam("case"),
    approvals.c.state == ApprovalState.TAKEN_OVER.value,
    approvals.c.interim.is_not(None),
)
_MOVE = (
    update(approvals)
    .where(approvals.c.id == bindparam("_id"))
    .values(case=bindparam("_case"), order=bindparam("_order"))
)
_TAKE_UP = (
    update(approvals)
    .where(approvals.c.id == bindparam("_id"))
    .values(order=bindparam("_order"), version=bindparam("_version"))
)
_ANSWER = (
    update(approvals)
    .where(
        approvals.c.id == bindparam("_id"),
        approvals.c.version == bindparam("_version"),
        approvals.c.state == ApprovalState.OPEN.value,
    )
    .values(
        state=bindparam("_state"), answered_by=bindparam("_by"), answer=bindparam("_answer"),
        answered_at=bindparam("_at"), version=approvals.c.version + 1,
    )
)  # fmt: skip
_NOTE_REASON = update(approvals).where(approvals.c.id == bindparam("_id")).values(reason=bindparam("_entry"))
_NOTE_WORDS = update(approvals).where(approvals.c.id == bindparam("_id")).values(words=bindparam("_entry"))
_HELD = (
    select(actions)
    .where(
        actions.c.id == bindparam("id"),
        actions.c.community == bindparam("community"),
        actions.c.state == ActionState.HELD.value,
    )
    .with_for_update()
)


async def add_approval(tx: Tx, community: str, approval: Approval) -> None:
    """Write an open request; its decision, case, held action and interim sanction are written before."""
    row: dict[str, Any] = {
        "id": approval.id,
        "community": community,
        "case": approval.case,
        "decision": approval.decision,
        "action": approval.action,
        "account": approval.order.account or None,
        "order": json.dumps(write_order(approval.order), separators=(",", ":")),
        "actor": json.dumps(approval.actor.record(), separators=(",", ":")),
        "person": approval.person,
        "organisation": approval.organisation,
        "cause": approval.cause,
        "whom": approval.whom,
        "another": approval.another,
        "interim": approval.interim,
        "state": approval.state.value,
        "opened_at": approval.opened_at,
        "due_at": approval.due_at,
        "version": approval.version,
    }
    await insert_rows(tx, approvals, [row])


async def approvals_by_id(tx: Tx, ids: Collection[str]) -> dict[str, Approval]:
    """Return requests by their surrogates; what isn't there is missing."""
    return {
        row.id: _approval(row) for part in chunks(sorted(ids)) for row in await tx.execute(_BY_ID, {"ids": part})
    }  # fmt: skip


async def lock_approval(tx: Tx, community: str, approval: str) -> Approval | None:
    """Return a request of a community, and keep everybody else from answering it; None where there is none."""
    row = (await tx.execute(_LOCKED, {"community": community, "id": approval})).one_or_none()
    return None if row is None else _approval(row)


async def open_requests(
    tx: Tx,
    community: str,
    *,
    person: str = "",
    organisation: str = "",
    case: str = "",
    account: str = "",
    locked: bool = True,
) -> list[Approval]:
    """Return the open requests of a person, an organisation, about a case or a member, oldest first.

    With `locked`, nobody else answers them until the transaction ends.
    """
    statement = _OPEN
    given = {"person": person, "organisation": organisation, "case": case, "account": account}
    for name, value in given.items():
        if value:
            statement = statement.where(approvals.c[name] == bindparam(name))
    values = {"community": community} | {name: value for name, value in given.items() if value}
    ordered = statement.order_by(approvals.c.opened_at, approvals.c.id)
    ordered = ordered.with_for_update() if locked else ordered
    return [_approval(row) for row in await tx.execute(ordered, values)]


async def waiting_requests(tx: Tx, community: str, accounts: Collection[str]) -> dict[str, list[Approval]]:
    """Return what automation asks people for about members, by account, oldest first; nobody answers it meanwhile."""
    found: dict[str, list[Approval]] = {}
    for part in chunks(sorted(accounts)):
        for row in await tx.execute(_OF_AUTOMATION, {"community": community, "accounts": part}):
            approval = _approval(row)
            if approval.actor.kind is ActorKind.AUTOMATION:
                found.setdefault(row.account, []).append(approval)
    return found


async def change_orders(tx: Tx, changed: Collection[Approval]) -> None:
    """Write what requests ask for now, and their versions; they are locked already."""
    rows = [
        {"_id": one.id, "_order": json.dumps(write_order(one.order), separators=(",", ":")), "_version": one.version}
        for one in changed
    ]
    if rows:
        await tx.execute(_TAKE_UP, rows)


async def requests_of(tx: Tx, community: str, decisions: Collection[str]) -> list[Approval]:
    """Return the open requests that came with decisions, oldest first; nobody else answers them meanwhile."""
    found: list[Approval] = []
    for part in chunks(sorted(decisions)):
        rows = await tx.execute(_OF_DECISIONS, {"community": community, "decisions": part})
        found += [_approval(row) for row in rows]
    return found


async def taken_over(tx: Tx, community: str, case: str) -> list[Approval]:
    """Return the requests about a case that somebody took over, with an interim measure."""
    return [_approval(row) for row in await tx.execute(_TAKEN_OVER, {"community": community, "case": case})]


async def move_requests(tx: Tx, held: Collection[Approval], case: str) -> None:
    """Let another case hold these requests: it took theirs up."""
    rows = [
        {"_id": one.id, "_case": case, "_order": json.dumps(write_order(replace(one.order, case=case)))} for one in held
    ]
    if rows:
        await tx.execute(_MOVE, rows)


async def answer_approval(tx: Tx, answered: Answered) -> bool:
    """Write an answer down, and return whether the request was open and still as it was looked at."""
    values = {
        "_id": answered.approval,
        "_version": answered.version,
        "_state": answered.state.value,
        "_by": json.dumps(answered.actor.record(), separators=(",", ":")),
        "_answer": None if answered.answer is None else json.dumps(write_order(answered.answer)),
        "_at": answered.at,
    }
    return (await tx.execute(_ANSWER, values)).rowcount == 1


async def note_reason(tx: Tx, approval: str, entry: int) -> None:
    """Say which entry of the ledger holds what the asker said."""
    await tx.execute(_NOTE_REASON, {"_id": approval, "_entry": entry})


async def note_words(tx: Tx, approval: str, entry: int) -> None:
    """Say which entry of the ledger holds what the answerer said."""
    await tx.execute(_NOTE_WORDS, {"_id": approval, "_entry": entry})


async def held_action(tx: Tx, community: str, action: str) -> Claimed | None:
    """Return an action that is held, locked; None when it no longer is."""
    found = await with_actors(tx, (await tx.execute(_HELD, {"community": community, "id": action})).all())
    return found[0] if found else None


def _approval(row: Row[Any]) -> Approval:
    return Approval(
        id=row.id,
        decision=row.decision,
        case=row.case,
        action=row.action,
        order=read_order(json.loads(row.order)),
        actor=read_actor(json.loads(row.actor)),
        cause=row.cause,
        reason=row.reason,
        whom=row.whom,
        another=row.another,
        interim=row.interim,
        state=ApprovalState(row.state),
        answered_by=None if row.answered_by is None else read_actor(json.loads(row.answered_by)),
        answer=None if row.answer is None else read_order(json.loads(row.answer)),
        words=row.words,
        opened_at=row.opened_at,
        due_at=row.due_at,
        answered_at=row.answered_at,
        version=row.version,
    )
