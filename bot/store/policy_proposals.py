"""Proposed changes of policies as rows: what would become active, what differs, and what somebody said to it."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, bindparam, select, update

from bot.domain.actor import Actor, read_actor
from bot.store.columns import new_id
from bot.store.engine import Tx
from bot.store.tables import policy_proposals
from bot.store.upsert import insert_rows


class ProposalState(StrEnum):
    """What became of a proposal."""

    OPEN = "open"
    #: it was made the active one
    APPLIED = "applied"
    REFUSED = "refused"
    #: something newer was saved or applied
    SUPERSEDED = "superseded"
    #: the files have errors: there is nothing to apply
    BROKEN = "broken"


@dataclass(frozen=True, kw_only=True, slots=True)
class Proposal:
    """A policy set that somebody wants to be the active one."""

    #: surrogate
    id: str = field(default_factory=new_id)
    #: digest of the set
    version: str
    #: digest of the set that was active when it was proposed; empty for none
    before: str
    #: live or shadow: the mode of the community that goes with it
    mode: str
    #: what became of it
    state: ProposalState = ProposalState.OPEN
    #: what differs, or what is wrong: lines as the catalogue says them
    difference: Sequence[Mapping[str, Any]] = ()
    #: what it would have done to the last day's messages; None until that was read
    effect: Mapping[str, Any] | None = None
    #: who or what proposed it
    proposed_by: Actor
    #: when
    proposed_at: datetime
    #: who answered
    decided_by: Actor | None = None
    #: when
    decided_at: datetime | None = None


_OF = policy_proposals.c.community == bindparam("community")
_STATE = policy_proposals.c.state
_NEWEST_FIRST = (policy_proposals.c.proposed_at.desc(), policy_proposals.c.id)
_BY_ID = select(policy_proposals).where(policy_proposals.c.id.in_(bindparam("ids", expanding=True)))
_ONE = select(policy_proposals).where(policy_proposals.c.id == bindparam("_id"), _OF).with_for_update()
_WAITING = (
    select(policy_proposals)
    .where(_OF, _STATE.in_([ProposalState.OPEN.value, ProposalState.BROKEN.value]))
    .order_by(*_NEWEST_FIRST)
    .with_for_update()
)
_NEWEST = select(policy_proposals).where(_OF).order_by(*_NEWEST_FIRST).limit(1)
_APPLIED = (
    select(policy_proposals)
    .where(_OF, _STATE.in_([ProposalState.APPLIED.value]))
    .order_by(policy_proposals.c.decided_at.desc(), policy_proposals.c.id)
    .limit(bindparam("count"))
)
_UNWEIGHED = (
    select(policy_proposals)
    .where(_OF, _STATE.in_([ProposalState.OPEN.value]), policy_proposals.c.effect.is_(None))
    .order_by(*_NEWEST_FIRST)
)
_MOVE = (
    update(policy_proposals)
    .where(
        policy_proposals.c.id == bindparam("_id"),
        _STATE.in_([ProposalState.OPEN.value, ProposalState.BROKEN.value]),
    )
    .values(state=bindparam("to"), decided_by=bindparam("by"), decided_at=bindparam("at"), mode=bindparam("_mode"))
)
_WEIGH = (
    update(policy_proposals)
    .where(policy_proposals.c.id == bindparam("_id"), policy_proposals.c.effect.is_(None))
    .values(effect=bindparam("said"))
)


async def add_proposal(tx: Tx, community: str, proposal: Proposal) -> None:
    """Write a proposal."""
    row = {
        "id": proposal.id,
        "community": community,
        "version": proposal.version,
        "before": proposal.before,
        "mode": proposal.mode,
        "state": proposal.state.value,
        "difference": json.dumps(list(proposal.difference)),
        "effect": None if proposal.effect is None else json.dumps(proposal.effect),
        "proposed_by": json.dumps(proposal.proposed_by.record()),
        "proposed_at": proposal.proposed_at,
        "decided_by": None if proposal.decided_by is None else json.dumps(proposal.decided_by.record()),
        "decided_at": proposal.decided_at,
    }
    await insert_rows(tx, policy_proposals, [row])


async def proposals_by_id(tx: Tx, ids: Collection[str]) -> dict[str, Proposal]:
    """Return proposals."""
    return {row.id: _proposal(row) for row in await tx.execute(_BY_ID, {"ids": sorted(ids)})}


async def hold_proposal(tx: Tx, community: str, proposal: str) -> Proposal | None:
    """Return a proposal of a community, and let nobody else change it until the transaction ends."""
    row = (await tx.execute(_ONE, {"community": community, "_id": proposal})).first()
    return None if row is None else _proposal(row)


async def hold_waiting(tx: Tx, community: str) -> list[Proposal]:
    """Return the proposals that nobody has answered, broken ones among them, newest first; held likewise."""
    return [_proposal(row) for row in await tx.execute(_WAITING, {"community": community})]


async def newest_proposal(tx: Tx, community: str) -> Proposal | None:
    """Return the community's last proposal, whatever became of it."""
    row = (await tx.execute(_NEWEST, {"community": community})).first()
    return None if row is None else _proposal(row)


async def applied_proposals(tx: Tx, community: str, count: int = 1) -> list[Proposal]:
    """Return the proposals that were applied last, the active one first."""
    return [_proposal(row) for row in await tx.execute(_APPLIED, {"community": community, "count": count})]


async def unweighed_proposals(tx: Tx, community: str) -> list[Proposal]:
    """Return open proposals of which nobody has read what they would have done, newest first."""
    return [_proposal(row) for row in await tx.execute(_UNWEIGHED, {"community": community})]


async def settle_proposal(
    tx: Tx, proposal: Proposal, to: ProposalState, by: Actor, at: datetime, *, mode: str = ""
) -> bool:
    """Say what became of a waiting proposal, and return whether it was still waiting."""
    values = {
        "_id": proposal.id,
        "to": to.value,
        "by": json.dumps(by.record()),
        "at": at,
        "_mode": mode or proposal.mode,
    }
    return (await tx.execute(_MOVE, values)).rowcount == 1


async def note_effect(tx: Tx, proposal: str, effect: Mapping[str, Any]) -> bool:
    """Write down what a proposal would have done, and return whether nobody had yet."""
    return (await tx.execute(_WEIGH, {"_id": proposal, "said": json.dumps(effect)})).rowcount == 1


def _proposal(row: Row[Any]) -> Proposal:
    return Proposal(
        id=row.id,
        version=row.version,
        before=row.before,
        mode=row.mode,
        state=ProposalState(row.state),
        difference=json.loads(row.difference),
        effect=None if row.effect is None else json.loads(row.effect),
        proposed_by=read_actor(json.loads(row.proposed_by)),
        proposed_at=row.proposed_at,
        decided_by=None if row.decided_by is None else read_actor(json.loads(row.decided_by)),
        decided_at=row.decided_at,
    )
